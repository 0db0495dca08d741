package public_test

import (
	"math"
	"path/filepath"
	"strconv"
	"testing"

	"bellwether/etl"
	"bellwether/etl/etltest"
	"bellwether/etl/public"
)

func load(t *testing.T, code string, path ...string) (*etltest.Collector, etl.Summary) {
	t.Helper()
	forms, err := etl.LoadForms(public.Files)
	if err != nil {
		t.Fatal(err)
	}
	payload := etltest.Payload(t, filepath.Join(append([]string{etltest.Shared(t)}, path...)...))
	payload.SourceCode = "unicef"
	return etltest.Read(t, etltest.Form(t, forms, code), etltest.RealCatalog(t), payload, etl.Params{AcceptNew: true})
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
	c, s := load(t, "public/who_gho_csv", "health", "who_gho_odata_csv", "MDG_0000000026.csv")
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
	c, s := load(t, "public/who_gho_csv", "health", "who_gho_athena_csv", "MDG_0000000007.csv")
	if s.Read != 34331 {
		t.Errorf("got %+v, want 34331 figures", s)
	}
	for sex, want := range map[string]float64{"_T": 10.70518, "F": 9.98948, "M": 11.38241} {
		wantValue(t, &c.Loaded, want, map[string]string{"area_code": "CHN", "period_year": "2015", "sex": sex})
	}
}

func TestFactsOfUNICEFFile(t *testing.T) {
	c, s := load(t, "public/sdmx_csv", "health", "unicef_sdmx_csv", "CME_MRY0T4_all_2020.csv")
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
// form of its kind. The examples of the SDMX field guide hold no period, which
// is said in one line.
func TestEveryFileOfItsKindIsReadOrRefusedAloud(t *testing.T) {
	forms, err := etl.LoadForms(public.Files)
	if err != nil {
		t.Fatal(err)
	}
	for pattern, code := range map[string]string{
		"*/worldbank_csv/API_*.csv":        "public/worldbank_csv",
		"*/who_gho_*_csv/[A-Z]*.csv":       "public/who_gho_csv",
		"*/unicef_sdmx_csv/[A-Z]*_*.csv":   "public/sdmx_csv",
		"sdmx/csv/*_*.csv":                 "public/sdmx_csv",
		"health/who_gho_odata_json/*.json": "public/who_gho_csv",
	} {
		paths, err := filepath.Glob(filepath.Join(etltest.Shared(t), pattern))
		if err != nil || len(paths) == 0 {
			t.Fatalf("%s: %v, %d files", pattern, err, len(paths))
		}
		for _, path := range paths {
			if filepath.Base(path) == "SOURCES.csv" {
				continue
			}
			t.Run(filepath.Base(path), func(t *testing.T) {
				payload := etltest.Payload(t, path)
				payload.SourceCode = "publisher"
				sink := &etltest.Collector{}
				summary, err := etltest.Form(t, forms, code).Read(t.Context(), etltest.RealCatalog(t), payload, etl.Params{AcceptNew: true}, sink)
				if err != nil {
					t.Logf("refused: %v", err)
					return
				}
				t.Logf("%+v", summary)
				reasons := map[string]int{}
				for _, row := range sink.Refused.Rows {
					reasons[row[4]+" "+row[8]]++
				}
				for reason, n := range reasons {
					if n > 3 || len(reasons) < 6 {
						t.Logf("%d %s", n, reason)
					}
				}
			})
		}
	}
}
