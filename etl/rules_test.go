package etl_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"bellwether/etl"
	"bellwether/etl/catalog"
	"bellwether/etl/etltest"
)

// parse loads one form from its text.
func parse(t testing.TB, code, text string) *etl.Form {
	t.Helper()
	name := code[strings.LastIndexByte(code, '/')+1:] + ".yaml"
	forms, err := etl.LoadForms(fstest.MapFS{name: {Data: []byte(text)}})
	if err != nil {
		t.Fatal(err)
	}
	return etltest.Form(t, forms, code)
}

// agencyForm is a long table with everything a record can say.
const agencyForm = `
form: test/agency
title: {zh: 测试表, en: Test form}
source: test
statistical_year: calendar
rows:
  indicator: {columns: [指标]}
  area: {columns: [地区]}
  sex: {columns: [性别], optional: true, blank: _T}
  residence: {columns: [城乡], optional: true, blank: _T}
  period: {columns: [年份]}
  unit: {columns: [单位], optional: true}
  status: {columns: [状态], optional: true}
figures:
  - value: [数值]
    numerator: [分子]
    denominator: [分母]
missing: {"—": M, 略: skip}
flags: {p: P}
footnotes: ['^注']
sums:
  - {whole: all_count, parts: [first_count, second_count]}
  - {whole: all_count, parts: [among_count], subset: true}
`

func number(value float64) *float64 { return &value }

// ruleCatalog has an indicator of each measure, and a district of three streets.
func ruleCatalog() *etltest.Catalog {
	percent := catalog.Indicator{UnitCode: "percent", Multiplier: 100, Measure: "proportion", ValidMin: number(0), ValidMax: number(100)}
	count := catalog.Indicator{UnitCode: "persons", Measure: "count", ValidMin: number(0)}
	c := &etltest.Catalog{
		Indicators: map[string]catalog.Indicator{
			"share":     percent,
			"gross":     {UnitCode: "percent", Multiplier: 100, Measure: "ratio"},
			"mortality": {UnitCode: "per_100000", Multiplier: 100000, Measure: "rate", ValidMin: number(0), ValidMax: number(100000)},
			"growth":    {UnitCode: "percent", Measure: "index"},
			"all_count": count, "first_count": count, "second_count": count, "among_count": count,
		},
		Units: map[string]catalog.Unit{
			"percent": {Code: "percent", Dimension: "share", PerBase: 100}, "per_1000": {Code: "per_1000", Dimension: "share", PerBase: 1000},
			"per_100000": {Code: "per_100000", Dimension: "share", PerBase: 100000}, "persons": {Code: "persons", Dimension: "persons", PerBase: 1},
			"years": {Code: "years", Dimension: "years", PerBase: 1},
		},
		Codes: map[string][]string{
			"AREA": {"450302", "450302001", "450302002", "450302003"}, "SEX": {"_T", "F", "M", "_U"}, "RESIDENCE": {"_T", "U", "R"},
			"OBS_STATUS": {"A", "P", "M", "L", "O"}, "UNIT": {"percent", "per_1000", "per_100000", "persons", "years"},
		},
		Aliases: map[string]map[string]string{
			"SEX": {"女": "F", "男": "M", "合计": "_T"}, "AREA": {"秀峰区": "450302"},
			"UNIT": {"人": "persons", "%": "percent", "‰": "per_1000"},
		},
		Areas: map[string][]string{"450302": {"450302001", "450302002", "450302003"}},
	}
	return c
}

// agencyCSV writes records below the header of the agency form.
func agencyCSV(records ...string) string {
	return "指标,地区,性别,城乡,年份,分子,分母,数值,单位,状态\n" + strings.Join(records, "\n") + "\n"
}

// outcomeOf reads records and gives each reject as cell and reason, and each
// observation as its cell, value and status.
func outcomeOf(t *testing.T, records ...string) (loaded, refused []string, s etl.Summary) {
	t.Helper()
	form := parse(t, "test/agency", agencyForm)
	c, s := etltest.Read(t, form, ruleCatalog(), etltest.Write(t, "a.csv", agencyCSV(records...)), etl.Params{})
	return pick(&c.Loaded, "cell", "value", "obs_status"), pick(&c.Refused, "cell", "reason_code"), s
}

