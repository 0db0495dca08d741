package main

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var quoted = regexp.MustCompile(`'([a-z_]+)'`)

// TestThresholdsAreAskedInTheOrderOfTheRules holds the reasons that the query
// copies against those of the view, which are the first word of each row there.
func TestThresholdsAreAskedInTheOrderOfTheRules(t *testing.T) {
	view := readText(t, "../../sql/core/core_target_yearly.sql")
	var want []string
	for _, m := range regexp.MustCompile(`(?m)^    \('([a-z_]+)', '[a-z_]+', '`).FindAllStringSubmatch(view, -1) {
		want = append(want, m[1])
	}
	text, err := query("explain_thresholds")
	if err != nil {
		t.Fatal(err)
	}
	copied, _, ok := strings.Cut(text, "] as reasons")
	if !ok || len(want) < 30 {
		t.Fatalf("found %d reasons in the view", len(want))
	}
	var got []string
	for _, m := range quoted.FindAllStringSubmatch(copied, -1) {
		got = append(got, m[1])
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-view +query):\n%s", diff)
	}
}

func TestEveryThresholdOfAVerdictIsAskedAndHasWords(t *testing.T) {
	text, err := query("explain_thresholds")
	if err != nil {
		t.Fatal(err)
	}
	asked := map[string]bool{}
	for _, m := range regexp.MustCompile(`\('([a-z]+_[a-z_]+)', (?:'|if)`).FindAllStringSubmatch(text, -1) {
		asked[m[1]] = true
	}
	for code := range asked {
		if _, ok := thresholdWords()[code]; !ok {
			t.Errorf("%s has no words", code)
		}
	}
	view := readText(t, "../../sql/core/core_target_yearly.sql")
	for _, m := range regexp.MustCompile(`threshold_code = '([a-z_]+)'`).FindAllStringSubmatch(view, -1) {
		if !asked[m[1]] {
			t.Errorf("the view asks %s and explain does not", m[1])
		}
	}
}

func TestEveryReasonOfAForecastHasWords(t *testing.T) {
	view := readText(t, "../../sql/core/core_target_yearly.sql")
	comment := regexp.MustCompile(`forecast_reason +LowCardinality\(String\) comment '([^']*)'`).FindStringSubmatch(view)
	if comment == nil {
		t.Fatal("the view does not list its reasons")
	}
	for code := range forecastReasons() {
		if !strings.Contains(comment[1], code) {
			t.Errorf("%s is no reason", code)
		}
	}
}
