package catalog_test

import (
	"os"
	"strings"
	"testing"

	"bellwether/etl/catalog"

	"github.com/google/go-cmp/cmp"
)

const root = "../../sql/catalog"

func load(t testing.TB) *catalog.Catalog {
	t.Helper()
	c, err := catalog.Load(os.DirFS(root))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTheCatalogHasNoFindings(t *testing.T) {
	for _, f := range load(t).Check() {
		t.Error(f)
	}
}

// The counts were taken by hand from the plans; they only change when the plans
// are amended.
func TestEveryTargetOfThePlansIsThere(t *testing.T) {
	c := load(t)
	got := map[string]int{"domains": len(c.Domains), "items": len(c.Items), "targets": len(c.Targets)}
	for _, target := range c.Targets {
		got[target.Kind]++
		got[target.ValueOrigin]++
		got[target.TrendRule]++
		got[target.Mode]++
		got[target.AreaLevel]++
	}
	want := map[string]int{
		"domains": 8 + 7, "items": 114 + 120, "targets": 437,
		"at_least": 45, "at_most": 11, "about": 3, "equals": 41, "baseline_relative": 2, "per_area_floor": 4,
		"relative_to_indicator": 19, "milestone": 38, "rise": 157, "fall": 60, "qualitative": 57,
		"printed": 69, "implied": 76, "none": 437 - 69 - 76,
		"net": 172, "yoy": 17, "steady": 27, "slope": 2, "": 437 - 217 - 1,
		"maintain": 7, "reach": 430, "district": 434, "street": 1, "facility": 2,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// One fact that both plans speak of is stored once and judged by each.
func TestAFactOfBothPlansIsStoredOnce(t *testing.T) {
	plans := map[string]map[string]bool{}
	for _, target := range load(t).Targets {
		if plans[target.IndicatorCode] == nil {
			plans[target.IndicatorCode] = map[string]bool{}
		}
		plans[target.IndicatorCode][target.PlanCode] = true
	}
	for _, code := range []string{
		"education_preschool_gross_percent", "education_compulsory_retention_percent",
		"environment_piped_water_percent", "environment_sanitary_toilet_percent",
		"population_sex_ratio_at_birth_boys_per_100_girls", "maternal_birth_defect_per_10000",
	} {
		if len(plans[code]) != 2 {
			t.Errorf("%s is judged by %v", code, plans[code])
		}
	}
}

// An urban–rural gap is a series of its own; other gaps and ratios are computed
// from two series, so that both numerators and denominators are kept.
func TestRelativeTargetsNameTheirReference(t *testing.T) {
	c := load(t)
	for code, want := range map[string]catalog.Reference{
		"W-4-G02-b": {IndicatorCode: "participation_party_member_female_percent", Sex: "_T", Category: "_T", Measure: "ratio"},
		"W-2-G04-b": {IndicatorCode: "education_preschool_gross_percent", Sex: "M", Category: "_T", Measure: "ratio"},
		"W-1-G02-c": {IndicatorCode: "maternal_systematic_management_percent", Sex: "_T", Category: "HUKOU=registered", Measure: "ratio"},
		"W-2-G05-c": {IndicatorCode: "education_scientific_literacy_percent", Sex: "F", Category: "_T", Measure: "difference"},
	} {
		for _, target := range c.Targets {
			if target.Code == code && target.Reference != want {
				t.Errorf("%s: %+v, want %+v", code, target.Reference, want)
			}
		}
	}
}

func TestAnIndicatorTakesFromItsUnitWhatItDoesNotSay(t *testing.T) {
	i, ok := load(t).Indicator("maternal_mortality_per_100000")
	if !ok {
		t.Fatal("no such indicator")
	}
	if i.Multiplier != 100_000 || *i.ValidMin != 0 || *i.ValidMax != 100_000 || i.Decimals != 2 || i.Topic != "maternal" {
		t.Errorf("multiplier %v, range %v to %v, %d decimals, topic %s", i.Multiplier, *i.ValidMin, *i.ValidMax, i.Decimals, i.Topic)
	}
	if !strings.HasSuffix(i.DefinitionZh, "÷年内活产数×100000") {
		t.Errorf("definition %s", i.DefinitionZh)
	}
	if !i.IsRareEvent || !i.IsSmallNumber || i.StatisticalYear != "health" {
		t.Errorf("%+v", i)
	}
}
