package jobs

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/robfig/cron/v3"
	"go.uber.org/goleak"

	"bellwether/warehouse"
)

// memoryLedger is the ledger of a test: the rows in the order they came.
type memoryLedger struct {
	mu   sync.Mutex
	rows []warehouse.Run
	last time.Time
	open []warehouse.Run // of a daemon before
}

func (l *memoryLedger) Unfinished(context.Context) ([]warehouse.Run, error) { return l.open, nil }

func (l *memoryLedger) AppendRun(_ context.Context, run warehouse.Run) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rows = append(l.rows, run)
	return nil
}

func (l *memoryLedger) LastScheduled(context.Context, string, string) (time.Time, error) {
	return l.last, nil
}

// count is the number of rows in the state.
func (l *memoryLedger) count(state string) (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, r := range l.rows {
		if r.State == state {
			n++
		}
	}
	return n
}

func newTestScheduler(t *testing.T, l *memoryLedger, jobs ...*Job) *Scheduler {
	t.Helper()
	location, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	return &Scheduler{
		Jobs: jobs, Location: location, Grace: 20 * time.Second, Logger: slog.New(slog.DiscardHandler),
		Runner: NewRunner(l, NewMetrics(prometheus.NewRegistry()), slog.New(slog.DiscardHandler)),
	}
}

func timetable(t *testing.T, spec string) cron.Schedule {
	t.Helper()
	s, err := cron.ParseStandard(spec)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// runFor runs the scheduler for a span of the test's own clock.
func runFor(t *testing.T, s *Scheduler, span time.Duration) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), span)
	defer stop()
	if err := s.Run(ctx); err != nil {
		t.Fatal(err)
	}
}

func TestAJobStillRunningMakesTheNextOneASkip(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &memoryLedger{}
		s := newTestScheduler(t, l, &Job{
			Code: "load", Source: "health", Timetable: timetable(t, "0 * * * *"),
			Do: func(context.Context, string) (Outcome, error) {
				time.Sleep(150 * time.Minute)
				return Outcome{}, nil
			},
		})
		s.Grace = 3 * time.Hour
		runFor(t, s, 4*time.Hour+30*time.Minute) // asked at 1, 2, 3, 4 h; the first run ends at 3.5 h
		if done, skipped := l.count(Done), l.count(Skipped); done != 2 || skipped != 2 {
			t.Errorf("%d done and %d skipped, want 2 and 2", done, skipped)
		}
	})
}

func TestTimetablesAreInTheZoneOfTheBureau(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &memoryLedger{}
		s := newTestScheduler(t, l, &Job{
			Code: "evaluate", Timetable: timetable(t, "30 6 * * *"),
			Do: func(context.Context, string) (Outcome, error) { return Outcome{}, nil },
		})
		runFor(t, s, 48*time.Hour)
		if l.count(Done) != 2 {
			t.Fatalf("%d runs, want 2", l.count(Done))
		}
		for _, r := range l.rows {
			if got := r.ScheduledAt.UTC().Format("15:04"); got != "22:30" {
				t.Errorf("scheduled at %s UTC, want 22:30", got)
			}
		}
	})
}

func TestMissedRunsAreMadeUpForOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		l := &memoryLedger{last: start.Add(-73 * time.Hour)}
		s := newTestScheduler(t, l, &Job{
			Code: "evaluate", Timetable: timetable(t, "30 6 * * *"),
			Do: func(context.Context, string) (Outcome, error) { return Outcome{}, nil },
		})
		runFor(t, s, time.Minute)
		if l.count(Done) != 1 || l.rows[0].Trigger != ByCatchUp {
			t.Fatalf("ledger holds %+v", l.rows)
		}
		if missed := start.Sub(l.rows[0].ScheduledAt); missed < 0 || missed > 24*time.Hour {
			t.Errorf("made up for the run of %s ago, want the newest", missed)
		}
	})
}

func TestAJobThatNeverRanHasMissedNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &memoryLedger{}
		s := newTestScheduler(t, l, &Job{Code: "evaluate", Timetable: timetable(t, "30 6 * * *"), Do: nil})
		runFor(t, s, time.Minute)
		if len(l.rows) != 0 {
			t.Errorf("ledger holds %+v", l.rows)
		}
	})
}

