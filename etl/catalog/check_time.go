package catalog

import (
	"slices"
	"strconv"
	"time"
)

// requiredThresholds are the numbers without which a rule cannot judge.
func requiredThresholds() []string {
	return []string{
		"verdict_on_track_min_l", "verdict_on_track_min_p", "verdict_off_track_max_l", "verdict_off_track_max_p",
		"verdict_too_early_max_e", "verdict_about_tolerance_share", "verdict_stale_years",
		"verdict_min_points_l", "verdict_min_points_p", "trend_steady_max_bad_years", "trend_steady_window_years",
		"small_number_events", "parity_low", "parity_high", "revision_large_percent", "revision_report_days",
		"validation_source_difference_percent", "definition_break_years", "stale_run_days", graceThreshold,
	}
}

// checkThresholds: each number is there, and its spans follow one another
// without overlap or gap.
func (k *checker) checkThresholds() {
	spans := map[string][]span{}
	for _, t := range k.Thresholds {
		spans[t.Code] = append(spans[t.Code], span{t.ValidFrom, t.ValidTo, t.at})
		k.need(t.at, t.Code, "note", t.Note)
		if t.UnitCode != "" {
			k.resolve(t.at, t.Code, "unit", "UNIT", t.UnitCode)
		}
	}
	for _, code := range requiredThresholds() {
		if len(spans[code]) == 0 {
			k.report(position{file: thresholdFile}, "threshold_missing", code)
		}
	}
	k.checkSpans(spans)
}

// span is a stretch of days that an entry is valid for.
type span struct {
	from, to time.Time
	at       position
}

// checkSpans: the spans of each code follow one another without overlap or gap.
func (k *checker) checkSpans(spans map[string][]span) {
	for code, sequence := range spans {
		slices.SortFunc(sequence, func(a, b span) int { return a.from.Compare(b.from) })
		for i, s := range sequence {
			if s.to.Before(s.from) {
				k.report(s.at, "threshold_span", code, s.to.Format(time.DateOnly))
			}
			if i > 0 && !s.from.Equal(sequence[i-1].to.AddDate(0, 0, 1)) {
				k.report(s.at, "threshold_span", code, s.from.Format(time.DateOnly))
			}
		}
	}
}

// checkHolidays: each day once, worked days only on weekends, and no year
// without its notice between the first and the last.
func (k *checker) checkHolidays() {
	unique(k, k.Holidays, func(h Holiday) (string, position) { return h.Day.Format(time.DateOnly), h.at })
	years := map[int]bool{}
	for _, h := range k.Holidays {
		day := h.Day.Format(time.DateOnly)
		k.need(h.at, day, "name_zh", h.NameZh, "source", h.Source)
		switch h.Kind {
		case "holiday":
			years[h.Day.Year()] = years[h.Day.Year()] || h.Day.Month() == time.October
		case "workday":
			if weekday := h.Day.Weekday(); weekday != time.Saturday && weekday != time.Sunday {
				k.report(h.at, "holiday_weekend", day)
			}
		default:
			k.report(h.at, "unknown_word", day, "kind", h.Kind)
		}
	}
	first, last := 9999, 0
	for year, complete := range years {
		if complete {
			first, last = min(first, year), max(last, year)
		}
	}
	for year := first; year <= last; year++ {
		if !years[year] {
			k.report(position{file: holidayFile}, "notice_missing", strconv.Itoa(year), strconv.Itoa(year))
		}
	}
}

func (k *checker) checkSubmissions() {
	at := position{file: calendarFile}
	unique(k, k.Submissions, func(s Submission) (string, position) {
		return s.FormCode + " " + strconv.Itoa(int(s.PeriodYear)), at
	})
	for _, s := range k.Submissions {
		if agency, ok := k.Agency(s.AgencyCode); !ok || agency.Kind != "agency" {
			k.report(at, "unknown_code", s.FormCode, "agency", s.AgencyCode)
		}
	}
}
