package public_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"bellwether/etl"
	"bellwether/etl/etltest"
)

// yearbook builds a workbook of made-up figures: rows of a sheet, cells parted by
// |, and ranges to merge.
func yearbook(t *testing.T, rows, merges []string) etl.Payload {
	t.Helper()
	book := excelize.NewFile()
	defer book.Close()
	for i, row := range rows {
		for j, text := range strings.Split(row, "|") {
			cell, err := excelize.CoordinatesToCellName(j+1, i+1)
			if err != nil {
				t.Fatal(err)
			}
			if err := book.SetCellStr("Sheet1", cell, strings.ReplaceAll(text, `\n`, "\n")); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, merge := range merges {
		from, to, _ := strings.Cut(merge, ":")
		if err := book.MergeCell("Sheet1", from, to); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "table.xlsx")
	if err := book.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	return etltest.Payload(t, path)
}

// yearbookTables are tables as yearbooks print them, with the figures that come out.
var yearbookTables = map[string]struct {
	form         string
	rows, merges []string
	want         []string
}{
	"regions under bilingual headings of three rows": {"area", []string{
		"9-1  各地区某事|||||", "Something by Region", "单位：万人|||||(10 000 persons)",
		"地  区|Region|某人数||文  盲|", "||People|男|Illiterate|女", "||(person)|Male|人口的比重(%)|Female", "",
		"全  国|  National Total|3|1|0.5|0.75", "  ", "  广  西|  Guangxi|2|1|0.25|—", "注：数字是编的。",
	}, []string{"A1:F1", "A4:A6", "B4:B6"}, []string{
		"C8 CHN nbs:各地区某事/某人数 _T 2022 30000 persons", "D8 CHN nbs:各地区某事/某人数 M 2022 10000 persons",
		"E8 CHN nbs:各地区某事/文盲/人口的比重(%) _T 2022 0.5 percent", "F8 CHN nbs:各地区某事/文盲/人口的比重(%) F 2022 0.75 percent",
		"C10 45 nbs:各地区某事/某人数 _T 2022 20000 persons", "D10 45 nbs:各地区某事/某人数 M 2022 10000 persons",
		"E10 45 nbs:各地区某事/文盲/人口的比重(%) _T 2022 0.25 percent",
	}},
	"years in headings and two blocks side by side": {"area", []string{
		"9-2  各地区某事|||||", "单位：人", `地  区|1990年\n in 1990|2000年某事|地  区|1990年\n in 1990|2000年某事`, "广西|1|2|全国|3|4", "桂林|5|6||",
	}, nil, []string{
		"B4 45 nbs:各地区某事 _T 1990 1 persons", "C4 45 nbs:各地区某事/某事 _T 2000 2 persons",
		"B5 4503 nbs:各地区某事 _T 1990 5 persons", "C5 4503 nbs:各地区某事/某事 _T 2000 6 persons",
		"E4 CHN nbs:各地区某事 _T 1990 3 persons", "F4 CHN nbs:各地区某事/某事 _T 2000 4 persons",
	}},
	"ages": {"age", []string{
		"9-3  全国某事(2020年11月1日至2021年10月31日)", `年  龄\n\nAge|人口数 (人)||`, "|Population (person)||", "|合计|男|女", "|Total|Male|Female",
		"总计  Total|10|6|4", "0-4|5|3|2", "0|1|1|0", "95+|4|2|2",
	}, []string{"A2:A5", "B2:D2", "B3:D3"}, []string{
		"B6 CHN nbs:全国某事/人口数(人) _T 2021 10 persons", "C6 CHN nbs:全国某事/人口数(人) M 2021 6 persons", "D6 CHN nbs:全国某事/人口数(人) F 2021 4 persons",
		"B7 CHN nbs:全国某事/人口数(人) _T 2021 5 persons Y0T4", "C7 CHN nbs:全国某事/人口数(人) M 2021 3 persons Y0T4", "D7 CHN nbs:全国某事/人口数(人) F 2021 2 persons Y0T4",
		"B8 CHN nbs:全国某事/人口数(人) _T 2021 1 persons Y0", "C8 CHN nbs:全国某事/人口数(人) M 2021 1 persons Y0", "D8 CHN nbs:全国某事/人口数(人) F 2021 0 persons Y0",
		"B9 CHN nbs:全国某事/人口数(人) _T 2021 4 persons Y_GE95", "C9 CHN nbs:全国某事/人口数(人) M 2021 2 persons Y_GE95", "D9 CHN nbs:全国某事/人口数(人) F 2021 2 persons Y_GE95",
	}},
	"ages of each sex one below the other": {"age", []string{
		"9-6  某构成(2020年11月1日至2021年10月31日)", "单位：%", "年  龄|甲", "总计  Total|1", "16-19|2", "男  Male|3", "16-19|4", "女  Female|5", "65+|6",
	}, nil, []string{
		"B4 CHN nbs:某构成/甲 _T 2021 1 percent", "B5 CHN nbs:某构成/甲 _T 2021 2 percent nbs:16-19", "B6 CHN nbs:某构成/甲 M 2021 3 percent",
		"B7 CHN nbs:某构成/甲 M 2021 4 percent nbs:16-19", "B8 CHN nbs:某构成/甲 F 2021 5 percent", "B9 CHN nbs:某构成/甲 F 2021 6 percent Y_GE65",
	}},
	"years down": {"year", []string{
		"9-4  某事", "年份|某数(人)", "1949|1", "2020|2000",
	}, nil, []string{"B3 CHN nbs:某事/某数(人) _T 1949 1 persons", "B4 CHN nbs:某事/某数(人) _T 2020 2000 persons"}},
	"items with parts below them and a second header": {"item", []string{
		"9-5  主要指标", "项      目|Item|2018|2019", "甲数 (人)|A|10|20", "  其中：女|Women|4|8", "        男|Men|6|12", "乙率 (%)|B|1|2",
		"项      目|Item|2015-2018|2016-2019", "丙年 (岁)|C|80|81",
	}, nil, []string{
		"C3 CHN nbs:甲数(人) _T 2018 10 persons", "D3 CHN nbs:甲数(人) _T 2019 20 persons", "C4 CHN nbs:甲数(人) F 2018 4 persons", "D4 CHN nbs:甲数(人) F 2019 8 persons",
		"C5 CHN nbs:甲数(人) M 2018 6 persons", "D5 CHN nbs:甲数(人) M 2019 12 persons", "C6 CHN nbs:乙率(%) _T 2018 1 percent", "D6 CHN nbs:乙率(%) _T 2019 2 percent",
		"C8 CHN nbs:丙年(岁) _T 2018 80 years 2015-01-01", "D8 CHN nbs:丙年(岁) _T 2019 81 years 2016-01-01",
	}},
}

func TestYearbookTablesAreReadWithTheirHeadings(t *testing.T) {
	for name, one := range yearbookTables {
		t.Run(name, func(t *testing.T) {
			params := etl.Params{AcceptNew: true}
			switch one.form {
			case "area":
				params.Year = 2022
			case "item":
				params.Area = "CHN"
			}
			c, _ := etltest.Read(t, form(t, "public/nbs_yearbook_by_"+one.form), etltest.RealCatalog(t), yearbook(t, one.rows, one.merges), params)
			var got []string
			for _, line := range lines(&c.Loaded, "cell", "area_code", "indicator_code", "sex", "period_year", "value", "unit_code", "age_group", "period_start") {
				cells := strings.Fields(line)
				line, plain := strings.Join(cells[:7], " "), cells[4]+"-01-01"
				for _, more := range cells[7:] {
					if more != "_T" && more != plain {
						line += " " + more
					}
				}
				got = append(got, line)
			}
			if !slices.Equal(got, one.want) {
				t.Errorf("got  %q\nwant %q\nrefused %q", got, one.want, c.Refused.Rows)
			}
		})
	}
}

func TestYearbookTableThatDoesNotSayEnoughIsRefusedInOneLine(t *testing.T) {
	for want, rows := range map[string][]string{
		"as the parameter period": {"9-1  各地区某事", "地区|人数", "广西|1"},
		"the title of the table":  {"各地区某事", "地区|人数", "广西|1"},
		"missing 地区":              {"9-1  各地区某事", "省份|人数", "广西|1"},
		"a known unit":            {"9-1  各地区某事", "单位：" + strings.Repeat("大", 50), "地区|人数", "广西|1"},
	} {
		_, err := form(t, "public/nbs_yearbook_by_area").Read(t.Context(), etltest.RealCatalog(t), yearbook(t, rows, nil), etl.Params{AcceptNew: true}, &etltest.Collector{})
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("got %v, want one line with %q", err, want)
		}
	}
}

func TestFactsOfYearbookTables(t *testing.T) {
	read := func(kind, pattern string) *etltest.Rows {
		found, err := filepath.Glob(filepath.Join(etltest.Shared(t), "china_reports", "yearbook2023_xlsx", pattern))
		if err != nil || len(found) != 1 {
			t.Fatalf("%s: got %q, %v", pattern, found, err)
		}
		c, s := etltest.Read(t, form(t, "public/nbs_yearbook_by_"+kind), etltest.RealCatalog(t), etltest.Payload(t, found[0]), etl.Params{AcceptNew: true, Year: 2022})
		if s.Rejected > 0 {
			t.Errorf("%s: %d figures were refused: %q", pattern, s.Rejected, c.Refused.Rows[0])
		}
		return &c.Loaded
	}
	population := read("age", "2-3 *.xlsx")
	bands, single := 0.0, 0.0
	for sex, want := range map[string]float64{"_T": 1443996, "M": 737631, "F": 706364} {
		wantValue(t, population, want, map[string]string{"indicator_code": "nbs:全国分年龄、性别的人口数/人口数(人)", "sex": sex, "age_group": "_T", "area_code": "CHN"})
	}
	for _, line := range lines(population, "indicator_code", "sex", "age_group", "value") {
		cells := strings.Fields(line)
		if cells[0] != "nbs:全国分年龄、性别的人口数/人口数(人)" || cells[1] != "_T" || cells[2] == "_T" {
			continue
		}
		switch value := number(t, cells[3]); {
		case strings.Contains(cells[2], "T"):
			bands += value
		default:
			single += value
		}
	}
	// The last band, 95 and over, is printed once and belongs to both ways to add.
	if open := 929.0; bands+open != 1443994 || single-open != 1443069 {
		t.Errorf("the bands add up to %v with 95 and over, the single ages to %v without", bands+open, single-open)
	}
	deaths := read("age", "2-44 *.xlsx")
	for column, want := range map[string]map[string]float64{
		"死亡人口(人)": {"_T": 7707, "M": 4665, "F": 3042}, "年平均人口(人)": {"_T": 1443365}, "死亡率(‰)": {"_T": 5.34, "M": 6.32, "F": 4.31},
	} {
		for sex, value := range want {
			wantValue(t, deaths, value, map[string]string{"indicator_code": "nbs:全国分年龄、性别的死亡人口状况/" + column, "sex": sex, "age_group": "_T", "period_year": "2022"})
		}
	}
	expectancy := read("area", "1-10 *.xlsx")
	for sex, want := range map[string]float64{"_T": 77.93, "M": 75.37, "F": 80.88} {
		wantValue(t, expectancy, want, map[string]string{"indicator_code": "nbs:各地区人口平均预期寿命/预期寿命", "sex": sex, "area_code": "CHN", "period_year": "2020"})
	}
	wantValue(t, expectancy, 78.8871893648495, map[string]string{"area_code": "nbs:天津", "sex": "_T", "period_year": "2010"})
}
