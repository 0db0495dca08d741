package jobs

import (
	"context"
	"errors"
	"flag"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"bellwether/etl"
	"bellwether/jobs/channel"
	"bellwether/warehouse"
)

var yearSeed = flag.Uint64("year-seed", 0, "seed of the simulated year; 0 takes another one each time")

// year is a bureau for one year of nights on the clock of the test: three agencies
// of which some are late and some revise, publishers that are away, a daemon that is
// stopped or killed, and a mail server that is dead for nights. What outlives a daemon
// is in the ledgers here; everything else is the real scheduler, runner, ledger of
// alerts and plan of deliveries.
type year struct {
	random   *rand.Rand
	location *time.Location
	night0   time.Time

	mu     sync.Mutex
	runs   []warehouse.Run
	lives  map[string][]channel.Notice
	known  map[string]warehouse.AlertEvent
	log    deliveryLog
	with   circumstances
	desk   desk
	news   map[string]int       // submissions of a source that wait to be pulled, by source
	missed map[string]time.Time // returns that are late, by source: since when
	revise map[string]int       // until which night a revision is talked about

	away      map[string]map[int]bool // nights on which a publisher is away, by source
	deadMail  map[int]bool
	taken     map[string][]string // by message: the keys that the receiver took, each time
	killed    int                 // deliveries cut short between sending and recording
	daemons   int
	downSpans [][2]time.Time
}

func (y *year) night(at time.Time) int { return int(at.Sub(y.night0) / (24 * time.Hour)) }

// daemonLedger is the ledger as one daemon writes it: a killed one writes no more.
type daemonLedger struct {
	year *year
	dead *bool
}

var errKilled = errors.New("the process is gone")

func (l daemonLedger) AppendRun(_ context.Context, run warehouse.Run) error {
	l.year.mu.Lock()
	defer l.year.mu.Unlock()
	if *l.dead {
		return errKilled
	}
	l.year.runs = append(l.year.runs, run)
	return nil
}

func (l daemonLedger) LastScheduled(_ context.Context, job, source string) (last time.Time, err error) {
	l.year.mu.Lock()
	defer l.year.mu.Unlock()
	for _, r := range l.year.runs {
		if r.JobCode == job && r.SourceCode == source && (r.Trigger == BySchedule || r.Trigger == ByCatchUp) && r.ScheduledAt.After(last) {
			last = r.ScheduledAt
		}
	}
	return last, nil
}

func (l daemonLedger) Unfinished(context.Context) ([]warehouse.Run, error) {
	l.year.mu.Lock()
	defer l.year.mu.Unlock()
	return slices.DeleteFunc(l.year.newestStates(), func(r warehouse.Run) bool { return r.State != Running }), nil
}

// newestStates are the runs in the order they began, each as it stands.
func (y *year) newestStates() []warehouse.Run {
	at := map[string]int{}
	var all []warehouse.Run
	for _, r := range y.runs {
		if i, ok := at[r.RunID]; ok {
			all[i] = r
			continue
		}
		at[r.RunID] = len(all)
		all = append(all, r)
	}
	return all
}

var agencies = []string{"health", "education", "civil_affairs"}

// dutiesOf are the jobs of one daemon: three sources, the evaluation and the delivery.
func (y *year) dutiesOf(t *testing.T, dead *bool) []*Job {
	deliver := &Job{Code: "deliver", Timetable: timetable(t, "50 6 * * *"), Retry: Retry{Tries: 4, FirstWait: 5 * time.Minute}}
	deliver.Do = func(ctx context.Context, _ string) (Outcome, error) { return Outcome{}, y.deliver(ctx, dead) }
	evaluate := &Job{Code: "evaluate", Timetable: timetable(t, "30 6 * * *"), Then: deliver}
	evaluate.Do = func(ctx context.Context, _ string) (Outcome, error) { return Outcome{}, y.evaluate(ctx, dead) }
	all := []*Job{evaluate, deliver}
	for _, agency := range agencies {
		all = append(all, &Job{
			Code: "load", Source: agency, Timetable: timetable(t, "0 2 * * *"), Then: evaluate, Jitter: 10 * time.Minute,
			Retry: Retry{Tries: 4, FirstWait: 5 * time.Minute},
			Do:    func(ctx context.Context, _ string) (Outcome, error) { return y.load(ctx, agency, dead) },
		})
	}
	return all
}

