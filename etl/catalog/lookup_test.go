package catalog_test

import (
	"slices"
	"testing"
)

func TestAWordOfAPublisherStandsForACode(t *testing.T) {
	c := load(t)
	for _, test := range []struct{ list, publisher, word, want string }{
		{"SEX", "health", "女", "F"},
		{"SEX", "health", " 女 ", "F"},
		{"SEX", "health", "男女合计", "_T"},
		{"SEX", "who", "BTSX", "_T"},
		{"SEX", "worldbank", "Female", "F"},
		{"RESIDENCE", "health", "乡村", "R"},
		{"RESIDENCE", "who", "URB", "U"},
		{"AREA", "health", "秀峰街道", "450302001"},
		{"AREA", "education", "丽君街道办事处", "450302002"},
		{"AREA", "health", "甲山　街道", "450302003"},
		{"AREA", "health", "全区", "450302"},
		{"AREA", "civil_affairs", "桂林市秀峰区", "450302"},
		{"AREA", "who", "GLOBAL", "WLD"},
		{"AREA", "unicef", "WORLD", "WLD"},
		{"AREA", "owid", "China", "CHN"},
		{"AREA", "nbs", "中国", "CHN"},
		{"AGE", "health", "0—4岁", "Y0T4"},
		{"AGE", "health", "０～１７岁", "Y0T17"},
		{"AGE", "health", "5岁以下", "Y0T4"},
		{"AGE", "health", "65岁及以上", "Y_GE65"},
		{"AGE", "unicef", "Y05", "Y5"},
		{"AGE", "unicef", "12 to 23 months", ""},
		{"UNIT", "health", "‰", "per_1000"},
		{"UNIT", "health", "１／１０万", "per_100000"},
		{"UNIT", "health", "％", "percent"},
		{"UNIT", "unicef", "PCNT", "percent"},
		{"UNIT", "environment", "µg/m³", "ug_per_m3"},
		{"INDICATOR", "health", "孕产妇死亡率", "maternal_mortality_per_100000"},
		{"INDICATOR", "health", "Maternal mortality ratio", "maternal_mortality_per_100000"},
		{"OBS_STATUS", "health", "初步数", ""},
		{"OBS_STATUS", "health", "初步", "P"},
		{"AREA", "health", "FMLE", ""},
		{"SEX", "health", "FMLE", ""},
	} {
		if got, ok := c.ResolveAlias(test.list, test.publisher, test.word); got != test.want || ok != (test.want != "") {
			t.Errorf("%s %q of %s is %q, want %q", test.list, test.word, test.publisher, got, test.want)
		}
	}
}

func TestTheNameOfEveryIndicatorLeadsToIt(t *testing.T) {
	c := load(t)
	for _, i := range c.Indicators {
		for _, name := range []string{i.NameZh, i.NameEn} {
			if code, ok := c.ResolveAlias("INDICATOR", "health", name); !ok || code != i.Code {
				t.Errorf("%s leads to %s, not to %s", name, code, i.Code)
			}
		}
	}
}

func TestOnlyCodesAreCodes(t *testing.T) {
	c := load(t)
	for _, key := range [][2]string{{"SEX", "F"}, {"AREA", "450302003"}, {"AREA", "CHN"}, {"AGE", "Y0T4"}, {"UNIT", "percent"}, {"OBS_STATUS", "Q"}, {"CONF_STATUS", "C"}} {
		if !c.HasCode(key[0], key[1]) {
			t.Errorf("%s has no %s", key[0], key[1])
		}
	}
	for _, key := range [][2]string{{"SEX", "女"}, {"AREA", "AFE"}, {"UNIT", "%"}, {"SEX", ""}, {"", "F"}} {
		if c.HasCode(key[0], key[1]) {
			t.Errorf("%s has %s", key[0], key[1])
		}
	}
}

func TestADistrictIsMadeOfItsStreets(t *testing.T) {
	c := load(t)
	if got, want := c.Parts("450302"), []string{"450302001", "450302002", "450302003"}; !slices.Equal(got, want) {
		t.Errorf("parts of the district: %v, want %v", got, want)
	}
	for _, area := range []string{"4503", "450302001", "CHN", "nowhere"} {
		if got := c.Parts(area); len(got) != 0 {
			t.Errorf("parts of %s: %v", area, got)
		}
	}
}

func TestFiguresConvertWithinADimension(t *testing.T) {
	c := load(t)
	for _, test := range []struct {
		value    float64
		from, to string
		want     float64
		ok       bool
	}{
		{5.2, "per_1000", "per_100000", 520, true},
		{12.5, "percent", "per_1000", 125, true},
		{0.31, "ratio", "percent", 31, true},
		{3, "10k_yuan", "yuan", 30_000, true},
		{1000, "yuan_per_month", "yuan_per_year", 12_000, true},
		{7, "persons", "persons", 7, true},
		{7, "persons", "count", 0, false},
		{7, "percent", "percentage_points", 0, false},
	} {
		from, okFrom := c.Unit(test.from)
		to, okTo := c.Unit(test.to)
		got, ok := from.Convert(test.value, to)
		if !okFrom || !okTo || ok != test.ok || got != test.want {
			t.Errorf("%v %s is %v %s (%v), want %v", test.value, test.from, got, test.to, ok, test.want)
		}
	}
}
