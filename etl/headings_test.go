package etl_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"bellwether/etl"
	"bellwether/etl/etltest"
)

// headingsForm reads tables with a year in each row and an indicator in each
// column.
const headingsForm = `
form: test/headings
title: {zh: 年度数据, en: Yearly data}
source: nbs
statistical_year: calendar
rows:
  area: {value: 450302}
  period: {columns: [年份, ""]}
  unit: {in_brackets: true}
  note: {columns: [备注], optional: true}
figures:
  - indicators: '^(.+)$'
footnotes: ['^注']
ignore: [序号]
`

func TestHeadingsThatAreIndicators(t *testing.T) {
	known := ruleCatalog()
	known.Aliases["INDICATOR"] = map[string]string{"死亡率": "mortality", "比重": "share"}
	known.Aliases["UNIT"]["1/10万"] = "per_100000"
	const unknown, noHeading, badYear, tooLong = "unknown_indicator", "missing_code", "bad_period", "long_row"
	for name, one := range map[string]struct {
		text            string
		acceptNew       bool
		loaded, refused []string
		skipped         int64
	}{
		"word and code of the catalog": {",死亡率,share\n1991年,80.0,\n1992年,,50\n", false,
			[]string{"B2 mortality 1991 80 per_100000", "C3 share 1992 50 percent"}, nil, 2},
		"heading unknown to the catalog": {",死亡率,农村死亡率\n1991年,80.0,100\n1992年,76.5,\n1993年,,无\n", false,
			[]string{"B2 mortality 1991 80 per_100000", "B3 mortality 1992 76.5 per_100000"}, []string{"C2 " + unknown, "C4 " + unknown}, 2},
		"heading unknown and accepted": {",死亡率,农村死亡率\n1991年,80.0,100\n", true,
			[]string{"B2 mortality 1991 80 per_100000", "C2 nbs:农村死亡率 1991 100 _U"}, nil, 0},
		"names with commas, brackets and marks": {",\"先天畸形,变形\",执业(助理)医师数,占村数%,增长率(‰),指数(上年=100)\n2014年,1,2,93.2,-3,101\n", true,
			[]string{"B2 nbs:先天畸形,变形 2014 1 _U", "C2 nbs:执业(助理)医师数 2014 2 _U", "D2 nbs:占村数% 2014 93.2 _U",
				"E2 nbs:增长率(‰) 2014 -3 per_1000", "F2 nbs:指数(上年=100) 2014 101 _U"}, nil, 0},
		"units in brackets": {",死亡率(‰),比重（%）,人口(抽样)(万人),人口(抽样),(人),死亡率(1/10万\n2014年,0.5,7,2,3,4,5\n", true,
			[]string{"B2 mortality 2014 50 per_100000", "C2 share 2014 7 percent", "D2 nbs:人口(抽样)(万人) 2014 20000 persons",
				"E2 nbs:人口(抽样) 2014 3 _U", "F2 nbs:(人) 2014 4 _U", "G2 nbs:死亡率(1/10万 2014 5 _U"}, nil, 0},
		"unit that is not the indicator's": {",死亡率(人)\n2014年,5\n", true, nil, []string{"B2 unit_mismatch"}, 0},
		"column without heading": {"年份,死亡率,,share\n2014年,5,7,8\n2013年,5,,\n", true,
			[]string{"B2 mortality 2014 5 per_100000", "D2 share 2014 8 percent", "B3 mortality 2013 5 per_100000"}, []string{"C2 " + noHeading}, 2},
		"blank cells behind the last heading": {",死亡率,,\n2014年,5,,\n注：合计,,,\n", true, []string{"B2 mortality 2014 5 per_100000"}, nil, 0},
		"figures behind the last heading":     {",死亡率,\n2014年,5,9\n", true, nil, []string{"C2 " + tooLong}, 0},
		"columns the form names":              {"序号,年份,死亡率,备注\n1,2014年,5,快报\n", true, []string{"C2 mortality 2014 5 per_100000"}, nil, 0},
		"row that is no year":                 {",死亡率\n合计,5\n", true, nil, []string{"A2 " + badYear}, 0},
		"two names of one indicator":          {",死亡率,mortality\n2014年,5,6\n2013年,5,5\n", true, []string{"B3 mortality 2013 5 per_100000"}, []string{"B2 duplicate_key", "C2 duplicate_key"}, 1},
		"name that cannot be a code":          {",比重;女\n2014年,5\n", true, nil, []string{"B2 " + unknown}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			c, s := etltest.Read(t, parse(t, "test/headings", headingsForm), known, etltest.Write(t, "a.csv", one.text), etl.Params{AcceptNew: one.acceptNew})
			if got := pick(&c.Loaded, "cell", "indicator_code", "period_year", "value", "unit_code"); !slices.Equal(got, one.loaded) {
				t.Errorf("loaded\n%q, want\n%q", got, one.loaded)
			}
			if got := pick(&c.Refused, "cell", "reason_code"); !slices.Equal(got, one.refused) || s.Skipped != one.skipped {
				t.Errorf("refused %q and skipped %d, want %q and %d", got, s.Skipped, one.refused, one.skipped)
			}
		})
	}
}

