package etl

import (
	"slices"
	"testing"
)

func TestChineseIsTakenOutOfATextInBothLanguages(t *testing.T) {
	for text, want := range map[string]string{
		"总计  Total": "总计", "地  区": "地区", "年  份\n\nYear": "年份", "人数 \nPopulation": "人数", "0-4": "0-4", " Region ": "Region",
		"占总人口比重 (%)": "占总人口比重(%)", "GDP指数 (上年=100)": "GDP指数(上年=100)", "合计 Total (person)": "合计", "出生人数\n(‰)": "出生人数(‰)",
	} {
		if got := chinese(text); got != want {
			t.Errorf("%q gives %q, want %q", text, got, want)
		}
	}
}

func TestBlanksPutANameBelowTheOneAbove(t *testing.T) {
	var o outline
	for _, one := range []struct {
		cell string
		want []string
	}{
		{"总人口", []string{"总人口"}},
		{"  其中：女", []string{"总人口", "女"}},
		{"　　　　男", []string{"总人口", "男"}},
		{" 其中: 城镇", []string{"总人口", "城镇"}},
		{"出生", []string{"出生"}},
		{"  一孩", []string{"出生", "一孩"}},
		{"    女", []string{"出生", "一孩", "女"}},
		{"  二孩", []string{"出生", "二孩"}},
		{"#城镇", []string{"出生", "二孩", "城镇"}},
		{"死亡", []string{"死亡"}},
	} {
		if got := o.path([]byte(one.cell), ""); !slices.Equal(got, one.want) {
			t.Errorf("%q is %q, want %q", one.cell, got, one.want)
		}
	}
}

func TestAgesAreReadAsEverybodyWritesThem(t *testing.T) {
	for text, want := range map[string]string{
		"0": "Y0", "7岁": "Y7", "15-19": "Y15T19", "15～19岁": "Y15T19", "85+": "Y_GE85", "85岁及以上": "Y_GE85", "60 and over": "Y_GE60", "110+": "Y_GE110",
		"": "", "7-": "", "0-4+": "", "1950": "", "总计": "", "-3": "", "3.5": "",
	} {
		if got := ageCode(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}
