package catalog_test

import (
	"slices"
	"testing"

	"bellwether/etl/catalog"
)

func TestATargetNeedsItsOwnPartAndThatOfItsReference(t *testing.T) {
	needs := load(t).Needs()
	for _, c := range []struct{ indicator, target, sex, residence, category string }{
		{"maternal_systematic_management_percent", "W-1-G02-c", "_T", "_T", "HUKOU=migrant"},
		{"maternal_systematic_management_percent", "W-1-G02-c", "_T", "_T", "HUKOU=registered"},
		{"economy_land_contract_named_percent", "W-3-G02-b", "F", "R", "_T"},
		{"economy_land_contract_named_percent", "W-3-G02-b", "M", "R", "_T"},
		{"economy_land_contract_named_percent", "W-3-G02-b", "_T", "_T", "_T"},
	} {
		isThere := slices.ContainsFunc(needs, func(n catalog.Need) bool {
			return n.IndicatorCode == c.indicator && n.Sex == c.sex && n.Residence == c.residence && n.Category == c.category &&
				slices.Contains(n.TargetCodes, c.target)
		})
		if !isThere {
			t.Errorf("nobody is asked for %v", c)
		}
	}
}

func TestFormsThatLackAFigureOrADueDateAreFound(t *testing.T) {
	c := load(t)
	found := map[string]int{}
	for _, f := range c.CheckForms([]catalog.Duty{{FormCode: "health/mch_annual", AgencyCode: "health"}, {FormCode: "new", AgencyCode: "court"}}) {
		found[f.Rule]++
	}
	if found[catalog.RuleTargetWithoutForm] != len(c.Targets) || found["form_without_due_date"] != 1 || found["unknown_code"] < 40 {
		t.Errorf("got %v", found)
	}
}
