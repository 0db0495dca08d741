package jobs

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"bellwether/warehouse"
)

// identify gives the identity of an alert across months: the same rule about
// the same target or indicator, area and breakdown, whatever year and figures.
func identify(a warehouse.AlertEvent) string {
	return hash(a.RuleCode, a.TargetCode, a.IndicatorCode, a.AreaCode, a.Breakdown)
}

// hash is the SHA-256 of the parts, in hexadecimal.
func hash(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x1f")))
	return hex.EncodeToString(sum[:])
}

// The events in the life of an alert.
const (
	opened   = "opened"
	changed  = "changed"
	muted    = "muted" // another alert explains it; that one is in MutedBy
	resolved = "resolved"
	reopened = "reopened"
)

// advance compares what fires now, by identity, with the ledger and returns the
// events to append: nothing for an alert that stands as it stood. A muted alert
// opens when it fires on its own. An alert is resolved only when its rule could
// be evaluated, so that a failing view closes nothing.
func advance(known, now map[string]warehouse.AlertEvent, evaluated map[string]bool) []warehouse.AlertEvent {
	var events []warehouse.AlertEvent
	for id, event := range now {
		last, isKnown := known[id]
		event.AlertID, event.EventNumber = id, last.EventNumber+1
		switch {
		case event.MutedBy != "":
			if last.Event == muted && last.MutedBy == event.MutedBy && !differs(last, event) {
				continue
			}
			event.Event = muted
		case !isKnown, last.Event == muted:
			event.Event = opened
		case last.Event == resolved:
			event.Event = reopened
		case differs(last, event):
			event.Event = changed
		default:
			continue
		}
		events = append(events, event)
	}
	for id, event := range known {
		if _, fires := now[id]; fires || event.Event == resolved || !evaluated[event.RuleCode] {
			continue
		}
		event.Event, event.EventNumber, event.MutedBy = resolved, event.EventNumber+1, ""
		events = append(events, event)
	}
	slices.SortFunc(events, func(a, b warehouse.AlertEvent) int { return strings.Compare(a.AlertID, b.AlertID) })
	return events
}

// unread are the alerts in the ledger that are not resolved and whose rule could
// not be evaluated.
func unread(known map[string]warehouse.AlertEvent, evaluated map[string]bool) map[string]warehouse.AlertEvent {
	standing := map[string]warehouse.AlertEvent{}
	for id, event := range known {
		if event.Event != resolved && !evaluated[event.RuleCode] {
			standing[id] = event
		}
	}
	return standing
}

// oneForEach keeps one alert for each identity: that of the newest year.
func oneForEach(firing []warehouse.AlertEvent) map[string]warehouse.AlertEvent {
	alerts := map[string]warehouse.AlertEvent{}
	for _, a := range firing {
		id := identify(a)
		if other, ok := alerts[id]; !ok || a.PeriodYear >= other.PeriodYear {
			alerts[id] = a
		}
	}
	return alerts
}

// differs reports whether people would read something else. Figures are in the
// messages as far as they matter; days of delay, which grow every day, are not.
func differs(a, b warehouse.AlertEvent) bool {
	return a.PeriodYear != b.PeriodYear || a.Severity != b.Severity ||
		a.MessageZh != b.MessageZh || a.MessageEn != b.MessageEn ||
		a.CauseZh != b.CauseZh || a.CauseEn != b.CauseEn
}
