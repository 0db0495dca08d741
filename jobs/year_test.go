package jobs

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"bellwether/jobs/channel"
	"bellwether/warehouse"
)

// TestAYearOfNightsLosesNoRunAndDoublesNoDelivery runs 365 nights. Every time that a
// timetable names has a run, by the timetable or made up for once; every run has an end;
// and who reads the mails knows at the end exactly what is open, was told of each
// event that counts, and of none in two messages.
func TestAYearOfNightsLosesNoRunAndDoublesNoDelivery(t *testing.T) {
	seed := *yearSeed
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("seed %d", seed)
	synctest.Test(t, func(t *testing.T) {
		y := newYear(t, seed)
		end := y.night0.AddDate(0, 0, 365)
		for time.Now().Before(end) {
			span := time.Duration(1+y.random.IntN(20*24*60)) * time.Minute
			kill := y.random.IntN(2) == 0
			if kill && y.random.IntN(2) == 0 { // while it tells of alerts
				at := time.Now().In(y.location).AddDate(0, 0, 1+y.random.IntN(10))
				at = time.Date(at.Year(), at.Month(), at.Day(), 6, 31, y.random.IntN(90), 0, y.location)
				span = time.Until(at)
			}
			y.keep(t, min(span, time.Until(end)), kill)
			if pause := time.Duration(y.random.IntN(36*60)) * time.Minute; y.random.IntN(3) > 0 {
				from := time.Now()
				time.Sleep(pause)
				y.downSpans = append(y.downSpans, [2]time.Time{from, time.Now()})
			}
		}
		clear(y.deadMail)
		y.keep(t, 26*time.Hour, false) // one quiet night
		y.account(t, end)
	})
}

func newYear(t *testing.T, seed uint64) *year {
	location, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	y := &year{
		random: rand.New(rand.NewPCG(seed, 1)), location: location, night0: time.Now(),
		lives: map[string][]channel.Notice{}, known: map[string]warehouse.AlertEvent{}, log: newDeliveryLog(),
		desk: deskOf(silent{}, ""), news: map[string]int{}, missed: map[string]time.Time{}, revise: map[string]int{},
		away: map[string]map[int]bool{}, deadMail: map[int]bool{}, taken: map[string][]string{},
	}
	y.with.calendar, y.with.reminders = weekdays(), Reminders{Every: 7 * 24 * time.Hour}
	y.log.starts[y.desk.name()] = start{y.desk.routesHash(), y.night0.Add(-time.Hour)}
	for night := range 370 {
		y.deadMail[night] = y.random.IntN(8) == 0
		for _, agency := range agencies {
			if y.away[agency] == nil {
				y.away[agency] = map[int]bool{}
			}
			y.away[agency][night] = y.random.IntN(10) == 0
		}
	}
	go y.agenciesWork(t.Context())
	return y
}

// agenciesWork is what agencies do by day: a return falls due each month, comes some
// days late, and is revised now and then.
func (y *year) agenciesWork(ctx context.Context) {
	for day := range 365 {
		if work(ctx, 24*time.Hour) != nil {
			return
		}
		y.mu.Lock()
		for i, agency := range agencies {
			switch due := (day + 7*i) % 30; {
			case due == 0:
				y.missed[agency] = time.Now()
			case due == 1+y.random.IntN(25), due == 26:
				y.news[agency]++
			case y.random.IntN(40) == 0:
				y.news[agency]++
				y.revise[agency] = day + 5
			}
		}
		y.mu.Unlock()
	}
}

