package public_test

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"bellwether/etl/etltest"
)

func TestFactsOfUNSDFiles(t *testing.T) {
	c, _ := load(t, "public/unsd_minset", "health", "unsd_xlsx", "unsd_III_3__I75250979.xlsx")
	for year, want := range map[string][3]string{"2000": {"59", "53", "65"}, "2015": {"30", "24", "36"}, "2017": {"29", "22", "35"}} {
		where := map[string]string{"area_code": "CHN", "period_year": year, "indicator_code": "unsd:S75250979",
			"value": want[0], "lower_bound": want[1], "upper_bound": want[2]}
		if c.Loaded.Count(where) != 1 {
			t.Errorf("%v is not there once", where)
		}
	}
	c, _ = load(t, "public/unsd_minset", "education", "unsd_tsv", "unsd_3400__II_2__I40470f13__S40470f13.csv")
	for sex, want := range map[string]float64{"_T": 99.30054, "F": 100, "M": 98.6315} {
		wantValue(t, &c.Loaded, want, map[string]string{"area_code": "MEX", "period_year": "2018", "sex": sex})
	}
	c, _ = load(t, "public/unsd_minset", "civil_affairs", "unsd_xlsx", "unsd_IV_2__I836a1d80.xlsx")
	wantValue(t, &c.Loaded, 24.94, map[string]string{"area_code": "CHN", "period_year": "2021"})
}

func number(t *testing.T, text string) float64 {
	t.Helper()
	value, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// sum adds the values of the rows whose columns have the wanted texts.
func sum(t *testing.T, rows *etltest.Rows, where map[string]string) float64 {
	t.Helper()
	total := 0.0
	for _, line := range lines(rows, "area_code", "indicator_code", "period_year", "value") {
		cells := strings.Fields(line)
		if cells[0] != where["area_code"] || cells[1] != where["indicator_code"] || cells[2] != where["period_year"] {
			continue
		}
		total += number(t, cells[3])
	}
	return total
}

func TestFactsOfWorldPopulationProspects(t *testing.T) {
	for file, want := range map[string]float64{"popF.txt": 701076.434, "popM.txt": 738247.340} {
		c, _ := load(t, "public/un_wpp", "population", "un_wpp2019", file)
		got := sum(t, &c.Loaded, map[string]string{"area_code": "CHN", "indicator_code": "undesa:pop", "period_year": "2020"})
		if math.Abs(got-want) > 1e-6 {
			t.Errorf("%s: got %v thousand, want %v", file, got, want)
		}
	}
	c, _ := load(t, "public/un_wpp_abridged", "population", "un_wpp2019", "mxF.txt")
	for age, want := range map[string]float64{"Y0": 0.00819, "Y1T4": 0.00035, "Y5T9": 0.00028} {
		where := map[string]string{"area_code": "CHN", "period_start": "2015-01-01", "age_group": age, "sex": "F"}
		text, _ := c.Loaded.Value("value", where)
		if got, err := strconv.ParseFloat(text, 64); err != nil || math.Abs(got-want) > 5e-6 {
			t.Errorf("%v: got %s, want %v", where, text, want)
		}
	}
	c, _ = load(t, "public/un_wpp", "population", "un_wpp2019", "e0F.txt")
	for area, want := range map[string]float64{"CHN": 78.97, "JPN": 87.47, "VNM": 79.40} {
		where := map[string]string{"area_code": area, "period_start": "2015-01-01", "sex": "F"}
		text, _ := c.Loaded.Value("value", where)
		if got, err := strconv.ParseFloat(text, 64); err != nil || math.Abs(got-want) > 5e-3 {
			t.Errorf("%v: got %s, want %v", where, text, want)
		}
	}
}

func TestFactsOfLifeTables(t *testing.T) {
	c, s := load(t, "public/hmd_life_table", "population", "hmd_life_tables", "GBR_fltper_1x1_1922-1969.txt")
	if s.Loaded != 5328*8 {
		t.Errorf("got %+v, want 5328 records of 8 figures", s)
	}
	for column, want := range map[string]float64{"mx": .02679, "qx": .02619, "ax": .15, "lx": 100000, "dx": 2619, "Lx": 97775, "Tx": 7092139, "ex": 70.92} {
		wantValue(t, &c.Loaded, want, map[string]string{"indicator_code": "hmd:" + column, "area_code": "GBR", "sex": "F", "age_group": "Y0", "period_year": "1950"})
	}
	wantValue(t, &c.Loaded, 15.82, map[string]string{"indicator_code": "hmd:ex", "age_group": "Y65", "period_year": "1969"})
	if n := c.Loaded.Count(map[string]string{"indicator_code": "hmd:ex", "age_group": "Y_GE110"}); n != 48 {
		t.Errorf("got %d figures at 110 and over, want one for each of 48 years", n)
	}
}