// pick joins some columns of each row.
func pick(rows *etltest.Rows, columns ...string) []string {
	var lines []string
	for _, row := range rows.Rows {
		var parts []string
		for _, column := range columns {
			parts = append(parts, row[slices.Index(rows.Header, column)])
		}
		lines = append(lines, strings.Join(parts, " "))
	}
	return lines
}

func TestRulesOfOneFigure(t *testing.T) {
	for name, one := range map[string]struct{ record, loaded, refused string }{
		"rate worked out of its parts":              {"share,450302,,,2024,1,3,33.3,,", "H2 33.3333333333 A", ""},
		"rate without parts":                        {"share,450302,,,2024,,,33.3,,", "H2 33.3 A", ""},
		"count in the value column":                 {"all_count,450302,,,2024,,,12,人,", "H2 12 A", ""},
		"count in the numerator column":             {"all_count,450302,,,2024,12,,,人,", "H2 12 A", ""},
		"zero is zero":                              {"share,450302,,,2024,0,50,0,,", "H2 0 A", ""},
		"nothing given is passed over":              {"share,450302,,,2024,,,,,", "", ""},
		"mark to pass over":                         {"share,450302,,,2024,,,略,,", "", ""},
		"missing mark keeps its status":             {"share,450302,,,2024,,,—,,", "H2  M", ""},
		"default missing mark":                      {"share,450302,,,2024,,,N/A,,", "H2  O", ""},
		"status column says why":                    {"share,450302,,,2024,,,,,L", "H2  L", ""},
		"flag behind a figure":                      {"share,450302,,,2024,,,33.3p,,", "H2 33.3 P", ""},
		"zero of zero does not apply":               {"share,450302,,,2024,0,0,,,", "H2  M", ""},
		"gross rate above 100":                      {"gross,450302,,,2024,110,100,110.0,,", "H2 110 A", ""},
		"unit converted":                            {"mortality,450302,,,2024,,,5.2,‰,", "H2 520 A", ""},
		"unit behind the figure goes before":        {"mortality,450302,,,2024,,,5.2‰,persons,", "H2 520 A", ""},
		"power of ten before the unit":              {"all_count,450302,,,2024,,,1.5,万人,", "H2 15000 A", ""},
		"index may be negative":                     {"growth,450302,,,2024,,,-3.5,,", "H2 -3.5 A", ""},
		"reported rate within half a printed unit":  {"share,450302,,,2024,222,3215,6.9,,", "H2 6.90513219285 A", ""},
		"rule 1: unknown indicator":                 {"nonsense,450302,,,2024,1,3,,,", "", "A2 unknown_indicator"},
		"rule 1: unknown area":                      {"share,451111,,,2024,1,3,,,", "", "B2 unknown_area"},
		"rule 1: unknown sex":                       {"share,450302,男?,,2024,1,3,,,", "", "C2 unknown_sex"},
		"rule 1: unknown residence":                 {"share,450302,,市,2024,1,3,,,", "", "D2 unknown_residence"},
		"rule 1: no area":                           {"share,,,,2024,1,3,,,", "", "B2 missing_code"},
		"rule 1: no period":                         {"share,450302,,,,1,3,,,", "", "E2 bad_period"},
		"rule 1: year that is none":                 {"share,450302,,,20245,1,3,,,", "", "E2 bad_period"},
		"rule 1: unknown unit":                      {"share,450302,,,2024,,,3,斤,", "", "I2 unknown_unit"},
		"rule 1: unit of something else":            {"share,450302,,,2024,,,3,years,", "", "H2 unit_mismatch"},
		"rule 1: unknown status":                    {"share,450302,,,2024,,,3,,X", "", "J2 unknown_status"},
		"rule 2: negative":                          {"share,450302,,,2024,,,-1,,", "", "H2 negative_value"},
		"rule 2: negative numerator":                {"share,450302,,,2024,-1,3,,,", "", "F2 negative_value"},
		"rule 2: above its range":                   {"share,450302,,,2024,,,100.1,,", "", "H2 out_of_range"},
		"rule 3: numerator above denominator":       {"share,450302,,,2024,4,3,,,", "", "F2 numerator_exceeds_denominator"},
		"rule 4: numerator alone":                   {"share,450302,,,2024,4,,,,", "", "G2 incomplete_pair"},
		"rule 4: denominator alone":                 {"share,450302,,,2024,,4,100,,", "", "G2 incomplete_pair"},
		"rule 4: something of nothing":              {"share,450302,,,2024,4,0,,,", "", "G2 zero_denominator"},
		"rule 4: count with a denominator":          {"all_count,450302,,,2024,4,5,,,", "", "G2 incomplete_pair"},
		"rule 5: rate that is not its parts":        {"share,450302,,,2024,222,3215,6.8,,", "", "H2 rate_disagrees"},
		"rule 5: count that differs from the value": {"all_count,450302,,,2024,4,,5,,", "", "H2 rate_disagrees"},
		"no number and no mark":                     {"share,450302,,,2024,约3,4,,,", "", "F2 bad_number"},
		"dash that the form does not know":          {"share,450302,,,2024,,,–,,", "", "H2 bad_number"},
		"short record":                              {"share,450302,,,2024,1,3,33.3", "", "H2 short_row"},
		"long record":                               {"share,450302,,,2024,1,3,33.3,,,extra", "", "K2 long_row"},
		"long record with nothing in it":            {"share,450302,,,2024,1,3,33.3,,,,", "H2 33.3333333333 A", ""},
		"text behind a quotation mark":              {`share,"450302"x,,,2024,1,3,33.3,,`, "", "H2 bad_quoting"},
		"remark below the table":                    {"注：本表口径见说明", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			loaded, refused, _ := outcomeOf(t, one.record, "growth,450302,,,2019,,,1,,")
			if got := strings.Join(loaded[:len(loaded)-1], ","); got != one.loaded {
				t.Errorf("loaded %q, want %q", got, one.loaded)
			}
			if got := strings.Join(refused, ","); got != one.refused {
				t.Errorf("refused %q, want %q", got, one.refused)
			}
		})
	}
}

