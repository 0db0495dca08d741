package etl

import (
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// validate reports every fault of a form that can be seen without the catalog,
// and compiles its patterns.
func (f *Form) validate(name string) error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	if f.Code == "" || path.Base(f.Code)+".yaml" != path.Base(name) {
		fault("form: want a code that ends in the file name, got %q", f.Code)
	}
	if f.Title.Zh == "" || f.Title.En == "" {
		fault("title: want both zh and en")
	}
	if !slices.Contains([]string{calendarYear, healthYear, schoolYear}, f.StatisticalYear) {
		fault("statistical_year: want calendar, health or school, got %q", f.StatisticalYear)
	}
	switch f.Shape {
	case shapeTable, shapeSDMX:
		faults = append(faults, f.validateTable()...)
	default:
		fault("shape: want table or sdmx_csv, got %q", f.Shape)
	}
	f.footnotes = nil
	for _, pattern := range f.Footnotes {
		compiled, err := regexp.Compile(pattern)
		if err != nil {
			fault("footnotes: %w", err)
			continue
		}
		f.footnotes = append(f.footnotes, compiled)
	}
	if f.Sheets != "" {
		var err error
		if f.sheets, err = regexp.Compile(f.Sheets); err != nil {
			fault("sheets: %w", err)
		}
	}
	for i, sum := range f.Sums {
		if sum.Whole == "" || len(sum.Parts) == 0 {
			fault("sums[%d]: want a whole and its parts", i)
		}
	}
	return errors.Join(faults...)
}

func (f *Form) validateTable() []error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	if len(f.Figures) == 0 {
		fault("figures: want at least one")
	}
	hasYears := false
	for i, figure := range f.Figures {
		if len(figure.Value)+len(figure.Numerator) == 0 && figure.Years == "" {
			fault("figures[%d]: want value, numerator or years", i)
		}
		if len(figure.Denominator) > 0 && len(figure.Numerator) == 0 {
			fault("figures[%d]: a denominator wants a numerator", i)
		}
		if figure.Years != "" {
			hasYears = true
			if err := checkPattern(figure.Years); err != nil {
				fault("figures[%d].years: %w", i, err)
			}
		}
		if figure.Indicator == "" && f.Rows.Indicator == nil && f.Shape != shapeSDMX {
			fault("figures[%d]: neither the figure nor the record names an indicator", i)
		}
	}
	if f.Rows.Area == nil && slices.ContainsFunc(f.Figures, func(figure Figure) bool { return figure.Area == "" }) {
		fault("rows.area: nothing says which area the figures belong to")
	}
	if f.Rows.Period == nil && !hasYears {
		fault("rows.period: nothing says which period the figures belong to")
	}
	for name, field := range f.Rows.named() {
		if err := field.validate(); err != nil {
			fault("rows.%s: %w", name, err)
		}
	}
	return faults
}

// named gives the fields that are set.
func (r *Fields) named() map[string]*Field {
	all := map[string]*Field{
		"indicator": r.Indicator, "area": r.Area, "sex": r.Sex, "age_group": r.AgeGroup,
		"residence": r.Residence, "period": r.Period, "period_start": r.PeriodStart, "period_end": r.PeriodEnd,
		"unit": r.Unit, "scale": r.Scale, "status": r.Status, "confidentiality": r.Confidentiality, "note": r.Note,
	}
	for name, field := range all {
		if field == nil {
			delete(all, name)
		}
	}
	return all
}

// validate reports a field that says nothing or two things.
func (f *Field) validate() error {
	ways := 0
	for _, given := range []bool{len(f.Columns) > 0, f.Value != "", f.Parameter, f.Preamble != "", f.FileName != ""} {
		if given {
			ways++
		}
	}
	if ways != 1 {
		return fmt.Errorf("want exactly one of columns, value, parameter, preamble and file_name")
	}
	for _, pattern := range []string{f.Preamble, f.FileName} {
		if pattern == "" {
			continue
		}
		if err := checkPattern(pattern); err != nil {
			return err
		}
	}
	return nil
}

// checkPattern wants a regular expression with a group.
func checkPattern(pattern string) error {
	compiled, err := regexp.Compile(pattern)
	if err != nil {
		return err
	}
	if compiled.NumSubexp() < 1 {
		return fmt.Errorf("pattern %q: want a group around the part that counts", pattern)
	}
	return nil
}

// ExpectedCell is a figure that every submission of a form brings, for each
// monitored area of the level.
type ExpectedCell struct {
	FormCode      string
	IndicatorCode string
	Sex           string
	AgeGroup      string
	Residence     string
	Category      string
	AreaLevel     string // district or street
}

// ExpectedCells lists the figures that a complete submission holds, in the
// order of the form.
func (f *Form) ExpectedCells() []ExpectedCell {
	var cells []ExpectedCell
	for _, block := range f.Expected {
		for _, indicator := range block.Indicators {
			for _, level := range block.AreaLevels {
				cells = append(cells, block.cells(f.Code, indicator, level)...)
			}
		}
	}
	return cells
}

func (e *Expected) cells(form, indicator, level string) []ExpectedCell {
	var cells []ExpectedCell
	for _, sex := range orTotal(e.Sex) {
		for _, age := range orTotal(e.AgeGroup) {
			for _, residence := range orTotal(e.Residence) {
				for _, category := range orTotal(e.Category) {
					cells = append(cells, ExpectedCell{form, indicator, sex, age, residence, category, level})
				}
			}
		}
	}
	return cells
}

// orTotal stands in the total where nothing else is listed.
func orTotal(codes []string) []string {
	if len(codes) == 0 {
		return []string{total}
	}
	return codes
}

// expand multiplies a figure by its sexes and residences and puts their words
// into its columns.
func (f *Form) expand(figure Figure) []Figure {
	var all []Figure
	for _, sex := range orNone(figure.Sex) {
		for _, residence := range orNone(figure.Residence) {
			one := figure
			words := strings.NewReplacer("{sex}", f.word("sex", sex), "{residence}", f.word("residence", residence))
			for _, columns := range []*[]string{&one.Value, &one.Text, &one.Numerator, &one.Denominator, &one.Lower, &one.Upper} {
				*columns = replaceAll(*columns, words)
			}
			one.Sex, one.Residence = []string{sex}, []string{residence}
			all = append(all, one)
		}
	}
	return all
}

func orNone(codes []string) []string {
	if len(codes) == 0 {
		return []string{""}
	}
	return codes
}

// word gives the word that stands for a code in column names.
func (f *Form) word(kind, code string) string {
	if word, ok := f.Labels[kind][code]; ok {
		return word
	}
	return code
}

func replaceAll(columns []string, words *strings.Replacer) []string {
	replaced := make([]string, len(columns))
	for i, column := range columns {
		replaced[i] = words.Replace(column)
	}
	return replaced
}
