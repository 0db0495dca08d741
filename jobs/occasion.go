package jobs

import (
	"fmt"
	"slices"
	"time"

	"bellwether/jobs/channel"
)

// Reminders says when people are told of an alert that stands as it stood.
type Reminders struct {
	Every         time.Duration // since it opened, again and again; 0 is never
	EscalateAfter int           // working days until nobody having taken it up goes one level up; 0 is never
}

// circumstances are what decides, beside the ledger of alerts, what people are
// told: silences, how far cases are dealt with, reminders and the calendar.
type circumstances struct {
	now       time.Time
	silences  silences
	cases     map[string]caseStanding // by alert
	reminders Reminders
	calendar  calendar
	hasUpper  bool // some outlet is one level up
}

// caseStanding is how far people have dealt with an alert.
type caseStanding struct {
	stage string
	due   time.Time // day, zero when it is not assigned
}

// openAt is the alert of a life as it stood at a moment for a desk, with the number
// of the event that opened it; nil when it was not open or is not for the desk.
func (d desk) openAt(life []channel.Notice, at time.Time) *channel.Notice {
	until := slices.IndexFunc(life, func(n channel.Notice) bool { return n.RecordedAt.After(at) })
	if until < 0 {
		until = len(life)
	}
	told, open := d.told(life[:until])
	if open == nil {
		return nil
	}
	for _, n := range told {
		if n.IsOpen() && n.OpenedAt.Equal(open.OpenedAt) {
			open.EventNumber = n.EventNumber
			break
		}
	}
	return open
}

// occasions are the moments until now at which a desk is told of an alert beside the
// events of its life, in their order. They are worked out from what is recorded, so
// that nights without a delivery change nothing: of reminders that were missed
// only the newest counts.
func (d desk) occasions(life []channel.Notice, c circumstances) []channel.Notice {
	var all []channel.Notice
	add := func(n channel.Notice, event, which string, at time.Time) {
		n.Event, n.Occasion, n.RecordedAt = event, event+which, at
		all = append(all, n)
	}
	open := d.openAt(life, c.now)
	for _, s := range c.silences {
		if d.keepsAlerts() && s.isOn(c.now) {
			if n := d.openAt(life, s.StartsAt); n != nil && s.matches(*n) {
				add(*n, channel.Silenced, ":"+s.ID, s.StartsAt)
			}
		}
		if open == nil || s.EndsAt.After(c.now) || !s.EndsAt.After(s.StartsAt) || !s.matches(*open) || c.silences.on(*open, c.now) {
			continue
		}
		if n := d.openAt(life, s.EndsAt); n != nil && n.OpenedAt.Equal(open.OpenedAt) {
			n.MessageZh += fmt.Sprintf("（%s 设置的静默已结束：%s）", s.SetBy, s.Reason)
			n.MessageEn += fmt.Sprintf(" (the silence of %s has ended: %s)", s.SetBy, s.Reason)
			add(*n, channel.Unsilenced, ":"+s.ID, s.EndsAt)
		}
	}
	standing := c.cases[lifeID(life)]
	if open != nil && !d.keepsAlerts() && !c.silences.on(*open, c.now) && standing.stage != StepClosed {
		c.remind(*open, standing, add)
	}
	if d.outlet.IsUpper {
		all = slices.DeleteFunc(all, func(n channel.Notice) bool { return n.Event != channel.Unacknowledged && n.Event != channel.Overdue })
	} else if c.hasUpper {
		all = slices.DeleteFunc(all, func(n channel.Notice) bool { return n.Event == channel.Unacknowledged })
	}
	slices.SortStableFunc(all, func(a, b channel.Notice) int { return a.RecordedAt.Compare(b.RecordedAt) })
	return all
}

// remind adds the reminders of an open alert that have come due.
func (c circumstances) remind(open channel.Notice, standing caseStanding, add func(n channel.Notice, event, which string, at time.Time)) {
	if c.reminders.Every > 0 {
		times := c.now.Sub(open.OpenedAt) / c.reminders.Every
		if at := open.OpenedAt.Add(times * c.reminders.Every); times > 0 && !c.silences.on(open, at) {
			add(open, channel.Reminder, fmt.Sprint(":", int(times)), at)
		}
	}
	if c.reminders.EscalateAfter > 0 && (standing.stage == "" || standing.stage == "new") {
		if due := c.calendar.after(open.OpenedAt, c.reminders.EscalateAfter); !due.IsZero() && !due.After(c.now) {
			add(open, channel.Unacknowledged, "", due)
		}
	}
	if !standing.due.IsZero() {
		day := standing.due.Format(time.DateOnly)
		if over := c.calendar.midnight(standing.due).AddDate(0, 0, 1); !over.After(c.now) {
			open.MessageZh += "（办理期限 " + day + "）"
			open.MessageEn += " (due " + day + ")"
			add(open, channel.Overdue, ":"+day, over)
		}
	}
}