func TestRulesBetweenFigures(t *testing.T) {
	const f, m, all = "share,450302,女,,2024,10,20,,,", "share,450302,男,,2024,5,20,,,", "share,450302,合计,,2024,15,40,,,"
	street := func(n int, count int) string { return fmt.Sprintf("all_count,45030200%d,,,2024,,,%d,,", n, count) }
	for name, one := range map[string]struct {
		records []string
		loaded  int
		refused []string
	}{
		"rule 9: exact repetition is passed over": {[]string{f, f, f}, 1, nil},
		"rule 9: same figure with two values": {[]string{f, m, "share,450302,女,,2024,11,20,,,"}, 1,
			[]string{"H2 duplicate_key", "H4 duplicate_key"}},
		"rule 9: three of one figure": {[]string{f, f, "share,450302,女,,2024,11,20,,,"}, 0,
			[]string{"H2 duplicate_key", "H3 duplicate_key", "H4 duplicate_key"}},
		"rule 7: women and men are all":  {[]string{f, m, all}, 3, nil},
		"rule 7: total before its parts": {[]string{all, f, m}, 3, nil},
		"rule 7: women and men are not all": {[]string{f, m, "share,450302,合计,,2024,16,40,,,"}, 0,
			[]string{"H2 breakdown_disagrees", "H3 breakdown_disagrees", "H4 breakdown_disagrees"}},
		"rule 7: denominators do not add up": {[]string{f, m, "share,450302,合计,,2024,15,41,,,"}, 0,
			[]string{"H2 breakdown_disagrees", "H3 breakdown_disagrees", "H4 breakdown_disagrees"}},
		"rule 7: those of unknown sex count too": {[]string{f, m, "share,450302,_U,,2024,1,2,,,", "share,450302,合计,,2024,16,42,,,"}, 4, nil},
		"rule 7: and may not be forgotten": {[]string{f, m, "share,450302,_U,,2024,1,2,,,", all}, 0,
			[]string{"H2 breakdown_disagrees", "H3 breakdown_disagrees", "H4 breakdown_disagrees", "H5 breakdown_disagrees"}},
		"rule 7 is not run without all parts": {[]string{f, "share,450302,合计,,2024,16,40,,,"}, 2, nil},
		"rule 7 does not look at refused figures": {[]string{f, "share,450302,男,,2024,50,20,,,", "share,450302,合计,,2024,99,140,,,"}, 2,
			[]string{"F3 numerator_exceeds_denominator"}},
		"rule 7 does not add rates": {[]string{"share,450302,女,,2024,,,50,,", "share,450302,男,,2024,,,25,,", "share,450302,合计,,2024,,,37.5,,"}, 3, nil},
		"rule 7: urban and rural": {[]string{"all_count,450302,,U,2024,,,5,,", "all_count,450302,,R,2024,,,6,,", "all_count,450302,,,2024,,,12,,"}, 0,
			[]string{"H2 breakdown_disagrees", "H3 breakdown_disagrees", "H4 breakdown_disagrees"}},
		"rule 7: streets are the district": {[]string{street(1, 5), street(2, 6), street(3, 7), "all_count,450302,,,2024,,,18,,"}, 4, nil},
		"rule 7: streets are not the district": {[]string{street(1, 5), street(2, 6), street(3, 7), "all_count,450302,,,2024,,,19,,"}, 0,
			[]string{"H2 breakdown_disagrees", "H3 breakdown_disagrees", "H4 breakdown_disagrees", "H5 breakdown_disagrees"}},
		"rule 7: rounded figures may be off by rounding": {[]string{"all_count,450302,女,,2024,,,1.1,万人,", "all_count,450302,男,,2024,,,1.2,万人,", "all_count,450302,,,2024,,,2.4,万人,"}, 3, nil},
		"rule 7: but not by more": {[]string{"all_count,450302,女,,2024,,,1.1,万人,", "all_count,450302,男,,2024,,,1.2,万人,", "all_count,450302,,,2024,,,2.5,万人,"}, 0,
			[]string{"H2 breakdown_disagrees", "H3 breakdown_disagrees", "H4 breakdown_disagrees"}},
		"rule 7: a figure given twice counts once": {[]string{f, f, m, all}, 3, nil},
		"rule 6: parts are the whole":              {[]string{"first_count,450302,,,2024,,,4,,", "second_count,450302,,,2024,,,5,,", "all_count,450302,,,2024,,,9,,"}, 3, nil},
		"rule 6: parts are not the whole": {[]string{"first_count,450302,,,2024,,,4,,", "second_count,450302,,,2024,,,5,,", "all_count,450302,,,2024,,,8,,"}, 0,
			[]string{"H2 parts_disagree", "H3 parts_disagree", "H4 parts_disagree"}},
		"rule 6: rounded parts are asked about, not refused": {[]string{"first_count,450302,,,2024,,,1.1,万人,", "second_count,450302,,,2024,,,1.2,万人,", "all_count,450302,,,2024,,,2.5,万人,"}, 3, nil},
		"rule 8: of which at most the whole":                 {[]string{"among_count,450302,,,2024,,,4,,", "all_count,450302,,,2024,,,8,,"}, 2, nil},
		"rule 8: of which above the whole": {[]string{"among_count,450302,,,2024,,,9,,", "all_count,450302,,,2024,,,8,,"}, 0,
			[]string{"H2 part_exceeds_whole", "H3 part_exceeds_whole"}},
	} {
		t.Run(name, func(t *testing.T) {
			loaded, refused, s := outcomeOf(t, one.records...)
			if len(loaded) != one.loaded || !slices.Equal(refused, one.refused) {
				t.Errorf("loaded %q, refused %q, want %d and %q", loaded, refused, one.loaded, one.refused)
			}
			if s.Read != int64(len(one.records)) {
				t.Errorf("read %d figures, want %d", s.Read, len(one.records))
			}
		})
	}
}

