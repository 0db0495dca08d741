package etl_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"bellwether/etl"
	"bellwether/etl/etltest"
)

func TestAFormIsLikeAnotherInAllThatItDoesNotSay(t *testing.T) {
	forms, err := etl.LoadForms(fstest.MapFS{
		"agency.yaml": {Data: []byte(agencyForm + "agency: test\nformer_codes: [test/before]\nexpected: [{indicators: [share]}]\n")},
		"other.yaml": {Data: []byte("form: test/other\ntitle: {zh: 另一张表, en: Other form}\nsource: other\nlike: test/agency\n" +
			"statistical_year: school\nrows: {area: {aliases: {本区: 450302}}}\nmissing: {无: L}\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	other := etltest.Form(t, forms, "test/other")
	if other.SourceCode != "other" || other.AgencyCode != "" || len(other.Expected) != 0 || other.StatisticalYear != "school" {
		t.Errorf("what is its own is that of the model: %+v", other)
	}
	if former := etltest.Form(t, forms, "test/before"); former.Code != "test/agency" {
		t.Errorf("a former code of the model stands for %s", former.Code)
	}
	if agency := etltest.Form(t, forms, "test/agency"); agency.Rows.Area.Aliases != nil || agency.Missing["无"] != "" || agency.Hash == other.Hash {
		t.Error("the model took something over")
	}
	payload := etltest.Write(t, "a.csv", agencyCSV("share,本区,_T,_T,2024,1,2,,,", "share,450302001,_T,_T,2024,,,—,,", "share,450302002,_T,_T,2024,,,无,,"))
	got, _ := etltest.Read(t, other, ruleCatalog(), payload, etl.Params{})
	for status, start := range map[string]string{"A": "2023-09-01", "M": "2023-09-01", "L": "2023-09-01"} {
		if got.Loaded.Count(map[string]string{"obs_status": status, "period_start": start}) != 1 {
			t.Errorf("no figure of status %s from %s:\n%s%s", status, start, got.Loaded.CSV(), got.Refused.CSV())
		}
	}
}

func TestAWordStandsForANumberOfItsUnitAlone(t *testing.T) {
	form := parse(t, "test/agency", agencyForm+"numbers: {persons: {无人: 0, 一人: 1}}\n")
	payload := etltest.Write(t, "a.csv", agencyCSV("all_count,450302,_T,_T,2024,,,一人,,", "among_count,450302,_T,_T,2024,,,无人,,", "share,450302,_T,_T,2024,,,一人,,"))
	got, _ := etltest.Read(t, form, ruleCatalog(), payload, etl.Params{})
	for indicator, want := range map[string]string{"all_count": "1", "among_count": "0"} {
		if value, _ := got.Loaded.Value("value", map[string]string{"indicator_code": indicator}); value != want {
			t.Errorf("%s is %q, want %s", indicator, value, want)
		}
	}
	if got.Refused.Count(map[string]string{"reason_code": "bad_number"}) != 1 || len(got.Loaded.Rows) != 2 {
		t.Errorf("a word of persons passed for a share:\n%s", got.Loaded.CSV())
	}
}

func TestFaultsOfOwingAreNamed(t *testing.T) {
	const agency = "form: test/a\ntitle: {zh: 甲, en: A}\nstatistical_year: calendar\n" +
		"rows:\n  indicator: {columns: [i]}\n  area: {columns: [a]}\n  period: {columns: [p]}\nfigures:\n  - value: [v]\n"
	for want, more := range map[string]string{
		"for_each: want agency":                           "for_each: street\n",
		"for_each: the form is for every agency":          "for_each: agency\nagency: health\n",
		"expected[0]: of_agency says which indicators":    "agency: health\nexpected: [{of_agency: true, indicators: [x]}]\n",
		"expected[0]: of_agency wants to know the agency": "expected: [{of_agency: true}]\n",
		"expected[0]: topics belong to of_agency":         "agency: health\nexpected: [{indicators: [x], topics: [y]}]\n",
		`like: there is no form "test/nothing"`:           "like: test/nothing\n",
		"like: form test/b is itself like another one":    "like: test/b\n",
	} {
		_, err := etl.LoadForms(fstest.MapFS{"a.yaml": {Data: []byte(agency + more)}, "b.yaml": {Data: []byte("form: test/b\ntitle: {zh: 乙, en: B}\nlike: test/c\n")},
			"c.yaml": {Data: []byte(strings.Replace(agency, "test/a", "test/c", 1))}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
