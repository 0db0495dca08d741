package etl

import (
	"errors"
	"fmt"
)

// Verify reports every code of the form that the catalog does not know, so that
// a form cannot promise figures nobody could load.
func (f *Form) Verify(c Catalog) error {
	var faults []error
	check := func(where, list, code string) {
		if code != "" && code != total && !c.HasCode(list, code) {
			faults = append(faults, fmt.Errorf("form %s: %s: %s %q is not in the catalog", f.Code, where, list, code))
		}
	}
	for i, figure := range f.Figures {
		where := fmt.Sprintf("figures[%d]", i)
		check(where, "INDICATOR", figure.Indicator)
		check(where, "AREA", figure.Area)
		check(where, "AGE", figure.AgeGroup)
		check(where, "UNIT", figure.Unit)
		for _, sex := range figure.Sex {
			check(where, "SEX", sex)
		}
		for _, residence := range figure.Residence {
			check(where, "RESIDENCE", residence)
		}
	}
	for i, sum := range f.Sums {
		for _, indicator := range append([]string{sum.Whole}, sum.Parts...) {
			check(fmt.Sprintf("sums[%d]", i), "INDICATOR", indicator)
		}
	}
	for i, pair := range f.Pairs {
		for _, indicator := range pair.Indicators {
			check(fmt.Sprintf("pairs[%d]", i), "INDICATOR", indicator)
		}
	}
	for _, cell := range f.ExpectedCells() {
		check("expected", "INDICATOR", cell.IndicatorCode)
		check("expected", "SEX", cell.Sex)
		check("expected", "AGE", cell.AgeGroup)
		check("expected", "RESIDENCE", cell.Residence)
	}
	for _, unit := range sortedKeys(f.Numbers) {
		check("numbers", "UNIT", unit)
	}
	for _, marks := range []map[string]string{f.Missing, f.Flags} {
		for _, mark := range sortedKeys(marks) {
			if status := marks[mark]; status != skipMark {
				check("missing "+mark, "OBS_STATUS", status)
			}
		}
	}
	return errors.Join(faults...)
}