func TestRoundedPartsThatDoNotAddUpAreNoted(t *testing.T) {
	row := func(indicator, value string) string { return indicator + ",450302,,,2024,,," + value + ",万人," }
	for name, one := range map[string]struct {
		whole string
		want  int
	}{
		"within rounding": {"2.4", 0},
		"beyond it":       {"2.5", 1},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, s := outcomeOf(t, row("first_count", "1.1"), row("second_count", "1.2"), row("all_count", one.whole))
			var found []string
			for _, note := range s.Notes {
				if strings.Contains(note, "规则 6") {
					found = append(found, note)
				}
			}
			if len(found) != one.want || one.want == 1 && !strings.Contains(found[0], "H4") {
				t.Errorf("notes %q, want %d that names H4", s.Notes, one.want)
			}
		})
	}
}

func TestOneMistakeIsOneCause(t *testing.T) {
	form := parse(t, "test/agency", agencyForm)
	street := func(n int, sex string, count int) string {
		return fmt.Sprintf("all_count,45030200%d,%s,,2024,,,%d,,", n, sex, count)
	}
	for name, one := range map[string]struct {
		records []string
		want    []string // cause, expected
	}{
		"women and men are not all": {
			[]string{"share,450302,女,,2024,10,20,,,", "share,450302,男,,2024,5,20,,,", "share,450302,合计,,2024,16,40,,,"},
			[]string{"1 ∑ = 15/40", "1 ∑ = 15/40", "1 ∑ = 15/40"},
		},
		"a wrong woman is wrong in her street, in the district and in the total": {
			[]string{
				street(1, "女", 5), street(1, "男", 5), street(1, "", 11), street(2, "", 6), street(3, "", 7), "all_count,450302,,,2024,,,23,,",
			},
			[]string{"1 ∑ = 10", "1 ∑ = 10", "1 ∑ = 10", "1 ∑ = 24", "1 ∑ = 24", "1 ∑ = 24"},
		},
		"two mistakes are two causes": {
			[]string{"share,450302,,,2024,4,3,,,", "share,450302001,,,2024,5,3,,,"},
			[]string{"1 ≤ 3", "2 ≤ 3"},
		},
		"a figure given twice": {
			[]string{"growth,450302,,,2019,,,1,,", "share,450302,,,2024,4,3,,,", "growth,450302,,,2019,,,2,,"},
			[]string{"1 ", "2 ≤ 3", "1 "},
		},
	} {
		t.Run(name, func(t *testing.T) {
			payload := etltest.Write(t, "a.csv", agencyCSV(one.records...))
			c, _ := etltest.Read(t, form, ruleCatalog(), payload, etl.Params{})
			if got := pick(&c.Refused, "cause_number", "expected_text"); !slices.Equal(got, one.want) {
				t.Errorf("got %q, want %q", got, one.want)
			}
		})
	}
}