func TestHeadingsThatCannotBeToldApartRefuseTheFile(t *testing.T) {
	for name, one := range map[string]struct{ text, want string }{
		"same heading twice":          {",share,死亡率,share\n2014年,5,6,7\n", "stands over two columns: share"},
		"same but for width and case": {",SHARE,share\n2014年,5,6\n", "stands over two columns"},
		"two columns without heading": {",share,,gross\n2014年,5,6,7\n", "want one column without heading"},
		"no column without heading":   {"指标,2014年\nshare,5\n", "one without heading"},
		"years and no indicator":      {"序号,年份,备注\n1,2014年,无\n", "want a column with an indicator for heading"},
		"no data":                     {",share\n", "there is no data"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parse(t, "test/headings", headingsForm).Read(t.Context(), ruleCatalog(), etltest.Write(t, "a.csv", one.text), etl.Params{AcceptNew: true}, &etltest.Collector{})
			var format *etl.FormatError
			if !errors.As(err, &format) || !strings.Contains(err.Error(), one.want) {
				t.Errorf("got %v, want %q", err, one.want)
			}
		})
	}
}

// TestAHeadingBelongsToTheFirstPatternItMatches keeps one cell from becoming two
// figures.
func TestAHeadingBelongsToTheFirstPatternItMatches(t *testing.T) {
	form := parse(t, "test/headings", strings.Replace(headingsForm, "figures:", "figures:\n  - {indicators: '^农村(.+)$', residence: [R]}", 1))
	c, s := etltest.Read(t, form, ruleCatalog(), etltest.Write(t, "a.csv", ",share,农村share\n2014年,5,6\n"), etl.Params{})
	if got := pick(&c.Loaded, "cell", "indicator_code", "residence"); s.Read != 2 || !slices.Equal(got, []string{"C2 share R", "B2 share _T"}) {
		t.Errorf("read %d: %q", s.Read, got)
	}
}

// TestUnitsInBracketsWhereverTheIndicatorStands holds for columns, for the lines
// before the header and for the parameter of the load.
func TestUnitsInBracketsWhereverTheIndicatorStands(t *testing.T) {
	const rows = "rows:\n  area: {value: 450302}\n  unit: {in_brackets: true}\n  indicator: "
	for name, one := range map[string]struct{ indicator, text, parameter, want string }{
		"column":         {"{columns: [指标]}", "指标,2014年\n人口(万人),2\n", "", "nbs:人口(万人) 20000 2 persons"},
		"before header":  {"{preamble: '^指标：(.+?),*$'}", "指标：人口(万人),\n地区,2014年\n甲,2\n", "", "nbs:人口(万人) 20000 2 persons"},
		"parameter":      {"{preamble: '^指标：(.+)$'}", "地区,2014年\n甲,2\n", "人口(万人)", "nbs:人口(万人) 20000 2 persons"},
		"no unit":        {"{columns: [指标]}", "指标,2014年\n人口(抽样),2\n", "", "nbs:人口(抽样) 2 2 _U"},
		"catalog's name": {"{columns: [指标]}", "指标,2014年\nmortality(‰),2\n", "", "mortality 200 2 per_100000"},
		"constant":       {"{value: mortality(‰)}", "地区,2014年\n甲,2\n", "", "mortality 200 2 per_100000"},
	} {
		t.Run(name, func(t *testing.T) {
			text := "form: test/headings\ntitle: {zh: 甲, en: A}\nsource: nbs\nstatistical_year: calendar\n" + rows + one.indicator + "\nfigures:\n  - years: '^(\\d{4})年$'\n"
			params := etl.Params{AcceptNew: true, Extra: map[string]string{"indicator": one.parameter}}
			c, _ := etltest.Read(t, parse(t, "test/headings", text), ruleCatalog(), etltest.Write(t, "a.csv", one.text), params)
			if got := pick(&c.Loaded, "indicator_code", "value", "reported_value", "unit_code"); !slices.Equal(got, []string{one.want}) {
				t.Errorf("got %q %q, want %s", got, c.Refused.Rows, one.want)
			}
		})
	}
}
