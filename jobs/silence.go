package jobs

import (
	"slices"
	"time"

	"bellwether/jobs/channel"
)

// Silence is what people are not told of, until when and why: a row of
// core_silence. A field of what it is about that is empty matches anything.
type Silence struct {
	ID                                                     string
	Alert, Rule, Target, Indicator, Area, Agency, Severity string
	StartsAt, EndsAt                                       time.Time
	Reason, SetBy                                          string
	SetAt                                                  time.Time
}

// matches reports whether a silence is about the alert of a notice.
func (s Silence) matches(n channel.Notice) bool {
	for _, pair := range [][2]string{
		{s.Alert, n.AlertID}, {s.Rule, n.RuleCode}, {s.Target, n.TargetCode},
		{s.Indicator, n.IndicatorCode}, {s.Area, n.AreaCode}, {s.Severity, n.Severity},
	} {
		if pair[0] != "" && pair[0] != pair[1] {
			return false
		}
	}
	return s.Agency == "" || slices.Contains(n.Agencies, s.Agency)
}

// isOn reports whether it silences at a moment. One that was ended before its
// beginning never does.
func (s Silence) isOn(at time.Time) bool { return !at.Before(s.StartsAt) && at.Before(s.EndsAt) }

// silences are all there ever were.
type silences []Silence

// on reports whether an alert is silenced at a moment.
func (all silences) on(n channel.Notice, at time.Time) bool {
	return slices.ContainsFunc(all, func(s Silence) bool { return s.isOn(at) && s.matches(n) })
}

// cover reports whether an alert is silenced at any time from a moment until now:
// what happened then and was not told since is told when the silence ends, as
// it stands by then.
func (all silences) cover(n channel.Notice, from, now time.Time) bool {
	return slices.ContainsFunc(all, func(s Silence) bool {
		return s.StartsAt.Before(s.EndsAt) && !s.StartsAt.After(now) && s.EndsAt.After(from) && s.matches(n)
	})
}