// account holds the ledgers against the timetables and the mails against the ledger.
func (y *year) account(t *testing.T, end time.Time) {
	t.Helper()
	states := map[string]int{}
	scheduled := map[string]map[time.Time]int{}
	caughtUp := 0
	runs := y.newestStates()
	for _, r := range runs {
		states[r.State]++
		if r.Trigger == ByCatchUp {
			caughtUp++
		}
		if r.Trigger == BySchedule || r.Trigger == ByCatchUp {
			name := r.JobCode + " " + r.SourceCode
			if scheduled[name] == nil {
				scheduled[name] = map[time.Time]int{}
			}
			scheduled[name][r.ScheduledAt.UTC()]++
		}
	}
	if states[Running] > 0 {
		t.Errorf("%d runs have no end", states[Running])
	}
	asked, behind := y.countTimes(t, scheduled, end)
	told, again, reminders := y.readMails(t)
	events := 0
	for _, life := range y.lives {
		events += len(life)
	}
	if asked != 5*365 || len(y.lives) == 0 || events < 50 {
		t.Errorf("the year had %d times, %d alerts and %d events", asked, len(y.lives), events)
	}
	t.Logf("365 nights, %d daemons: %d times asked for, %d runs made up for what was missed, %d more times stand behind these; %d runs (%v); "+
		"%d events of %d alerts, all told in %d messages with %d reminders; %d deliveries cut short between sending and recording, %d messages taken twice with the same identity",
		y.daemons, asked, caughtUp, behind, len(runs), states, events, len(y.lives), told, reminders, y.killed, again)
}

// countTimes counts the times that the timetables name, and those of them that another
// run stands for: the daemon was down, and only the newest time that it missed is made
// up for.
func (y *year) countTimes(t *testing.T, scheduled map[string]map[time.Time]int, end time.Time) (asked, behind int) {
	t.Helper()
	dead := false
	for _, j := range y.dutiesOf(t, &dead) {
		at := scheduled[j.Code+" "+j.Source]
		for instant := j.Timetable.Next(y.night0.In(y.location)); instant.Before(end); instant = j.Timetable.Next(instant) {
			if asked++; at[instant.UTC()] > 0 {
				continue
			}
			if !anyAfter(at, instant) || !y.wasDown(instant) {
				t.Errorf("%s of %s has no run", j.Name(), instant)
			}
			behind++
		}
	}
	return asked, behind
}

// readMails holds what was taken against what was to be told.
func (y *year) readMails(t *testing.T) (told, again, reminders int) {
	t.Helper()
	seen := map[string]int{}
	for _, times := range y.taken {
		told++
		again += len(times) - 1
		for _, keys := range times[1:] {
			if keys != times[0] {
				t.Errorf("a message that was sent again holds other events: %q and %q", times[0], keys)
			}
		}
		for key := range strings.FieldsSeq(times[0]) {
			if seen[key]++; seen[key] > 1 {
				t.Error("an event was told in two messages")
			}
		}
	}
	reminders = len(seen)
	for id, life := range y.lives {
		notices, open := y.desk.told(life)
		isBelieved := false
		for _, n := range notices {
			n.Key = y.desk.key(n)
			if reminders--; seen[n.Key] != 1 {
				t.Errorf("event %d (%s) of %s was told %d times", n.EventNumber, n.Event, n.RuleCode, seen[n.Key])
			}
			isBelieved = n.IsOpen()
		}
		if isBelieved != (open != nil) {
			t.Errorf("%s is open: %v, readers of the mails believe %v", id, open != nil, isBelieved)
		}
	}
	if again > y.killed {
		t.Errorf("%d messages were taken twice, and only %d deliveries were cut short in between", again, y.killed)
	}
	return told, again, reminders
}

// anyAfter reports whether there is a run of a later time.
func anyAfter(runs map[time.Time]int, instant time.Time) bool {
	for at := range runs {
		if at.After(instant) {
			return true
		}
	}
	return false
}

// wasDown reports whether the daemon was down at an instant, or ended within the minutes
// in which the run would have begun.
func (y *year) wasDown(instant time.Time) bool {
	for _, span := range y.downSpans {
		if !instant.Before(span[0].Add(-15*time.Minute)) && instant.Before(span[1].Add(time.Minute)) {
			return true
		}
	}
	return false
}
