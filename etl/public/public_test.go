package public_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"bellwether/etl"
	"bellwether/etl/etltest"
	"bellwether/etl/public"
)

func form(t testing.TB, code string) *etl.Form {
	t.Helper()
	forms, err := etl.LoadForms(public.Files)
	if err != nil {
		t.Fatal(err)
	}
	return etltest.Form(t, forms, code)
}

// load reads a public file as it would be loaded by hand.
func load(t *testing.T, code string, path ...string) (*etltest.Collector, etl.Summary) {
	t.Helper()
	payload := etltest.Payload(t, filepath.Join(append([]string{etltest.Shared(t)}, path...)...))
	payload.SourceCode = "unicef"
	return etltest.Read(t, form(t, code), etltest.RealCatalog(t), payload, etl.Params{AcceptNew: true})
}

// wantValue compares a figure with one read off the file by a person.
func wantValue(t *testing.T, rows *etltest.Rows, want float64, where map[string]string) {
	t.Helper()
	text, ok := rows.Value("value", where)
	got, err := strconv.ParseFloat(text, 64)
	if !ok || err != nil || math.Abs(got-want) > 1e-9*math.Abs(want) {
		t.Errorf("%v: got %q, want %v", where, text, want)
	}
}

func TestFactsOfWHOODataFile(t *testing.T) {
	c, s := load(t, "public/who_gho", "health", "who_gho_odata_csv", "MDG_0000000026.csv")
	if s.Read != 7878 || s.Loaded != 7878 {
		t.Errorf("got %+v, want 7878 figures", s)
	}
	if n := c.Loaded.Count(map[string]string{"area_code": "WLD"}); n != 39 {
		t.Errorf("got %d global figures, want 39", n)
	}
	for year, want := range map[string]float64{"2000": 55.67273811, "2015": 26.14898373, "2020": 19.82301299, "2023": 16.25106524} {
		wantValue(t, &c.Loaded, want, map[string]string{"area_code": "CHN", "period_year": year, "indicator_code": "who:MDG_0000000026"})
	}
}

func TestFactsOfWHOAthenaFile(t *testing.T) {
	c, s := load(t, "public/who_gho", "health", "who_gho_athena_csv", "MDG_0000000007.csv")
	if s.Read != 34331 {
		t.Errorf("got %+v, want 34331 figures", s)
	}
	for sex, want := range map[string]float64{"_T": 10.70518, "F": 9.98948, "M": 11.38241} {
		wantValue(t, &c.Loaded, want, map[string]string{"area_code": "CHN", "period_year": "2015", "sex": sex})
	}
}

func TestFactsOfUNICEFFile(t *testing.T) {
	c, s := load(t, "public/sdmx", "health", "unicef_sdmx_csv", "CME_MRY0T4_all_2020.csv")
	if s.Read != 747 || s.Loaded != 747 {
		t.Errorf("got %+v, want 747 figures", s)
	}
	for _, sex := range []string{"_T", "F", "M"} {
		if n := c.Loaded.Count(map[string]string{"sex": sex, "indicator_code": "unicef:CME_MRY0T4"}); n != 249 {
			t.Errorf("got %d figures of sex %s, want 249", n, sex)
		}
	}
	for sex, want := range map[string]float64{"F": 7.08244956499174, "M": 7.92723435651806, "_T": 7.51663400226327} {
		where := map[string]string{"area_code": "CHN", "sex": sex, "category": "_T"}
		text, _ := c.Loaded.Value("value", where)
		if got, err := strconv.ParseFloat(text, 64); err != nil || math.Abs(got-want) > 1e-9 {
			t.Errorf("%v: got %s, want %v", where, text, want)
		}
	}
}

