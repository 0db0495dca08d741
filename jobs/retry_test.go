package jobs

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"bellwether/etl"
	"bellwether/warehouse"
)

// flaky fails with each of the faults, then does its work.
func flaky(faults ...error) func(context.Context, string) (Outcome, error) {
	return func(context.Context, string) (Outcome, error) {
		if len(faults) == 0 {
			return Outcome{}, nil
		}
		err := faults[0]
		faults = faults[1:]
		return Outcome{}, err
	}
}

var (
	errAway  = &etl.PullError{Reason: etl.Unreachable, At: "there"}
	errWrong = &etl.PullError{Reason: etl.AccessDenied, At: "there"}
)

// ended lists trigger and state of the runs that have ended.
func (l *memoryLedger) ended() (runs []string) {
	for _, r := range l.rows {
		if r.State != Running {
			runs = append(runs, r.Trigger+" "+r.State)
		}
	}
	return runs
}

func TestAFaultThatMayPassIsTriedAgain(t *testing.T) {
	for name, one := range map[string]struct {
		faults []error
		tries  int
		want   []string
	}{
		"until it is gone":           {[]error{errAway, errAway}, 4, []string{"schedule failed", "retry failed", "retry done"}},
		"only so often":              {[]error{errAway, errAway, errAway}, 2, []string{"schedule failed", "retry failed"}},
		"not when it is said so":     {[]error{errAway}, 1, []string{"schedule failed"}},
		"not when it stays":          {[]error{errWrong}, 4, []string{"schedule failed"}},
		"not when nobody knows it":   {[]error{errors.New("form")}, 4, []string{"schedule failed"}},
		"until it becomes a lasting": {[]error{errAway, errWrong}, 4, []string{"schedule failed", "retry failed"}},
		"when another was loading":   {[]error{&warehouse.HeldError{}}, 4, []string{"schedule failed", "retry done"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := &memoryLedger{}
				s := newTestScheduler(t, l, &Job{Code: "load", Source: "health", Timetable: timetable(t, "0 2 * * *"),
					Retry: Retry{Tries: one.tries, FirstWait: 5 * time.Minute}, Do: flaky(one.faults...)})
				runFor(t, s, 24*time.Hour)
				if got := l.ended(); !slices.Equal(got, one.want) {
					t.Errorf("got %q, want %q", got, one.want)
				}
				for i := 2; i < len(l.rows); i += 2 { // begin of each try
					if wait := l.rows[i].StartedAt.Sub(*l.rows[i-1].FinishedAt); wait < 2*time.Minute || wait > 20*time.Minute {
						t.Errorf("try %d came after %s", i/2+1, wait)
					}
					if !l.rows[i].ScheduledAt.Equal(l.rows[0].ScheduledAt) {
						t.Errorf("try %d is of %s, want %s", i/2+1, l.rows[i].ScheduledAt, l.rows[0].ScheduledAt)
					}
				}
			})
		})
	}
}

func TestTheNextRunOfTheTimetableTakesThePlaceOfATry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &memoryLedger{}
		faults := slices.Repeat([]error{errAway}, 3)
		s := newTestScheduler(t, l, &Job{Code: "load", Source: "health", Timetable: timetable(t, "0 * * * *"),
			Retry: Retry{Tries: 4, FirstWait: 3 * time.Hour}, Do: flaky(faults...)})
		runFor(t, s, 4*time.Hour+time.Minute)
		if got, want := l.ended(), []string{"schedule failed", "schedule failed", "schedule failed", "schedule done"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

func TestStoppingDoesNotWaitForATry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &memoryLedger{}
		s := newTestScheduler(t, l, &Job{Code: "load", Source: "health", Timetable: timetable(t, "0 * * * *"),
			Retry: Retry{Tries: 4, FirstWait: 40 * time.Minute}, Do: flaky(errAway, errAway)})
		begun := time.Now()
		first := s.Jobs[0].Timetable.Next(begun.In(s.Location)).Sub(begun)
		runFor(t, s, first+time.Minute)
		if took := time.Since(begun); took > first+time.Minute+time.Second {
			t.Errorf("stopped %s after it was told to", took-first-time.Minute)
		}
		if got := l.ended(); !slices.Equal(got, []string{"schedule failed"}) {
			t.Errorf("got %q", got)
		}
	})
}

func TestOneEvaluationAndOneDeliveryFollowTheLoadsOfANight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var order []string
		step := func(name string, versions int64) func(context.Context, string) (Outcome, error) {
			return func(context.Context, string) (Outcome, error) {
				order = append(order, name)
				time.Sleep(time.Minute)
				if name == "broken" {
					return Outcome{}, errWrong
				}
				return Outcome{Versions: versions}, nil
			}
		}
		deliver := &Job{Code: "deliver", Timetable: timetable(t, "0 2 * * *"), Do: step("deliver", 0)}
		evaluate := &Job{Code: "evaluate", Then: deliver, Do: step("evaluate", 0)}
		load := func(source string, versions int64) *Job {
			return &Job{Code: "load", Source: source, Timetable: timetable(t, "0 2 * * *"), Then: evaluate, Do: step(source, versions)}
		}
		s := newTestScheduler(t, &memoryLedger{}, deliver, evaluate, load("health", 3), load("education", 1), load("broken", 0), load("quiet", 0))
		runFor(t, s, 24*time.Hour)
		if len(order) < 6 || !slices.Equal(sorted(order[:4]), []string{"broken", "education", "health", "quiet"}) {
			t.Fatalf("order %q, want the loads first", order)
		}
		if got := strings.Join(order[4:], " "); got != "evaluate deliver deliver" {
			t.Errorf("then came %q, want one evaluation, then what follows it and the delivery of the timetable", got)
		}
	})
}

func sorted(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return list
}

func TestARunThatWasCutShortIsClosedAndMadeUpForOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var order []string
		do := func(name string) func(context.Context, string) (Outcome, error) {
			return func(context.Context, string) (Outcome, error) { order = append(order, name); return Outcome{}, nil }
		}
		at := time.Now().Add(-30 * time.Minute)
		cut := func(job, source string) warehouse.Run {
			return warehouse.Run{RunID: job + source, JobCode: job, SourceCode: source, Trigger: BySchedule, State: Running, ScheduledAt: at, StartedAt: at}
		}
		l := &memoryLedger{last: time.Now(), open: []warehouse.Run{cut("evaluate", ""), cut("load", "health")}}
		s := newTestScheduler(t, l,
			&Job{Code: "evaluate", Timetable: timetable(t, "0 0 1 1 *"), Do: do("evaluate")},
			&Job{Code: "load", Source: "health", Timetable: timetable(t, "0 0 1 1 *"), Do: do("health")},
			&Job{Code: "load", Source: "education", Timetable: timetable(t, "0 0 1 1 *"), Do: do("education")})
		runFor(t, s, time.Hour)
		if !slices.Equal(order, []string{"health", "evaluate"}) {
			t.Errorf("made up for %q, want the load before the evaluation, each once", order)
		}
		want := []string{"schedule interrupted", "schedule interrupted", "catch_up done", "catch_up done"}
		if got := l.ended(); !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		for _, r := range l.rows {
			if r.Trigger == ByCatchUp && !r.ScheduledAt.Equal(at) {
				t.Errorf("made up for %s, want %s", r.ScheduledAt, at)
			}
		}
	})
}
