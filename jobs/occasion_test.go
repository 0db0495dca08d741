package jobs

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"bellwether/jobs/channel"
)

// night is a desk that is served night after night: what it was told so far.
type night struct {
	desk  desk
	log   deliveryLog
	lives [][]channel.Notice
	with  circumstances
	told  []string
	texts []string
}

func newNight(d desk) *night {
	n := &night{desk: d, log: newDeliveryLog()}
	n.log.starts[d.name()] = start{d.routesHash(), firstDay.Add(-time.Hour)}
	n.with.calendar = weekdays()
	return n
}

// weekdays are Monday to Friday, in Shanghai.
func weekdays() calendar {
	c := calendar{location: time.FixedZone("", 8*3600)}
	for day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() < 2028; day = day.AddDate(0, 0, 1) {
		if day.Weekday() != time.Saturday && day.Weekday() != time.Sunday {
			c.days = append(c.days, day)
		}
	}
	return c
}

// serve delivers at a moment, by days since the first, and records all of it as sent.
func (n *night) serve(day float64) string {
	n.with.now = firstDay.Add(time.Duration(day * 24 * float64(time.Hour)))
	var now []string
	known := [][]channel.Notice{}
	for _, life := range n.lives {
		var past []channel.Notice
		for _, e := range life {
			if !e.RecordedAt.After(n.with.now) {
				past = append(past, e)
			}
		}
		if len(past) > 0 {
			known = append(known, past)
		}
	}
	for _, m := range n.log.planFor(n.desk, known, n.with).messages {
		for _, notice := range m.Notices {
			now = append(now, notice.AlertID+" "+notice.Event)
			n.texts = append(n.texts, notice.MessageZh)
		}
		n.log.take(n.desk, m, sent)
	}
	n.told = append(n.told, now...)
	return strings.Join(now, ", ")
}

func (n *night) silence(id string, from, to float64, match Silence) *Silence {
	match.ID, match.Reason, match.SetBy = id, "等年报", "李敏"
	match.StartsAt = firstDay.Add(time.Duration(from * 24 * float64(time.Hour)))
	match.EndsAt = firstDay.Add(time.Duration(to * 24 * float64(time.Hour)))
	match.SetAt = match.StartsAt
	n.with.silences = append(n.with.silences, match)
	return &n.with.silences[len(n.with.silences)-1]
}

// expect serves on days and compares what is told.
func (n *night) expect(t *testing.T, days ...any) {
	t.Helper()
	for i := 0; i < len(days); i += 2 {
		day, want := days[i].(float64), days[i+1].(string)
		if got := n.serve(day); got != want {
			t.Errorf("on day %v told %q, want %q", day, got, want)
		}
	}
}

// Alertmanager #2896: what still fires when a silence ends is told again at once.
func TestAlertmanager2896WhatIsStillOpenIsToldWhenASilenceEnds(t *testing.T) {
	n := newNight(deskOf(silent{}, ""))
	n.lives = [][]channel.Notice{life("a", [2]string{opened, "warning"}), life("b", [2]string{opened, "warning"}, [2]string{resolved, "warning"})}
	n.silence("s", 0.5, 3.2, Silence{Alert: "a"})
	n.expect(t, 0.0, "a opened, b opened", 1.0, "s silence_set, b resolved", 2.0, "", 3.0, "", 3.25, "a unsilenced", 4.0, "", 40.0, "")
}

// Alertmanager #730: people hear that a silence was set, that it is about to end (on the
// last working day before), and with what is told afterwards that it has ended.
func TestAlertmanager730PeopleHearOfTheSilenceItself(t *testing.T) {
	n := newNight(deskOf(silent{}, "")) // the first day is a Sunday
	n.lives = [][]channel.Notice{life("a", [2]string{opened, "warning"})}
	n.silence("s", 1, 13.5, Silence{Rule: "volatile"}) // from Monday to the Saturday of the week after
	n.expect(t, 0.0, "a opened", 1.0, "s silence_set", 5.0, "", 8.1, "s silence_stands",
		11.0, "", 12.0, "s silence_ending", 13.0, "", 13.6, "a unsilenced", 20.0, "")
	if said := n.texts[1]; !strings.Contains(said, "李敏") || !strings.Contains(said, "等年报") || !strings.Contains(said, "1 条") {
		t.Errorf("the silence says %q", said)
	}
	if said := n.texts[4]; !strings.Contains(said, "李敏 设置的静默已结束：等年报") {
		t.Errorf("what is told again says %q", said)
	}
}

