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
		faults.add("shape", "want table or sdmx, got %q", f.Shape)
	}
	if f.Header.Language != "" && f.Header.Language != "zh" {
		faults.add("header.language", "want zh, got %q", f.Header.Language)
	}
	if f.Header.Open && (f.Header.Rows > 1 || f.Header.Fill) {
		faults.add("header.open", "an open header has as many rows as it has; leave out rows and fill")
	}
	f.validateOwing(&faults)
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

// validateOwing reports a form of which nobody, or not one agency, can be asked
// what the catalog wants.
func (f *Form) validateOwing(faults *faultList) {
	if f.ForEach != "" && f.ForEach != forEachAgency {
		faults.add("for_each", "want agency, got %q", f.ForEach)
	}
	if f.ForEach != "" && f.AgencyCode+f.SourceCode != "" {
		faults.add("for_each", "the form is for every agency; leave out agency and source")
	}
	for i, block := range f.Expected {
		at := fmt.Sprintf("expected[%d]", i)
		if block.OfAgency && len(block.Indicators) > 0 {
			faults.add(at, "of_agency says which indicators; leave out indicators")
		}
		if block.OfAgency && f.AgencyCode+f.ForEach == "" {
			faults.add(at, "of_agency wants to know the agency")
		}
		if !block.OfAgency && len(block.Topics) > 0 {
			faults.add(at, "topics belong to of_agency")
		}
	}
}

// validateRows reports facts that nothing in the form states.
func (f *Form) validateRows(faults *faultList) {
	hasYears := slices.ContainsFunc(f.Figures, func(figure Figure) bool {
		return figure.Years != "" || strings.Contains(figure.Indicators, "(?P<period>")
	})
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
		if f.Rows.named()[name].InNames && name != "sex" {
			faults.add("rows."+name, "in_names is for the sex alone")
		}
		if f.Rows.named()[name].Sections && !f.Rows.named()[name].InNames {
			faults.add("rows."+name, "sections go with in_names")
		}
		if f.Rows.named()[name].Outline && name != "indicator" {
			faults.add("rows."+name, "outline is for the indicator alone")
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
	if figure.Title != "" {
		if err := checkPattern(figure.Title); err != nil {
			faults.add(at+".title", "%w", err)
		}
	}
	if figure.Indicators == "" {
		if figure.Title != "" {
			faults.add(at+".title", "a title goes before indicators; leave it out or give them")
		}
		return
	}
	if figure.Indicator != "" || figure.Years != "" || len(figure.Value)+len(figure.Numerator) > 0 {
		faults.add(at+".indicators", "the headings say it; leave out indicator, years, value and numerator")
	}
	if f.Rows.OtherColumns || f.Shape == shapeSDMX {
		faults.add(at+".indicators", "a heading cannot be an indicator and a breakdown; leave out other_columns and the shape sdmx")
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
	for _, given := range []bool{len(f.Columns) > 0, f.Value != "", f.Parameter, f.Preamble != "" && !f.InBrackets, f.FileName != "", f.InBrackets, f.InNames} {
		if given {
			ways++
		}
	}
	if ways != 1 {
		return fmt.Errorf("want exactly one of columns, value, parameter, preamble, file_name, in_brackets and in_names")
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
