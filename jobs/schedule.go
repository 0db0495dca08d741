package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/robfig/cron/v3"
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
	missed, err := s.missed(ctx, time.Now())
	if err != nil {
		return err
	}
	work, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cancel(nil)
	clock := cron.New(cron.WithLocation(s.Location), cron.WithLogger(cron.DiscardLogger))
	var catchUps sync.WaitGroup
	for _, j := range s.Jobs {
		t := &ticker{scheduler: s, job: j, clock: clock}
		if at, ok := missed[j]; ok {
			catchUps.Go(func() { t.start(work, ctx, ByCatchUp, at) })
		}
		if j.Timetable != nil {
			t.entry = clock.Schedule(j.Timetable, cron.FuncJob(func() { t.tick(work, ctx) }))
		}
	}
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

// missed finds, for each job, the newest instant that its timetable asked for
// since the last run in the ledger. A job that never ran has missed nothing.
func (s *Scheduler) missed(ctx context.Context, now time.Time) (map[*Job]time.Time, error) {
	missed := map[*Job]time.Time{}
	for _, j := range s.Jobs {
		if j.Timetable == nil {
			continue
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

// tick is called by cron, in a goroutine of its own, when the time has come.
func (t *ticker) tick(work, stop context.Context) {
	at := t.clock.Entry(t.entry).Prev
	t.start(work, stop, BySchedule, at)
}

// start does the job under work, unless it is running or stop has ended.
func (t *ticker) start(work, stop context.Context, trigger string, at time.Time) {
	if !t.busy.TryLock() {
		if err := t.scheduler.Runner.Skip(work, t.job, at); err != nil {
			t.scheduler.Logger.Error("run could not be recorded as skipped", "job", t.job.Name(), "error", err)
		}
		return
	}
	defer t.busy.Unlock()
	if !waitJitter(stop, t.job.Jitter) {
		return
	}
	run, err := t.scheduler.Runner.Run(work, t.job, trigger, at)
	if err != nil && run.State == Running {
		t.scheduler.Logger.Error("run could not begin", "job", t.job.Name(), "error", err)
	}
}

// waitJitter waits for a random part of the span, and reports whether the time
// passed before stop ended.
func waitJitter(stop context.Context, span time.Duration) bool {
	if span <= 0 {
		return stop.Err() == nil
	}
	select {
	case <-time.After(rand.N(span)):
		return true
	case <-stop.Done():
		return false
	}
}