func TestAPanicIsAFailedRunAndTheTimetableGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &memoryLedger{}
		s := newTestScheduler(t, l, &Job{
			Code: "load", Timetable: timetable(t, "0 * * * *"),
			Do: func(context.Context, string) (Outcome, error) { panic("bad form") },
		})
		runFor(t, s, 2*time.Hour+time.Minute)
		if l.count(Failed) != 2 || l.rows[1].Message != "panic: bad form" {
			t.Errorf("ledger holds %+v", l.rows)
		}
	})
}

func TestATimeLimitEndsARun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &memoryLedger{}
		j := &Job{Code: "load", TimeLimit: 10 * time.Minute, Do: untilCancelled}
		s := newTestScheduler(t, l, j)
		run, err := s.Runner.Run(t.Context(), j, ByCommand, time.Time{})
		if err == nil || run.State != Failed || run.FinishedAt.Sub(run.StartedAt) != 10*time.Minute {
			t.Errorf("run %+v, error %v", run, err)
		}
	})
}

func TestStoppingGivesAGracePeriodThenCancels(t *testing.T) {
	for _, c := range []struct {
		name  string
		takes time.Duration
		want  string
	}{
		{"a run that ends in time is done", 10 * time.Second, Done},
		{"a longer one is interrupted", time.Hour, Interrupted},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := &memoryLedger{}
				s := newTestScheduler(t, l, &Job{
					Code: "load", Source: "health", Timetable: timetable(t, "0 * * * *"),
					Do: func(ctx context.Context, _ string) (Outcome, error) {
						select {
						case <-time.After(c.takes):
							return Outcome{}, nil
						case <-ctx.Done():
							return Outcome{}, ctx.Err()
						}
					},
				})
				runFor(t, s, time.Hour+time.Second)
				if l.count(c.want) != 1 {
					t.Errorf("ledger holds %+v", l.rows)
				}
			})
		})
	}
}

func TestJobsRunOneAtATimeAndAFollowerRunsAfterAChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &memoryLedger{}
		var running, evaluated int
		evaluate := &Job{Code: "evaluate", Do: func(context.Context, string) (Outcome, error) {
			evaluated++
			return Outcome{}, nil
		}}
		load := func(source string, versions int64) *Job {
			return &Job{
				Code: "load", Source: source, Timetable: timetable(t, "0 * * * *"), Then: evaluate,
				Do: func(context.Context, string) (Outcome, error) {
					running++
					if running > 1 {
						t.Error("two jobs run at once")
					}
					time.Sleep(time.Minute)
					running--
					return Outcome{Versions: versions}, nil
				},
			}
		}
		s := newTestScheduler(t, l, load("health", 3), load("education", 0))
		runFor(t, s, 90*time.Minute)
		if l.count(Done) != 3 || evaluated != 1 {
			t.Errorf("%d runs done, %d evaluations, want 3 and 1", l.count(Done), evaluated)
		}
	})
}

func TestJitterDelaysWithinItsSpan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &memoryLedger{}
		s := newTestScheduler(t, l, &Job{
			Code: "load", Timetable: timetable(t, "0 * * * *"), Jitter: 5 * time.Minute,
			Do: func(context.Context, string) (Outcome, error) { return Outcome{}, nil },
		})
		runFor(t, s, 10*time.Hour+10*time.Minute)
		for _, r := range l.rows {
			if wait := r.StartedAt.Sub(r.ScheduledAt); wait < 0 || wait >= 5*time.Minute {
				t.Errorf("waited %s", wait)
			}
		}
	})
}

func TestNothingIsLeftRunningWhenTheSchedulerEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		before := goleak.IgnoreCurrent()
		l := &memoryLedger{}
		s := newTestScheduler(t, l, &Job{
			Code: "load", Source: "health", Timetable: timetable(t, "@every 1s"),
			Do: func(ctx context.Context, _ string) (Outcome, error) { return untilCancelled(ctx, "") },
		})
		s.Grace = time.Millisecond
		runFor(t, s, 1500*time.Millisecond)
		if l.count(Interrupted) != 1 {
			t.Errorf("ledger holds %+v", l.rows)
		}
		goleak.VerifyNone(t, before)
	})
}

func untilCancelled(ctx context.Context, _ string) (Outcome, error) {
	<-ctx.Done()
	return Outcome{}, errors.New("load: context done")
}
