package public_test

import (
	"fmt"
	"math"
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
	const noPeriod, noArea = "TIME_PERIOD and OBS_VALUE", "give the area when loading"
	for code, files := range map[string]map[string]string{
		"public/worldbank_csv": {
			"health/worldbank_csv/API_SH.STA.MMRT_DS2_en_csv_v2_5872348.csv":           "4893 0 11865",
			"education/worldbank_csv/API_SE.ADT.LITR.ZS_DS2_en_csv_v2_5871613.csv":     "2791 0 13967",
			"civil_affairs/worldbank_csv/API_SG.GEN.PARL.ZS_DS2_en_csv_v2_1740381.csv": "5391 0 10713",
		},
		"public/who_gho": {
			"health/who_gho_athena_csv/EQ_ANC.csv":                "2446 0 0",
			"health/who_gho_athena_csv/EQ_INFANTMORT.csv":         "1978 0 0",
			"health/who_gho_athena_csv/EQ_U5MORT.csv":             "1978 0 0",
			"health/who_gho_athena_csv/LBW_PREVALENCE.csv":        "2864 0 0",
			"health/who_gho_athena_csv/MCV2.csv":                  "2701 0 0",
			"health/who_gho_athena_csv/MDG_0000000007.csv":        "34327 4 0",  // two totals given twice, once without a sex
			"health/who_gho_athena_csv/MDG_0000000025.csv":        "1678 162 1", // surveys of one country and year
			"health/who_gho_athena_csv/NCD_CCS_hpv.csv":           "25 557 0",   // Yes and No are no numbers
			"health/who_gho_athena_csv/NCD_DTH_TOT.csv":           "2876 8 0",   // VOID_APPROVED
			"health/who_gho_athena_csv/WHOSIS_000001.csv":         "9441 0 0",
			"health/who_gho_athena_csv/WHOSIS_000004.csv":         "9690 0 0",
			"health/who_gho_athena_csv/WHS4_544.csv":              "7588 0 0",
			"health/who_gho_athena_csv/WHS8_110.csv":              "7454 0 3",
			"health/who_gho_odata_csv/MDG_0000000026.csv":         "7878 0 0",
			"health/who_gho_odata_csv/SRHINSTITUTIONALBIRTH.csv":  "2009 0 0",
			"health/who_gho_odata_csv/WHS4_154.csv":               "1166 0 0",
			"health/who_gho_odata_json/MDG_0000000026_asia.json":  "351 0 0",
			"health/who_gho_athena_json/maternal_deaths_A-K.json": "522 6 0", // intervals without a lower bound
		},
		"public/unsd_minset": {
			"civil_affairs/unsd_tsv/unsd_100__I_1__I98ba1fd8__S997d1fdb.csv": "2297 0 0",
			"civil_affairs/unsd_xlsx/unsd_IV_2__I836a1d80.xlsx":              "5053 0 0",
			"education/unsd_tsv/unsd_3400__II_2__I40470f13__S40470f13.csv":   "10015 0 0",
			"education/unsd_tsv/unsd_4800__II_8__Ia00b1ab7__Sa00b1ab7.csv":   "2699 0 0",
			"education/unsd_xlsx/unsd_II_1__If1e8239d.xlsx":                  "6911 0 0",
			"education/unsd_xlsx/unsd_II_3__I0d771394.xlsx":                  "13646 0 0",
			"health/unsd_tsv/unsd_6300__III_5__I784515d6__S784515d6.csv":     "2001 0 0",
			"health/unsd_tsv/unsd_6800__III_10__Ic5db0b34__Sc5db0b34.csv":    "3600 0 0",
			"health/unsd_xlsx/unsd_III_3__I75250979.xlsx":                    "3960 0 0",
			"sdmx/codelists_xlsx/unsd_CL_AREA.xlsx":                          "missing MINSET_SERIES",
		},
		"public/owid_csv": {
			"civil_affairs/owid_csv/gender-wage-gap-oecd.csv":     "636 0 0",
			"education/owid_csv/cross-country-literacy-rates.csv": "1364 59 0",  // years before 1900
			"health/owid_csv/maternal-mortality.csv":              "5380 420 0", // the same
			"population/admin_divisions/provinces.csv":            "missing Year",
			"population/admin_divisions/streets.csv":              "missing Year",
		},
		"public/un_wpp": {
			"population/un_wpp2019/e0F.txt":         "3486 0 0",
			"population/un_wpp2019/popF.txt":        "78435 0 0",
			"population/un_wpp2019/sexRatio.txt":    "7470 0 0",
			"population/un_wpp2019/UNlocations.txt": "missing",
		},
		"public/un_wpp_abridged": {
			"population/un_wpp2019/mxF.txt": "164340 0 0",
		},
		"public/nbs_yearbook_by_area": {
			"china_reports/yearbook2023_xlsx/1-10 各地区人口平均预期寿命.xlsx":       "381 0 3",
			"china_reports/yearbook2023_xlsx/2-28 各地区分性别的15岁及以上文盲人口.xlsx": "288 0 0",
			"china_reports/yearbook2023_xlsx/2-36 各地区分性别、婚姻状况的人口.xlsx":    "480 0 0",
			"china_reports/yearbook2023_xlsx/5-4 各地区区县人口数.xlsx":           "92 6 0", // 市辖区 of six cities
			"china_reports/yearbook2023_xlsx/2-3 全国分年龄、性别的人口数.xlsx":       "missing 地区",
			"china_reports/yearbook2023_xls/1-10 各地区人口平均预期寿命.xls":         "legacy .xls",
			"population/admin_divisions/areas.csv":                        "missing 地区",
			"method_vectors/testdata_Proportion.xlsx":                     "missing 地区",
		},
		"public/nbs_yearbook_by_age": {
			"china_reports/yearbook2023_xlsx/2-3 全国分年龄、性别的人口数.xlsx":                               "812 0 0",
			"china_reports/yearbook2023_xlsx/2-40 全国育龄妇女分年龄、孩次的生育状况（2021年11月1日至2022年10月31日）.xlsx": "387 0 0",
			"china_reports/yearbook2023_xlsx/2-44 全国分年龄、性别的死亡人口状况（2021年11月1日至2022年10月31日）.xlsx":   "990 0 0",
		},
		"public/nbs_yearbook_by_year": {
			"china_reports/yearbook2023_xlsx/1-2 按性别分人口数.xlsx":                   "295 0 5",
			"china_reports/yearbook2023_xlsx/1-22 分登记注册类型城镇非私营单位女性就业人员年末人数.xlsx": "116 0 0",
		},
		"public/nbs_yearbook_by_item": {
			"china_reports/yearbook2023_xlsx/6-7 人口主要指标.xlsx": "parameter area", // Macao, which the table does not say
		},
		"public/hmd_life_table": {
			"population/hmd_life_tables/GBR_fltper_1x1_1922-1969.txt": "42624 0 0",
		},
		"public/nbs_by_year_csv": {
			"health/china_nbs/卫生__监测地区5岁以下儿童和孕产妇死亡率.csv":                 "288 0 156",
			"health/china_nbs/卫生__农村居民主要疾病死亡率及死因构成__农村居民主要疾病粗死亡率.csv":    "347 0 1836",
			"health/china_nbs/卫生__每万人口卫生技术人员数.csv":                       "206 0 127",
			"health/china_nbs/卫生__村卫生室情况.csv":                            "105 0 154",
			"civil_affairs/china_nbs/社会服务__婚姻服务.csv":                     "209 0 50",
			"civil_affairs/china_nbs/社会服务__婚姻服务_gb18030.csv":             "209 0 50",
			"civil_affairs/china_nbs/社会服务__孤儿和家庭儿童收养.csv":                "64 0 84",
			"civil_affairs/china_nbs/社会服务__残疾人事业基本情况.csv":                "489 0 880",
			"civil_affairs/china_nbs/社会服务__民政部门医疗救助.csv":                 "46 0 176",
			"civil_affairs/china_nbs/社会服务__社区服务机构.csv":                   "118 0 104",
			"civil_affairs/china_nbs/社会服务__自治组织.csv":                     "157 0 139",
			"education/china_nbs/教育__各级各类学校在校学生数.csv":                    "287 0 9",
			"education/china_nbs/教育__学龄儿童入学率和各级普通学校毕业生升学率.csv":           "137 0 11",
			"education/china_nbs/教育__普通小学学校和学生情况__普通小学在校学生数.csv":         "250 0 490",
			"education/china_nbs/教育__每十万人口各级学校平均在校生数.csv":                "149 0 36",
			"population/china_nbs/人口__人口出生率、死亡率和自然增长率.csv":               "111 0 0",
			"population/china_nbs/人口__人口抽样调查样本数据__按年龄分女性人口数(人口抽样调查).csv": "232 0 545",
			"population/china_nbs/人口__总人口.csv":                           "185 0 0",
			"population/china_nbs/人口数据.xlsx":                             "45 0 0",
			"china_reports/nbs_national_csv/年度数据_人口_2003-2022.csv":       "one without heading",
			"civil_affairs/china_nbs/分省离婚率.csv":                          "one without heading",
		},
		"public/nbs_by_indicator_csv": {
			"china_reports/nbs_national_csv/年度数据_人口_2003-2022.csv":     "100 0 0",
			"china_reports/nbs_national_csv/年度数据_人口_2003-2022_gbk.csv": "100 0 0",
			"china_reports/nbs_province_gbk_csv/分省年度数据.csv":            "missing 指标",
		},
		"public/nbs_by_area_csv": {
			"china_reports/nbs_province_gbk_csv/分省年度数据.csv":     "589 0 0",
			"china_reports/nbs_province_gbk_csv/分省年度数据 (1).csv": "527 0 93",
			"china_reports/nbs_province_gbk_csv/分省年度数据 (3).csv": "527 0 93",
			"china_reports/nbs_province_gbk_csv/分省年度数据 (5).csv": "217 0 403",
			"china_reports/nbs_province_xls/分省年度数据.xls":         "legacy .xls",
			"civil_affairs/china_nbs/分省离婚率.csv":                 "the parameter indicator",
			"civil_affairs/china_nbs/分省人口_2015_2023.csv":        "the parameter indicator",
		},
		"public/sdmx": {
			"health/unicef_sdmx_csv/CME_MRY0T4_all_2020.csv":       "747 0 0",
			"health/unicef_sdmx_csv/CME_MRY0T4_BRA_sex_2020.csv":   "8 0 0",
			"health/unicef_sdmx_csv/CME_multi_USA_2020.csv":        "11 0 0",
			"health/unicef_sdmx_csv/IM_MCV1_USA_BRA_2015_2023.csv": "18 0 0",
			"sdmx/csv/pysdmx_sdmxcsv10_data_v1.csv":                "1000 0 0",
			"sdmx/csv/pysdmx_sdmxcsv10_no_freq.csv":                "7 0 0",
			"sdmx/csv/pysdmx_sdmxcsv20_action.csv":                 "0 20 0", // each record lacks a cell
			"sdmx/csv/pysdmx_sdmxcsv20_labels_name.csv":            "which area",
			"sdmx/csv/v3__csv__example-01.csv":                     noArea,
			"sdmx/csv/v3__csv__example-02.csv":                     noPeriod,
			"sdmx/csv/v3__csv__example-03.csv":                     noPeriod,
			"sdmx/csv/v3__csv__example-04.csv":                     noArea,
			"sdmx/csv/v3__csv__example-05.csv":                     noArea,
			"sdmx/csv/v3__csv__example-06.csv":                     noArea,
			"sdmx/csv/v3__csv__example-07.csv":                     noArea,
			"sdmx/csv/v3__csv__example-08.csv":                     noArea,
			"sdmx/csv/v3__csv__example-09A.csv":                    noArea,
			"sdmx/csv/v3__csv__example-10.csv":                     noArea,
			"sdmx/csv/v3__csv__example-12.csv":                     noPeriod,
			"sdmx/csv/v3__csv__example-13.csv":                     noPeriod,
			"sdmx/csv/v3__csv__example-14.csv":                     noPeriod,
			"sdmx/csv/v3__csv__example-17.csv":                     noPeriod,
			"sdmx/csv/v3__csv__example-19A.csv":                    noPeriod,
		},
	} {
		form, known := form(t, code), etltest.RealCatalog(t)
		for file, want := range files {
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