// Alertmanager #1639: who set a silence is reminded of it each week that it stands, by
// name, as long as it holds anything back.
func TestAlertmanager1639AStandingSilenceIsNotForgotten(t *testing.T) {
	n := newNight(deskOf(silent{}, ""))
	n.lives = [][]channel.Notice{life("a", [2]string{opened, "warning"})}
	n.silence("s", 0.5, 60, Silence{Agency: "health"})
	n.expect(t, 0.0, "a opened", 1.0, "s silence_set")
	for week := range 3 {
		n.expect(t, float64(7*week+7), "", float64(7*week+8), "s silence_stands")
	}
	n.expect(t, 36.0, "s silence_stands") // the daemon was down for a week: one reminder, not two
	n.lives[0] = append(n.lives[0], life("a", [2]string{opened, "warning"}, [2]string{resolved, "warning"})[1])
	n.lives[0][1].RecordedAt = firstDay.AddDate(0, 0, 37)
	n.expect(t, 37.0, "a resolved", 43.0, "", 50.0, "") // nothing is held back any more
}

// Alertmanager #226: who was told that an alert is open is told that it is resolved,
// silence or not; who was not told of the first is not told of the second.
func TestAlertmanager226TheEndIsToldDespiteASilence(t *testing.T) {
	n := newNight(deskOf(silent{}, ""))
	late := life("b", [2]string{opened, "warning"}, [2]string{resolved, "warning"})
	for i := range late {
		late[i].RecordedAt = firstDay.AddDate(0, 0, i+1)
	}
	n.lives = [][]channel.Notice{life("a", [2]string{opened, "warning"}, [2]string{changed, "critical"}, [2]string{resolved, "critical"}), late}
	n.silence("s", 0.5, 9, Silence{Rule: "volatile"})
	n.expect(t, 0.0, "a opened", 1.0, "s silence_set", 2.0, "a resolved", 3.0, "", 10.0, "")
}

func TestASilenceThatIsCutShortEndsThen(t *testing.T) {
	n := newNight(deskOf(silent{}, ""))
	n.lives = [][]channel.Notice{life("a", [2]string{opened, "critical"})}
	s := n.silence("s", 0.5, 300, Silence{Area: ""})
	n.expect(t, 0.0, "a opened", 1.0, "s silence_set")
	s.EndsAt = firstDay.AddDate(0, 0, 2)
	n.expect(t, 2.0, "a unsilenced", 3.0, "")
}

func TestWhoKeepsAlertsForgetsASilencedOneAndHearsOfItAgain(t *testing.T) {
	n := newNight(deskOf(keeper{}, ""))
	n.lives = [][]channel.Notice{life("a", [2]string{opened, "warning"})}
	n.silence("s", 0.5, 3.2, Silence{Alert: "a"})
	n.expect(t, 0.0, "a opened", 1.0, "a silenced", 2.0, "")
	if p := n.log.planFor(n.desk, n.lives, n.with); len(p.open) != 0 {
		t.Errorf("%d alerts are refreshed within the silence", len(p.open))
	}
	n.expect(t, 4.0, "a unsilenced")
	if p := n.log.planFor(n.desk, n.lives, n.with); len(p.open) != 1 {
		t.Errorf("%d alerts are refreshed after the silence", len(p.open))
	}
}

func TestAnUnchangedAlertTellsNothingButItsReminders(t *testing.T) {
	n := newNight(deskOf(silent{}, ""))
	n.with.reminders = Reminders{Every: 90 * 24 * time.Hour}
	n.lives = [][]channel.Notice{life("a", [2]string{opened, "warning"})}
	for day := range 400 {
		n.serve(float64(day))
	}
	if got, want := strings.Join(n.told, ", "), "a opened, a reminder, a reminder, a reminder, a reminder"; got != want {
		t.Errorf("400 nights told %s, want %s", got, want)
	}
	n.with.cases = map[string]caseStanding{"a": {stage: StepClosed}}
	if got := n.serve(460); got != "" {
		t.Errorf("a closed case is reminded of: %s", got)
	}
}

