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
