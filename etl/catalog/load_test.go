package catalog_test

import (
	"maps"
	"strings"
	"testing"

	"bellwether/etl/catalog"
)

func TestWhatCannotBeReadIsNamedWithFileAndLine(t *testing.T) {
	base := files(t)
	for _, test := range []struct{ name, file, before, after, want string }{
		{"a key nobody knows", "plans/women.yaml", "kind: rise", "kimd: rise", "plans/women.yaml"},
		{"a key nobody knows, its line", "agencies.yaml", "  kind: agency", "  sort: agency", "line 7: field sort not found"},
		{"an unknown mark", "indicators/maternal.yaml", "marks: [rare_event", "marks: [rare", "maternal_mortality_per_100000: marks: rare is not known"},
		{"a range of one number", "indicators/education.yaml", "valid: [0, 200]", "valid: [0]", "give the smallest and the largest value"},
		{"a day that does not exist", "plans/children.yaml", "2023-03-27", "2023-02-30", "read plan children: issued_on"},
		{"a number that is none", "thresholds.csv", "verdict_stale_years,2,", "verdict_stale_years,two,", "thresholds.csv: line 12: value"},
		{"a column too many", "areas.csv", "is_monitored\n", "is_monitored,remark\n", "areas.csv"},
		{"a column that is missing", "holidays.csv", "day,kind,name_zh,source", "day,kind,name_zh,origin", "holidays.csv: line 4: source: column is missing"},
		{"a due date that does not exist", "calendar.yaml", "due: 03-31", "due: 02-31", "health/mch_annual: due"},
		{"a grace below zero", "calendar.yaml", "due: 03-31", "due: 03-31\n    grace_working_days: -1", "grace_working_days cannot be -1"},
		{"a grace that nobody decided", "thresholds.csv", "late_grace_working_days,", "late_grace_days,", "late_grace_working_days has no value"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := catalog.Load(with(t, base, test.file, test.before, test.after))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %s", err, test.want)
			}
		})
	}
}

func TestEveryFileIsNeeded(t *testing.T) {
	base := files(t)
	for name := range base {
		if strings.HasSuffix(name, ".yaml") && strings.Contains(name, "/") {
			continue // one of several; Check finds what it held
		}
		without := maps.Clone(base)
		delete(without, name)
		if _, err := catalog.Load(without); err == nil {
			t.Errorf("a catalog without %s loads", name)
		}
	}
}