func TestWhatNobodyTakesUpGoesOneLevelUpOnce(t *testing.T) {
	duty, upper := newNight(deskOf(silent{}, "")), newNight(desk{&Outlet{Name: "lead", Channel: silent{}, IsUpper: true}, Receiver{}})
	for _, n := range []*night{duty, upper} {
		n.with.reminders, n.with.hasUpper = Reminders{EscalateAfter: 5}, true
		// The first day is a Sunday, so that the fifth working day is the Friday.
		n.lives = [][]channel.Notice{
			life("a", [2]string{opened, "warning"}), life("b", [2]string{opened, "warning"}), life("c", [2]string{opened, "warning"}),
		}
		n.with.cases = map[string]caseStanding{
			"b": {stage: StepAcknowledged},
			"c": {stage: StepAssigned, due: time.Date(2026, 3, 10, 0, 0, 0, 0, time.UTC)},
		}
	}
	duty.expect(t, 0.0, "a opened, b opened, c opened", 5.0, "", 10.0, "c overdue", 11.0, "")
	upper.expect(t, 0.0, "", 4.0, "", 5.0, "a unacknowledged", 6.0, "", 9.0, "", 10.0, "c overdue", 11.0, "")
	end := life("a", [2]string{opened, "warning"}, [2]string{resolved, "warning"})[1]
	end.RecordedAt = firstDay.AddDate(0, 0, 12)
	upper.lives[0] = append(upper.lives[0], end)
	end.AlertID = "b"
	upper.lives[1] = append(upper.lives[1], end)
	upper.expect(t, 12.0, "a resolved", 13.0, "")
}

// TestWhateverIsSilencedEachEndIsKnown draws any lives and silences, and nights on which
// the channel takes nothing: nothing is told twice, nothing that is silenced is
// told as open, and when all is over who is open is known to be open, and nobody else.
func TestWhateverIsSilencedEachEndIsKnown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := newNight(deskOf(silent{}, ""))
		isOpen := map[string]bool{}
		for i := range rapid.IntRange(1, 3).Draw(t, "alerts") {
			id, day := fmt.Sprint("a", i), 0
			var all []channel.Notice
			for k := range rapid.IntRange(1, 6).Draw(t, "events") {
				e := life(id, [2]string{[]string{opened, resolved}[k%2], "warning"})[0]
				day += rapid.IntRange(1, 5).Draw(t, "pause")
				e.EventNumber, e.RecordedAt = uint64(k+1), firstDay.AddDate(0, 0, day)
				all = append(all, e)
			}
			n.lives = append(n.lives, all)
			isOpen[id] = len(all)%2 == 1
		}
		for i := range rapid.IntRange(0, 3).Draw(t, "silences") {
			from := rapid.IntRange(0, 30).Draw(t, "from")
			span := rapid.IntRange(0, 9).Draw(t, "span")
			n.silence(fmt.Sprint("s", i), float64(from)+0.5, float64(from+span)+0.5, Silence{Alert: rapid.SampledFrom([]string{"", "a0", "a1"}).Draw(t, "alert")})
		}
		seen, known := map[string]bool{}, map[string]bool{}
		for day := range 60 {
			if day < 45 && rapid.IntRange(0, 3).Draw(t, "down") == 0 {
				continue
			}
			n.with.now = firstDay.AddDate(0, 0, day)
			lives := [][]channel.Notice{}
			for _, l := range n.lives {
				if past := slices.DeleteFunc(slices.Clone(l), func(e channel.Notice) bool { return e.RecordedAt.After(n.with.now) }); len(past) > 0 {
					lives = append(lives, past)
				}
			}
			for _, m := range n.log.planFor(n.desk, lives, n.with).messages {
				for _, notice := range m.Notices {
					if seen[notice.Key] {
						t.Fatalf("%s %s is told twice", notice.AlertID, notice.Event)
					}
					seen[notice.Key] = true
					if notice.RuleCode == "silence" {
						continue
					}
					if notice.IsOpen() && n.with.silences.on(notice, n.with.now) {
						t.Fatalf("%s %s is told within a silence", notice.AlertID, notice.Event)
					}
					known[notice.AlertID] = notice.IsOpen()
				}
				n.log.take(n.desk, m, sent)
			}
		}
		for id, open := range isOpen {
			if known[id] != open {
				t.Fatalf("%s is open: %v; people believe %v", id, open, known[id])
			}
		}
	})
}
