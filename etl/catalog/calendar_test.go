package catalog_test

import (
	"testing"
	"time"
)

func TestDueDatesFallOnWorkingDays(t *testing.T) {
	type dates struct{ due, late string }
	want := map[uint16]dates{
		2018: {"2019-04-01", "2019-04-09"}, // 31 March was a Sunday; no notice of that year is kept
		2021: {"2022-03-31", "2022-04-09"}, // 3 to 5 April off, Saturday 2 April worked
		2023: {"2024-04-01", "2024-04-10"}, // a Sunday again; 4 to 6 April off, Sunday 7 April worked
		2025: {"2026-03-31", "2026-04-09"}, // 4 to 6 April off
	}
	seen := 0
	for _, s := range load(t).Submissions {
		expect, ok := want[s.PeriodYear]
		if !ok || s.FormCode != "health/mch_annual" {
			continue
		}
		seen++
		if got := (dates{s.DueDate.Format(time.DateOnly), s.LateDate.Format(time.DateOnly)}); got != expect {
			t.Errorf("%d: due and late %v, want %v", s.PeriodYear, got, expect)
		}
	}
	if seen != len(want) {
		t.Errorf("%d of %d years are in the calendar", seen, len(want))
	}
}
