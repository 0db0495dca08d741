package public_test

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"

	"bellwether/etl"
	"bellwether/etl/etltest"
)

func TestFactsOfNBSMortalityFile(t *testing.T) {
	c, s := load(t, "public/nbs_by_year_csv", "health", "china_nbs", "卫生__监测地区5岁以下儿童和孕产妇死亡率.csv")
	if s.Read != 444 || s.Loaded != 288 || s.Skipped != 156 {
		t.Errorf("got %+v, want 12 indicators of the 24 years from 1991", s)
	}
	if first := slices.Min(s.Years); first != 1991 {
		t.Errorf("the first year is %d, want 1991: the years before it are empty", first)
	}
	const all, urban, rural, infants = "maternal_mortality_per_100000", "nbs:城市孕产妇死亡率", "nbs:农村孕产妇死亡率", "child_infant_mortality_per_1000"
	for _, one := range []struct {
		year, indicator, unit string
		want                  float64
	}{
		{"1991", all, "per_100000", 80.0}, {"1991", urban, "_U", 46.3}, {"1991", rural, "_U", 100.0}, {"1991", infants, "per_1000", 50.2},
		{"2010", all, "per_100000", 30.0}, {"2010", urban, "_U", 29.7}, {"2010", rural, "_U", 30.1},
		{"2014", all, "per_100000", 21.7}, {"2014", urban, "_U", 20.5}, {"2014", rural, "_U", 22.2}, {"2014", infants, "per_1000", 8.9},
	} {
		wantValue(t, &c.Loaded, one.want, map[string]string{"area_code": "CHN", "source_code": "nbs", "residence": "_T",
			"period_year": one.year, "indicator_code": one.indicator, "unit_code": one.unit})
	}
}

func TestFactsOfNBSCivilAffairsFiles(t *testing.T) {
	var copies []string
	for _, name := range []string{"社会服务__婚姻服务.csv", "社会服务__婚姻服务_gb18030.csv"} {
		c, _ := load(t, "public/nbs_by_year_csv", "civil_affairs", "china_nbs", name)
		copies = append(copies, c.Loaded.CSV())
		for indicator, want := range map[string]float64{"nbs:结婚登记": 1306.7426, "nbs:离婚登记": 295.7295, "nbs:粗离婚率": 2.6657582443} {
			wantValue(t, &c.Loaded, want, map[string]string{"period_year": "2014", "indicator_code": indicator})
		}
	}
	if copies[0] != copies[1] {
		t.Error("the copies in UTF-8 and GB18030 give different figures")
	}
	c, _ := load(t, "public/nbs_by_year_csv", "civil_affairs", "china_nbs", "社会服务__自治组织.csv")
	for indicator, want := range map[string]float64{"nbs:自治组织女性成员数": 767000, "nbs:自治组织成员数": 2802000} {
		wantValue(t, &c.Loaded, want, map[string]string{"period_year": "2014", "indicator_code": indicator})
	}
}

func TestFactsOfNBSPopulationDownload(t *testing.T) {
	for _, name := range []string{"年度数据_人口_2003-2022.csv", "年度数据_人口_2003-2022_gbk.csv"} {
		c, _ := load(t, "public/nbs_by_indicator_csv", "china_reports", "nbs_national_csv", name)
		for indicator, want := range map[string]float64{"年末总人口": 141175, "男性人口": 72206, "女性人口": 68969, "城镇人口": 92071, "乡村人口": 49104} {
			where := map[string]string{"area_code": "CHN", "period_year": "2022", "indicator_code": "nbs:" + indicator + "(万人)", "unit_code": "persons"}
			wantValue(t, &c.Loaded, want*10_000, where)
			if text, _ := c.Loaded.Value("reported_value", where); text != strconv.FormatFloat(want, 'f', -1, 64) {
				t.Errorf("%s is kept as %s, printed as %v", indicator, text, want)
			}
		}
	}
}

func TestFactsOfNBSDownloadByProvince(t *testing.T) {
	c, _ := load(t, "public/nbs_by_area_csv", "china_reports", "nbs_province_gbk_csv", "分省年度数据 (5).csv")
	wantValue(t, &c.Loaded, -4.7, map[string]string{"area_code": "nbs:北京市", "period_year": "2024",
		"indicator_code": "nbs:固定资产投资(不含农户)实际到位资金_比上年增长(%)", "unit_code": "percent"})
	wantValue(t, &c.Loaded, -10.2, map[string]string{"area_code": "45", "period_year": "2024"})
}

// TestNBSFilesThatDoNotSayWhatTheyAreWaitForAParameter keeps a table from being
// loaded as something it may not be.
func TestNBSFilesThatDoNotSayWhatTheyAreWaitForAParameter(t *testing.T) {
	const byArea, byIndicator = "地区,2023年,2022年\n广西壮族自治区,2.30,1.99\n", "指标,2023年\n结婚登记(万对),1.5\n"
	for name, one := range map[string]struct {
		form, text string
		params     etl.Params
		want       string
	}{
		"no indicator":               {"public/nbs_by_area_csv", byArea, etl.Params{}, "the parameter indicator of the load"},
		"indicator given":            {"public/nbs_by_area_csv", byArea, etl.Params{Extra: map[string]string{"indicator": "粗离婚率(‰)"}}, "45 nbs:粗离婚率(‰) 2.3 per_1000"},
		"indicator given, no unit":   {"public/nbs_by_area_csv", byArea, etl.Params{Extra: map[string]string{"indicator": "粗离婚率"}}, "45 nbs:粗离婚率 2.3 _U"},
		"whole country":              {"public/nbs_by_indicator_csv", "数据库：年度数据,\n时间：最近20年,\n" + byIndicator, etl.Params{}, "CHN nbs:结婚登记(万对) 1.5 _U"},
		"one province":               {"public/nbs_by_indicator_csv", "数据库：分省年度数据\n地区：广西壮族自治区\n" + byIndicator, etl.Params{}, "45 nbs:结婚登记(万对) 1.5 _U"},
		"provinces without the name": {"public/nbs_by_indicator_csv", "数据库：分省年度数据\n" + byIndicator, etl.Params{}, "the parameter area of the load"},
		"no database":                {"public/nbs_by_indicator_csv", byIndicator, etl.Params{}, "the parameter area of the load"},
		"area given":                 {"public/nbs_by_indicator_csv", byIndicator, etl.Params{Area: "CHN"}, "CHN nbs:结婚登记(万对) 1.5 _U"},
		"months, not years":          {"public/nbs_by_indicator_csv", "数据库：月度数据\n指标,2023年5月\n结婚登记,1\n", etl.Params{Area: "CHN"}, "want a header"},
	} {
		t.Run(name, func(t *testing.T) {
			one.params.AcceptNew = true
			c := &etltest.Collector{}
			_, err := form(t, one.form).Read(t.Context(), etltest.RealCatalog(t), etltest.Write(t, "下载.csv", one.text), one.params, c)
			var format *etl.FormatError
			if err != nil {
				if !errors.As(err, &format) || !strings.Contains(err.Error(), one.want) {
					t.Errorf("got %v, want %q", err, one.want)
				}
				return
			}
			if got := lines(&c.Loaded, "area_code", "indicator_code", "value", "unit_code"); len(got) == 0 || got[0] != one.want {
				t.Errorf("got %q, want %q", got, one.want)
			}
		})
	}
}
