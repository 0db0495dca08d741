package etl

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// formFault is something wrong with a form, and the key it stands under.
type formFault struct {
	at  string
	err error
}

func (f formFault) Error() string { return f.at + ": " + f.err.Error() }
func (f formFault) Unwrap() error { return f.err }

// faultList collects the faults of a form.
type faultList []formFault

func (l *faultList) add(at, format string, args ...any) {
	*l = append(*l, formFault{at, fmt.Errorf(format, args...)})
}

// validate reports every fault of a form that can be seen without the catalog,
// and compiles its patterns.
func (f *Form) validate(name string) faultList {
	var faults faultList
	if f.Code == "" || path.Base(f.Code)+".yaml" != path.Base(name) {
		faults.add("form", "want a code that ends in the file name, got %q", f.Code)
	}
	if f.Title.Zh == "" || f.Title.En == "" {
		faults.add("title", "want both zh and en")
	}
	if !slices.Contains([]string{calendarYear, healthYear, schoolYear}, f.StatisticalYear) {
		faults.add("statistical_year", "want calendar, health or school, got %q", f.StatisticalYear)
	}
	if f.Shape != shapeTable && f.Shape != shapeSDMX {
		faults.add("shape", "want table or sdmx_csv, got %q", f.Shape)
	}
	f.validateRows(&faults)
	f.validateFigures(&faults)
	for i, sum := range f.Sums {
		if sum.Whole == "" || len(sum.Parts) == 0 || len(sum.Parts) > maxParts {
			faults.add(fmt.Sprintf("sums[%d]", i), "want a whole and its parts, at most %d", maxParts)
		}
	}
	for i, pair := range f.Pairs {
		if len(pair.Indicators) < 2 || len(pair.Indicators) > maxParts || pair.pairing() == noPair {
			faults.add(fmt.Sprintf("pairs[%d]", i), "want 2 to %d indicators and only: together or alone", maxParts)
		}
	}
	for i, pattern := range f.Footnotes {
		compiled, err := regexp.Compile(pattern)
		if err != nil {
			faults.add(fmt.Sprintf("footnotes[%d]", i), "%w", err)
			continue
		}
		f.footnotes = append(f.footnotes, compiled)
	}
	if f.Sheets != "" {
		var err error
		if f.sheets, err = regexp.Compile(f.Sheets); err != nil {
			faults.add("sheets", "%w", err)
		}
	}
	return faults
}

// validateRows reports facts that nothing in the form states.
func (f *Form) validateRows(faults *faultList) {
	hasYears := slices.ContainsFunc(f.Figures, func(figure Figure) bool { return figure.Years != "" })
	hasNoArea := slices.ContainsFunc(f.Figures, func(figure Figure) bool { return figure.Area == "" })
	if f.Rows.Area == nil && hasNoArea {
		faults.add("rows.area", "nothing says which area the figures belong to")
	}
	if f.Rows.Period == nil && !hasYears {
		faults.add("rows.period", "nothing says which period the figures belong to")
	}
	for _, name := range sortedKeys(f.Rows.named()) {
		if err := f.Rows.named()[name].validate(); err != nil {
			faults.add("rows."+name, "%w", err)
		}
		if f.Rows.named()[name].InBrackets && name != "unit" {
			faults.add("rows."+name, "in_brackets is for the unit alone")
		}
	}
}

func (f *Form) validateFigures(faults *faultList) {
	if len(f.Figures) == 0 {
		faults.add("figures", "want at least one")
	}
	for i, figure := range f.Figures {
		at := fmt.Sprintf("figures[%d]", i)
		if len(figure.Value)+len(figure.Numerator) == 0 && figure.Years == "" && figure.Indicators == "" {
			faults.add(at, "want value, numerator, years or indicators")
		}
		if len(figure.Denominator) > 0 && len(figure.Numerator) == 0 {
			faults.add(at, "a denominator wants a numerator")
		}
		if figure.Indicator == "" && figure.Indicators == "" && f.Rows.Indicator == nil && f.Shape != shapeSDMX {
			faults.add(at, "neither the figure nor the record names an indicator")
		}
		f.validateHeadings(faults, at, &figure)
	}
}

// validateHeadings reports a figure of headings that its headings do not make
// one figure each.
func (f *Form) validateHeadings(faults *faultList, at string, figure *Figure) {
	for _, one := range [...]struct{ name, pattern string }{{"years", figure.Years}, {"indicators", figure.Indicators}} {
		if one.pattern == "" {
			continue
		}
		if err := checkPattern(one.pattern); err != nil {
			faults.add(at+"."+one.name, "%w", err)
		}
		if len(figure.Sex) > 1 || len(figure.Residence) > 1 {
			faults.add(at+"."+one.name, "one cell cannot be the figure of several sexes or residences")
		}
	}
	if figure.Indicators == "" {
		return
	}
	if figure.Indicator != "" || figure.Years != "" || len(figure.Value)+len(figure.Numerator) > 0 {
		faults.add(at+".indicators", "the headings say it; leave out indicator, years, value and numerator")
	}
	if f.Rows.OtherColumns || f.Shape == shapeSDMX {
		faults.add(at+".indicators", "a heading cannot be an indicator and a breakdown; leave out other_columns and sdmx_csv")
	}
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
	for _, given := range []bool{len(f.Columns) > 0, f.Value != "", f.Parameter, f.Preamble != "", f.FileName != "", f.InBrackets} {
		if given {
			ways++
		}
	}
	if ways != 1 {
		return fmt.Errorf("want exactly one of columns, value, parameter, preamble, file_name and in_brackets")
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
