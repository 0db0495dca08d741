package sample_test

import (
	"slices"
	"strconv"
	"testing"

	"bellwether/etl/etltest"
	"bellwether/etl/sample"
)

// key is what figures that add up have in common.
type key struct{ file, indicator, area, sex string }

// amounts are the numbers of a figure that add up: its parts, or the count under
// numerator.
type amounts struct{ numerator, denominator float64 }

// figures reads the simulated payloads into the amounts of every figure.
func figures(t *testing.T) map[key]amounts {
	t.Helper()
	dir, manifest := write(t, seed)
	r := newReader(t, dir)
	all := map[key]amounts{}
	for _, p := range manifest.Payloads {
		if !p.IsSimulated {
			continue
		}
		read, _ := r.read(p)
		for _, row := range read.Loaded.Rows {
			if a, ok := amountsOf(&read.Loaded, row); ok {
				all[key{p.File, cell(&read.Loaded, row, "indicator_code"), cell(&read.Loaded, row, "area_code"), cell(&read.Loaded, row, "sex")}] = a
			}
		}
	}
	return all
}

func cell(rows *etltest.Rows, row []string, column string) string {
	return row[slices.Index(rows.Header, column)]
}

// amountsOf gives the amounts of a row; false when it has no value.
func amountsOf(rows *etltest.Rows, row []string) (amounts, bool) {
	var a amounts
	var err error
	numerator, denominator := cell(rows, row, "numerator"), cell(rows, row, "denominator")
	if numerator == "" && denominator == "" {
		a.numerator, err = strconv.ParseFloat(cell(rows, row, "value"), 64)
		return a, err == nil
	}
	if a.numerator, err = strconv.ParseFloat(numerator, 64); err != nil {
		return a, false
	}
	a.denominator, err = strconv.ParseFloat(denominator, 64)
	return a, err == nil
}

func TestFemaleAndMaleAddUpToTheTotal(t *testing.T) {
	all, checked := figures(t), 0
	for k, women := range all {
		if k.sex != "F" {
			continue
		}
		total, men := k, k
		total.sex, men.sex = "_T", "M"
		whole, ok := all[total]
		others, okMen := all[men]
		if sum := (amounts{women.numerator + others.numerator, women.denominator + others.denominator}); !ok || !okMen || sum != whole {
			t.Errorf("%+v: %v and %v are not %v", k, women, others, whole)
		}
		checked++
	}
	if checked < 400 {
		t.Errorf("only %d totals by sex were held against their parts", checked)
	}
}

func TestStreetsAddUpToTheDistrict(t *testing.T) {
	all, checked := figures(t), 0
	for k, first := range all {
		if k.area != "450302001" {
			continue
		}
		sum := first
		for _, street := range []string{"450302002", "450302003"} {
			other := all[key{k.file, k.indicator, street, k.sex}] // nothing where a street has no such school
			sum.numerator += other.numerator
			sum.denominator += other.denominator
		}
		if whole := all[key{k.file, k.indicator, "450302", k.sex}]; sum != whole {
			t.Errorf("%+v: the streets add up to %v, not %v", k, sum, whole)
		}
		checked++
	}
	if checked < 200 {
		t.Errorf("only %d totals by street were held against their parts", checked)
	}
}

// TestBirthsFallAndStayWithinWhatTheDistrictHas reads them where the health return has them: under the sex
// ratio, boys over girls.
func TestBirthsFallAndStayWithinWhatTheDistrictHas(t *testing.T) {
	all := figures(t)
	before := 2000.0
	for year := sample.FirstYear; year <= sample.LastYear; year++ {
		file := "health/health_" + strconv.Itoa(year) + ".csv"
		ratio := all[key{file, "population_sex_ratio_at_birth_boys_per_100_girls", "450302", "_T"}]
		births := ratio.numerator + ratio.denominator
		if deaths := all[key{file, "maternal_mortality_per_100000", "450302", "_T"}]; deaths.denominator != births {
			t.Errorf("%d: %v live births and %v boys and girls", year, deaths.denominator, births)
		}
		if births >= before || births < 1200 {
			t.Errorf("%d: %v births after %v", year, births, before)
		}
		before = births
	}
}

// TestEveryReturnBringsWhatItsFormExpects holds the returns against the lists of
// the forms; what is missing is planted.
func TestEveryReturnBringsWhatItsFormExpects(t *testing.T) {
	dir, manifest := write(t, seed)
	r := newReader(t, dir)
	planted := map[string]string{}
	for _, fault := range manifest.Faults {
		planted[fault.File+" "+fault.Indicator] = fault.Code
	}
	areas := map[string][]string{"district": {"450302"}, "street": {"450302001", "450302002", "450302003"}}
	for _, p := range manifest.Payloads {
		if !p.IsSimulated {
			continue
		}
		read, _ := r.read(p)
		for _, want := range etltest.Form(t, r.forms, p.Form).ExpectedCells() {
			for _, area := range areas[want.AreaLevel] {
				n := read.Loaded.Count(map[string]string{"indicator_code": want.IndicatorCode, "area_code": area, "sex": want.Sex})
				if n != 1 && planted[p.File+" "+want.IndicatorCode] == "" {
					t.Errorf("%s: %d figures of %s, area %s, sex %s", p.File, n, want.IndicatorCode, area, want.Sex)
				}
			}
		}
	}
}