func lifeID(life []channel.Notice) string {
	if len(life) == 0 {
		return ""
	}
	return life[0].AlertID
}

// pauseOfSilence is how often people are reminded of a silence that stands.
const pauseOfSilence = 7 * 24 * time.Hour

// shortSilence is how long a silence has to have stood for its end to be announced.
const shortSilence = 48 * time.Hour

// ofSilence are the notices about one silence for a desk: that it was set, each week
// that it stands, and on the last working day before it ends. One that holds back
// nothing from the desk tells it nothing. That it has ended is told with the
// alerts that are still open.
func (d desk) ofSilence(s Silence, lives [][]channel.Notice, c circumstances) []channel.Notice {
	if d.keepsAlerts() || d.outlet.IsUpper || !s.EndsAt.After(s.StartsAt) || c.now.Before(s.StartsAt) {
		return nil
	}
	var all []channel.Notice
	add := func(event, which string, at time.Time) {
		count := 0
		for _, life := range lives {
			if n := d.openAt(life, at); n != nil && s.matches(*n) {
				count++
			}
		}
		if count == 0 {
			return
		}
		until := s.EndsAt.In(c.calendar.location).Format("2006-01-02 15:04")
		all = append(all, channel.Notice{
			AlertID: s.ID, EventNumber: 1, Event: event, Occasion: event + which, Severity: "notice",
			RuleCode: "silence", RuleZh: "静默", RuleEn: "Silence", AreaCode: s.Area,
			MessageZh: fmt.Sprintf("%s 设置的静默使 %d 条预警不再提示，至 %s：%s", s.SetBy, count, until, s.Reason),
			MessageEn: fmt.Sprintf("the silence of %s keeps %d alerts from being told, until %s: %s", s.SetBy, count, until, s.Reason),
			OpenedAt:  s.StartsAt, RecordedAt: at,
		})
	}
	add(channel.SilenceSet, "", s.StartsAt)
	if s.isOn(c.now) {
		if weeks := c.now.Sub(s.StartsAt) / pauseOfSilence; weeks > 0 {
			add(channel.SilenceStands, fmt.Sprint(":", int(weeks)), s.StartsAt.Add(weeks*pauseOfSilence))
		}
		last := c.calendar.lastBefore(s.EndsAt)
		if last.Sub(s.StartsAt) >= shortSilence && !last.After(c.now) {
			add(channel.SilenceEnding, ":"+s.EndsAt.UTC().Format(time.DateOnly), last)
		}
	}
	return all
}

// calendar are the working days, in order, as the dates of one time zone.
type calendar struct {
	location *time.Location
	days     []time.Time // midnight UTC of each
}

// midnight is when a date begins in the time zone.
func (c calendar) midnight(date time.Time) time.Time {
	return time.Date(date.Year(), date.Month(), date.Day(), 0, 0, 0, 0, c.location)
}

// after is when the nth working day after the day of a moment begins, zero when the
// calendar does not reach it.
func (c calendar) after(moment time.Time, n int) time.Time {
	next := c.firstAfter(moment)
	if next+n-1 >= len(c.days) {
		return time.Time{}
	}
	return c.midnight(c.days[next+n-1])
}

// lastBefore is when the last working day before the day of a moment begins, zero
// when the calendar does not reach it.
func (c calendar) lastBefore(moment time.Time) time.Time {
	day := dateOf(moment.In(c.location))
	i, _ := slices.BinarySearchFunc(c.days, day, time.Time.Compare)
	if i == 0 {
		return time.Time{}
	}
	return c.midnight(c.days[i-1])
}

func (c calendar) firstAfter(moment time.Time) int {
	day := dateOf(moment.In(c.location))
	i, isThere := slices.BinarySearchFunc(c.days, day, time.Time.Compare)
	if isThere {
		i++
	}
	return i
}

func dateOf(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}
