package jobs

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/robfig/cron/v3"

	"bellwether/warehouse"
)

// Scheduler does jobs by their timetables. What robfig/cron leaves out is here:
// a run that still goes on makes the next one a recorded skip, runs missed
// while the daemon was down are made up for once, and stopping waits.
type Scheduler struct {
	Jobs     []*Job
	Runner   *Runner
	Location *time.Location // time zone of the timetables
	Grace    time.Duration  // how long running jobs may finish once stopped
	Logger   *slog.Logger
}

// Run does the jobs until ctx ends. Then no job starts any more; those that run
// have the grace period to finish, are then cancelled, and Run returns when
// they have ended. A fault of the ledger is logged: the timetable goes on.
func (s *Scheduler) Run(ctx context.Context) error {
	cutShort, err := s.closeUnfinished(ctx)
	if err != nil {
		return err
	}
	missed, err := s.missed(ctx, time.Now(), cutShort)
	if err != nil {
		return err
	}
	work, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cancel(nil)
	clock := cron.New(cron.WithLocation(s.Location), cron.WithLogger(cron.DiscardLogger))
	var catchUps sync.WaitGroup
	var late []*ticker
	for _, j := range s.Jobs {
		t := &ticker{scheduler: s, job: j, clock: clock}
		if _, ok := missed[j]; ok {
			late = append(late, t)
		}
		if j.Timetable != nil {
			t.entry = clock.Schedule(j.Timetable, cron.FuncJob(func() { t.tick(work, ctx) }))
		}
	}
	slices.SortStableFunc(late, func(a, b *ticker) int { return cmp.Compare(a.job.rank(), b.job.rank()) })
	catchUps.Go(func() {
		for _, t := range late {
			if again := t.start(work, ctx, ByCatchUp, missed[t.job]); again != nil {
				catchUps.Go(again)
			}
		}
	})
	clock.Start()
	<-ctx.Done()
	ended := make(chan struct{})
	go func() {
		<-clock.Stop().Done()
		catchUps.Wait()
		close(ended)
	}()
	select {
	case <-ended:
	case <-time.After(s.Grace):
		cancel(fmt.Errorf("stopped, and the %s to finish are over", s.Grace))
		<-ended
	}
	return nil
}

// closeUnfinished records the runs as interrupted that a daemon before this one
// began and did not live to end. There is one daemon on a warehouse, so none of
// them goes on.
func (s *Scheduler) closeUnfinished(ctx context.Context) ([]warehouse.Run, error) {
	runs, err := s.Runner.ledger.Unfinished(ctx)
	if err != nil {
		return nil, fmt.Errorf("find runs that were cut short: %w", err)
	}
	now := time.Now()
	for _, run := range runs {
		run.State, run.FinishedAt, run.RecordedAt = Interrupted, &now, time.Time{}
		run.Message = "the daemon ended while it ran"
		if err := s.Runner.record(ctx, run); err != nil {
			return nil, err
		}
		s.Logger.Warn("run was cut short", "job", run.JobCode, "source", run.SourceCode, "run_id", run.RunID, "started_at", run.StartedAt)
	}
	return runs, nil
}

// missed finds, for each job, the newest instant that its timetable asked for
// since the last run in the ledger, or that of a run that was cut short. A job that
// never ran has missed nothing.
func (s *Scheduler) missed(ctx context.Context, now time.Time, cutShort []warehouse.Run) (map[*Job]time.Time, error) {
	missed := map[*Job]time.Time{}
	for _, j := range s.Jobs {
		if j.Timetable == nil {
			continue
		}
		for _, run := range cutShort {
			if run.JobCode == j.Code && run.SourceCode == j.Source && run.ScheduledAt.After(missed[j]) {
				missed[j] = run.ScheduledAt
			}
		}
		last, err := s.Runner.ledger.LastScheduled(ctx, j.Code, j.Source)
		if err != nil {
			return nil, fmt.Errorf("find missed runs of %s: %w", j.Name(), err)
		}
		if last.IsZero() {
			continue
		}
		if at := lastBefore(j.Timetable, last.In(s.Location), now); !at.IsZero() {
			missed[j] = at
		}
	}
	return missed, nil
}

// lastBefore is the newest instant of the timetable after from and not after
// now, or zero. After a very long pause of a very frequent job it may be an
// earlier one; it is made up for once all the same.
func lastBefore(timetable cron.Schedule, from, now time.Time) time.Time {
	var last time.Time
	for range 100_000 {
		from = timetable.Next(from)
		if from.IsZero() || from.After(now) {
			break
		}
		last = from
	}
	return last
}

// ticker is one job in the scheduler. Its mutex is held while the job runs.
type ticker struct {
	scheduler *Scheduler
	job       *Job
	clock     *cron.Cron
	entry     cron.EntryID
	busy      sync.Mutex
}

// tick is called by cron, in a goroutine of its own, when the time has come. Jobs
// that build on others come a moment after those of the same minute.
func (t *ticker) tick(work, stop context.Context) {
	at := t.clock.Entry(t.entry).Prev
	if !pause(stop, time.Duration(t.job.rank())*time.Second) {
		return
	}
	if again := t.start(work, stop, BySchedule, at); again != nil {
		again()
	}
}

// start does the job under work, unless it is running or stop has ended. When it
// ended with a fault that may pass, the result tries it again until it is through.
func (t *ticker) start(work, stop context.Context, trigger string, at time.Time) (again func()) {
	if !t.busy.TryLock() {
		if err := t.scheduler.Runner.Skip(work, t.job, at); err != nil {
			t.scheduler.Logger.Error("run could not be recorded as skipped", "job", t.job.Name(), "error", err)
		}
		return nil
	}
	if !waitJitter(stop, t.job.Jitter) {
		t.busy.Unlock()
		return nil
	}
	err := t.once(work, trigger, at)
	if !isPassing(err) || t.job.Retry.Tries <= 1 {
		t.busy.Unlock()
		return nil
	}
	return func() {
		defer t.busy.Unlock()
		t.retry(work, stop, at)
	}
}

func (t *ticker) once(work context.Context, trigger string, at time.Time) error {
	run, err := t.scheduler.Runner.Run(work, t.job, trigger, at)
	if err != nil && run.State == Running {
		t.scheduler.Logger.Error("run could not begin", "job", t.job.Name(), "error", err)
	}
	return err
}

// retry does the job again after ever longer pauses, until it is done, fails for
// good, or was tried often enough. It leaves the rest to the next run of the timetable
// when that would come first.
func (t *ticker) retry(work, stop context.Context, at time.Time) {
	waits := t.job.Retry.waits()
	for try := 2; try <= t.job.Retry.Tries; try++ {
		wait := waits.NextBackOff()
		if t.job.Timetable != nil && !time.Now().Add(wait).Before(t.job.Timetable.Next(time.Now().In(t.scheduler.Location))) {
			return
		}
		t.scheduler.Logger.Info("run is tried again", "job", t.job.Name(), "try", try, "of", t.job.Retry.Tries, "after", wait)
		if !pause(stop, wait) || !isPassing(t.once(work, ByRetry, at)) {
			return
		}
	}
}

// pause waits, and reports whether the time passed before stop ended.
func pause(stop context.Context, span time.Duration) bool {
	if span <= 0 {
		return stop.Err() == nil
	}
	select {
	case <-time.After(span):
		return true
	case <-stop.Done():
		return false
	}
}

// waitJitter pauses for a random part of the span.
func waitJitter(stop context.Context, span time.Duration) bool {
	if span <= 0 {
		return pause(stop, 0)
	}
	return pause(stop, rand.N(span))
}
