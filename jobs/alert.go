package jobs

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// Alert is what a rule said in one evaluation: a row of its view.
type Alert struct {
	Rule, Target, Indicator, Area string
	Breakdown                     string // name=code joined by ; and empty for the total
	Year                          uint16
	Severity                      string
	Observed, Reference           *float64
	Evidence                      string // JSON
	DataVersion                   uint64
	MessageZh, MessageEn          string
}

// ID is the identity of the alert across months: the same rule about the same
// target or indicator, area and breakdown, whatever the year and the figures.
func (a Alert) ID() string {
	parts := []string{a.Rule, a.Target, a.Indicator, a.Area, a.Breakdown}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x1f")))
	return hex.EncodeToString(sum[:])
}

// The events in the life of an alert.
const (
	opened   = "opened"
	changed  = "changed"
	resolved = "resolved"
	reopened = "reopened"
)

// Event is one entry of the ledger of alerts.
type Event struct {
	ID     string
	Number uint64 // place in the life of the alert, from 1
	Kind   string // opened, changed, resolved or reopened
	Alert  Alert
}

// advance compares what fires now with the ledger and returns the events to
// append: nothing for an alert that stands as it stood. An alert is resolved
// only when its rule could be evaluated, so that a failing view closes nothing.
func advance(known map[string]Event, firing []Alert, evaluated map[string]bool) []Event {
	var events []Event
	now := oneForEach(firing)
	for id, alert := range now {
		last, isKnown := known[id]
		event := Event{ID: id, Number: last.Number + 1, Alert: alert}
		switch {
		case !isKnown:
			event.Kind = opened
		case last.Kind == resolved:
			event.Kind = reopened
		case differs(last.Alert, alert):
			event.Kind = changed
		default:
			continue
		}
		events = append(events, event)
	}
	for id, last := range known {
		if _, fires := now[id]; fires || last.Kind == resolved || !evaluated[last.Alert.Rule] {
			continue
		}
		events = append(events, Event{ID: id, Number: last.Number + 1, Kind: resolved, Alert: last.Alert})
	}
	slices.SortFunc(events, func(a, b Event) int { return strings.Compare(a.ID, b.ID) })
	return events
}

// oneForEach keeps one alert for each identity: the newest year of it.
func oneForEach(firing []Alert) map[string]Alert {
	byYear := slices.SortedStableFunc(slices.Values(firing), func(a, b Alert) int { return cmp.Compare(a.Year, b.Year) })
	alerts := map[string]Alert{}
	for _, a := range byYear {
		alerts[a.ID()] = a
	}
	return alerts
}

// differs reports whether people would read something else. Figures are in the
// messages as far as they matter; days of delay, which grow every day, are not.
func differs(a, b Alert) bool {
	return a.Year != b.Year || a.Severity != b.Severity || a.MessageZh != b.MessageZh || a.MessageEn != b.MessageEn
}
