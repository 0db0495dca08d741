package jobs

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"bellwether/warehouse"
)

// muting knows when one alert makes another a consequence of itself: which
// rules mute which, and what belongs together.
type muting struct {
	mutedBy map[string][]string // rules that mute a rule
	forms   map[string][]string // forms that bring an indicator
	parents map[string]string   // area that an area belongs to
}

// apply names in each alert the one that mutes it, the first in the order of
// the catalog. An alert that is muted itself mutes all the same: what follows
// from a consequence follows from its cause. Standing are alerts of rules that
// could not be read; they fire as far as anybody knows.
func (m muting) apply(now, standing map[string]warehouse.AlertEvent) {
	for id, alert := range now {
		alert.MutedBy = ""
		for _, rule := range m.mutedBy[alert.RuleCode] {
			if alert.MutedBy == "" {
				alert.MutedBy = m.firstOf(rule, alert, now, standing)
			}
		}
		now[id] = alert
	}
}

// firstOf is the least identity among the alerts of a rule that explain an
// alert, so that the choice does not change from one evaluation to the next.
func (m muting) firstOf(rule string, alert warehouse.AlertEvent, sets ...map[string]warehouse.AlertEvent) string {
	first := ""
	for _, alerts := range sets {
		for id, cause := range alerts {
			if cause.RuleCode == rule && (first == "" || id < first) && m.explains(cause, alert) {
				first = id
			}
		}
	}
	return first
}

// explains reports whether two alerts speak of the same thing: of the same
// target or indicator, or of a return and what it brings, in the same area or
// in a part of it. A return explains its own year only, an indicator every year,
// because a figure that was revised moves the change of the next year as well.
func (m muting) explains(cause, alert warehouse.AlertEvent) bool {
	if cause.AreaCode != alert.AreaCode && cause.AreaCode != m.parents[alert.AreaCode] {
		return false
	}
	if cause.TargetCode != "" && cause.TargetCode == alert.TargetCode {
		return true
	}
	if cause.IndicatorCode != "" {
		return cause.IndicatorCode == alert.IndicatorCode
	}
	if year := yearOf(cause.Breakdown); year != 0 && year != alert.PeriodYear {
		return false
	}
	return m.brings(cause, alert)
}

// brings reports whether the return or source that one alert is about brings
// what the other is about. A source that never brought anything has no form
// yet; it is known by its agency.
func (m muting) brings(cause, alert warehouse.AlertEvent) bool {
	forms, agencies := listed(cause, "form_code"), listed(cause, "agency_code")
	if len(forms) == 0 {
		return overlap(agencies, listed(alert, "agency_code"))
	}
	if alert.IndicatorCode != "" {
		return overlap(forms, m.forms[alert.IndicatorCode])
	}
	return overlap(forms, listed(alert, "form_code")) && overlap(agencies, listed(alert, "agency_code"))
}

// yearOf reads the year off a breakdown such as form=health/mch_annual;year=2025.
func yearOf(breakdown string) uint16 {
	for part := range strings.SplitSeq(breakdown, ";") {
		if text, ok := strings.CutPrefix(part, "year="); ok {
			year, _ := strconv.ParseUint(text, 10, 16) // 0, which is none, for anything else
			return uint16(year)
		}
	}
	return 0
}

// listed reads codes joined by commas from the evidence of an alert.
func listed(alert warehouse.AlertEvent, name string) []string {
	var evidence map[string]any
	if json.Unmarshal([]byte(alert.Evidence), &evidence) != nil {
		return nil
	}
	text, _ := evidence[name].(string)
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' })
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(code string) bool { return slices.Contains(b, code) })
}