// work takes a while, and is cut short with the daemon.
func work(ctx context.Context, span time.Duration) error {
	select {
	case <-time.After(span):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (y *year) load(ctx context.Context, agency string, dead *bool) (Outcome, error) {
	if err := work(ctx, 2*time.Minute); err != nil {
		return Outcome{}, err
	}
	y.mu.Lock()
	defer y.mu.Unlock()
	if *dead {
		return Outcome{}, errKilled
	}
	if y.away[agency][y.night(time.Now())] {
		return Outcome{}, &etl.PullError{Reason: etl.Unreachable, Err: errors.New("the publisher is away")}
	}
	n := y.news[agency]
	y.news[agency] = 0
	if n > 0 {
		delete(y.missed, agency)
	}
	return Outcome{Payloads: int64(n), Read: int64(n), Loaded: int64(n), Versions: int64(n)}, nil
}

// evaluate holds what has come against what is due, by the real ledger of alerts.
func (y *year) evaluate(ctx context.Context, dead *bool) error {
	if err := work(ctx, time.Minute); err != nil {
		return err
	}
	y.mu.Lock()
	defer y.mu.Unlock()
	if *dead {
		return errKilled
	}
	now := time.Now()
	var firing []warehouse.AlertEvent
	for agency, since := range y.missed {
		severity := "warning"
		if now.Sub(since) > 10*24*time.Hour {
			severity = "critical"
		}
		firing = append(firing, warehouse.AlertEvent{RuleCode: "late_submission", AreaCode: "450302", Breakdown: agency, Severity: severity, PeriodYear: 2000, MessageEn: agency + " is late"})
	}
	for agency, until := range y.revise {
		if y.night(now) <= until {
			firing = append(firing, warehouse.AlertEvent{RuleCode: "revision_large", AreaCode: "450302", Breakdown: agency, Severity: "notice", PeriodYear: 2000, MessageEn: agency + " revised"})
		}
	}
	for _, e := range advance(y.known, oneForEach(firing), map[string]bool{"late_submission": true, "revision_large": true}) {
		e.RecordedAt = now
		y.known[e.AlertID] = e
		y.lives[e.AlertID] = append(y.lives[e.AlertID], channel.Notice{
			AlertID: e.AlertID, EventNumber: e.EventNumber, Event: e.Event, Severity: e.Severity, RuleCode: e.RuleCode, RecordedAt: now,
		})
	}
	return nil
}

// deliver tells the mail server by the real plan, with the states of the log around it:
// killed in between, a message stays as sending.
func (y *year) deliver(ctx context.Context, dead *bool) error {
	y.mu.Lock()
	var lives [][]channel.Notice
	for _, id := range slices.Sorted(maps.Keys(y.lives)) {
		lives = append(lives, slices.Clone(y.lives[id]))
	}
	y.with.now = time.Now()
	messages := y.log.planFor(y.desk, lives, y.with).messages
	y.mu.Unlock()
	for _, m := range messages {
		if err := y.send(ctx, m, dead); err != nil {
			return err
		}
	}
	return nil
}

func (y *year) send(ctx context.Context, m channel.Message, dead *bool) error {
	y.mu.Lock()
	if *dead {
		y.mu.Unlock()
		return errKilled
	}
	y.log.take(y.desk, m, sending)
	isDead := y.deadMail[y.night(time.Now())]
	if !isDead {
		var keys []string
		for _, n := range m.Notices {
			keys = append(keys, n.Key)
		}
		y.taken[m.ID] = append(y.taken[m.ID], strings.Join(keys, " "))
	}
	y.mu.Unlock()
	err := work(ctx, 30*time.Second)
	y.mu.Lock()
	defer y.mu.Unlock()
	if err != nil || *dead { // between sending and recording
		y.killed++
		return errors.Join(err, errKilled)
	}
	if isDead {
		y.log.take(y.desk, m, failed)
		return &channel.Error{Reason: channel.Failing, Err: errors.New("closed for the night")}
	}
	y.log.take(y.desk, m, sent)
	return nil
}

// keep runs one daemon for a span, and then stops or kills it.
func (y *year) keep(t *testing.T, span time.Duration, kill bool) {
	t.Helper()
	dead := false
	s := newTestScheduler(t, nil, y.dutiesOf(t, &dead)...)
	s.Location = y.location
	s.Runner = NewRunner(daemonLedger{y, &dead}, s.Runner.metrics, s.Logger)
	if kill {
		s.Grace = 0
	}
	ctx, stop := context.WithCancel(t.Context())
	go func() {
		time.Sleep(span)
		if kill {
			y.mu.Lock()
			dead = true
			y.mu.Unlock()
		}
		stop()
	}()
	if err := s.Run(ctx); err != nil && !errors.Is(err, errKilled) {
		t.Fatal(err)
	}
	y.daemons++
}

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