func TestMessagesNameTheFiguresAndWhereTheyStand(t *testing.T) {
	form := parse(t, "test/agency", agencyForm)
	payload := etltest.Write(t, "a.csv", agencyCSV("share,450302,女,,2024,10,20,,,", "share,450302,女,,2024,11,20,,,"))
	c, _ := etltest.Read(t, form, ruleCatalog(), payload, etl.Params{})
	got := pick(&c.Refused, "line", "column_name", "rule_number", "message_zh", "message_en")
	want := []string{
		"2 数值 9 同一数据报送了不同的数：H2 为 10/20；H3 为 11/20 the same figure is given with different values: H2 is 10/20; H3 is 11/20",
		"3 数值 9 同一数据报送了不同的数：H2 为 10/20；H3 为 11/20 the same figure is given with different values: H2 is 10/20; H3 is 11/20",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

func TestNewCodesAreLoadedUnderThePublishersNameOnlyWhenAllowed(t *testing.T) {
	form := parse(t, "test/agency", agencyForm)
	payload := etltest.Write(t, "a.csv", agencyCSV("SP.X,WB_LI,,,2024,,,-7,Index,"))
	c, _ := etltest.Read(t, form, ruleCatalog(), payload, etl.Params{AcceptNew: true})
	got := pick(&c.Loaded, "indicator_code", "area_code", "value", "unit_code")
	if want := []string{"test:SP.X test:WB_LI -7 test:Index"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	c, _ = etltest.Read(t, form, ruleCatalog(), payload, etl.Params{})
	if got := pick(&c.Refused, "reason_code"); !slices.Equal(got, []string{"unknown_indicator"}) {
		t.Errorf("got %q", got)
	}
}