func TestFactsOfWorldBankFiles(t *testing.T) {
	c, _ := load(t, "public/worldbank_csv", "health", "worldbank_csv", "API_SH.STA.MMRT_DS2_en_csv_v2_5872348.csv")
	for _, one := range []struct {
		area, year string
		want       float64
	}{{"CHN", "2015", 26}, {"CHN", "2020", 23}, {"MOZ", "2020", 127}, {"WLD", "2020", 223}} {
		wantValue(t, &c.Loaded, one.want, map[string]string{"area_code": one.area, "period_year": one.year, "indicator_code": "worldbank:SH.STA.MMRT"})
	}
	c, _ = load(t, "public/worldbank_csv", "civil_affairs", "worldbank_csv", "API_SG.GEN.PARL.ZS_DS2_en_csv_v2_1740381.csv")
	for area, want := range map[string]float64{"CHN": 24.94117647, "RWA": 61.25, "WLD": 24.63660369} {
		text, _ := c.Loaded.Value("value", map[string]string{"area_code": area, "period_year": "2019"})
		if got, err := strconv.ParseFloat(text, 64); err != nil || math.Abs(got-want) > 5e-9 {
			t.Errorf("%s 2019: got %s, want %v", area, text, want)
		}
	}
}

// TestEveryFileOfItsKindIsReadOrRefusedAloud reads each public file with the
// form of its kind: loaded, rejected and skipped figures, or what the refusal
// says. The examples of the SDMX field guide hold no area and some no period.
func TestEveryFileOfItsKindIsReadOrRefusedAloud(t *testing.T) {
	text, err := os.ReadFile("testdata/kinds.csv")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	known := etltest.RealCatalog(t)
	for _, row := range rows[1:] {
		code, file, want := row[0], row[1], row[2]
		form := form(t, code)
		t.Run(filepath.Base(file), func(t *testing.T) {
			payload := etltest.Payload(t, filepath.Join(etltest.Shared(t), file))
			payload.SourceCode = "publisher"
			s, err := form.Read(t.Context(), known, payload, etl.Params{AcceptNew: true, Year: 2022}, etltest.Discard{})
			got := fmt.Sprintf("%d %d %d", s.Loaded, s.Rejected, s.Skipped)
			if err != nil {
				got = err.Error()
			}
			if got != want && (err == nil || !strings.Contains(got, want)) {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

// TestPublicFormsPassTheSuite runs made-up figures in the layouts of the
// publishers, and a few real ones of the National Bureau of Statistics of China
// (data.stats.gov.cn) beside records made up to be refused.
func TestPublicFormsPassTheSuite(t *testing.T) {
	for payload, one := range map[string]struct {
		code  string
		first int // line of the first record
	}{
		"worldbank_csv":         {"public/worldbank_csv", 6},
		"worldbank_resaved_csv": {"public/worldbank_csv", 6},
		"who_gho_athena_csv":    {"public/who_gho", 2},
		"who_gho_odata_csv":     {"public/who_gho", 0},
		"sdmx_csv":              {"public/sdmx", 2},
		"sdmx_ml":               {"public/sdmx", 0},
		"who_gho_athena_json":   {"public/who_gho", 0},
		"unsd_minset":           {"public/unsd_minset", 2},
		"owid_csv":              {"public/owid_csv", 2},
		"un_wpp":                {"public/un_wpp", 2},
		"un_wpp_abridged":       {"public/un_wpp_abridged", 2},
		"hmd_life_table":        {"public/hmd_life_table", 4},
		"sdmx_json":             {"public/sdmx", 0},
		"nbs_by_year_csv":       {"public/nbs_by_year_csv", 2},
		"nbs_by_indicator_csv":  {"public/nbs_by_indicator_csv", 4},
		"nbs_by_area_csv":       {"public/nbs_by_area_csv", 5},
	} {
		t.Run(payload, func(t *testing.T) {
			found, err := filepath.Glob("testdata/" + payload + "/payload.*")
			if err != nil || len(found) != 1 {
				t.Fatalf("got payloads %q, %v", found, err)
			}
			source := etltest.Source{Form: form(t, one.code), Catalog: etltest.RealCatalog(t),
				Payload: found[0], Params: etl.Params{AcceptNew: true}}
			if one.first > 0 {
				source.Reorder = etltest.ReverseLines(one.first, -1)
			}
			etltest.RunSource(t, source)
		})
	}
}
