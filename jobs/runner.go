package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/robfig/cron/v3"

	"bellwether/etl"
	"bellwether/jobs/channel"
	"bellwether/warehouse"
)

// Why a job ran, in the run ledger.
const (
	BySchedule = "schedule"
	ByCatchUp  = "catch_up" // the timetable asked for it while the daemon was down
	ByRetry    = "retry"    // again, after a fault that may have passed
	ByCommand  = "command"
	ByBackfill = "backfill" // a window of years, by command
)

// How far a run has come, or how it ended, in the run ledger.
const (
	Running     = "running"
	Done        = "done"
	Partial     = "partial" // loaded, with rejects or without a payload that could not be read
	Failed      = "failed"
	Skipped     = "skipped" // the run before had not ended
	Interrupted = "interrupted"
)

// Outcome is what a run did. Read is always the sum of Loaded, Rejected and
// Skipped.
type Outcome struct {
	Payloads, Read, Loaded, Rejected, Skipped int64
	Versions                                  int64          // new versions written; 0 when nothing had changed
	IsPartial                                 bool           // a payload was refused as a whole
	Message                                   string         // remark in one line
	Reason                                    etl.PullReason // why a file had to be left out; empty otherwise
}

// Ledger keeps the runs. *warehouse.Warehouse is one.
type Ledger interface {
	// AppendRun appends a state of a run.
	AppendRun(ctx context.Context, run warehouse.Run) error
	// LastScheduled returns the newest instant of the timetable that the ledger
	// knows of, zero when the job never ran by it.
	LastScheduled(ctx context.Context, job, source string) (time.Time, error)
	// Unfinished returns the runs of a daemon that the ledger has as running.
	Unfinished(ctx context.Context) ([]warehouse.Run, error)
}

// Job is a duty: what is done, when, and how long it may take.
type Job struct {
	Code      string        // load, evaluate, deliver
	Source    string        // source it is about, empty when it has none
	Timetable cron.Schedule // nil: only by command
	TimeLimit time.Duration // 0 is none
	Jitter    time.Duration // waits up to this long before it starts
	Retry     Retry         // by the timetable; a command is done once
	Do        func(ctx context.Context, runID string) (Outcome, error)
	// Then is done right after: after a load when it wrote new versions, after
	// another job when it ended without an error.
	Then *Job
}

// Name is the code and the source, for logs.
func (j *Job) Name() string {
	if j.Source == "" {
		return j.Code
	}
	return j.Code + " " + j.Source
}

// Runner does jobs, one at a time: loads share one lease, and an evaluation
// shall not read between two of them. Every run leaves its states in the
// ledger, also one that panics.
type Runner struct {
	ledger  Ledger
	metrics *Metrics
	logger  *slog.Logger
	turns   turns
	owed    owed
}

// owed are the jobs that have to follow others, once all of these have run.
type owed struct {
	lock sync.Mutex
	jobs map[*Job]bool
}

func (o *owed) set(j *Job, isOwed bool) (was bool) {
	o.lock.Lock()
	defer o.lock.Unlock()
	was = o.jobs[j]
	o.jobs[j] = isOwed
	return was
}

// NewRunner returns a runner that writes to the ledger and counts in metrics.
func NewRunner(ledger Ledger, metrics *Metrics, logger *slog.Logger) *Runner {
	return &Runner{ledger: ledger, metrics: metrics, logger: logger, owed: owed{jobs: map[*Job]bool{}}}
}

// Run does the job now, and the one that follows it, unless another job waits that
// the same one follows: then it comes once, after the last of them. Run returns the
// run as the ledger has it, and the error the job ended with; an error is logged here
// and nowhere else.
func (r *Runner) Run(ctx context.Context, j *Job, trigger string, scheduledAt time.Time) (warehouse.Run, error) {
	if err := r.turns.take(ctx, j); err != nil {
		return warehouse.Run{}, err
	}
	defer r.turns.give()
	r.owed.set(j, false)
	run, err := r.one(ctx, j, trigger, scheduledAt)
	if trigger == ByRetry {
		trigger = BySchedule
	}
	last, isCalledFor := j, err == nil && (j.Source == "" || run.VersionCount > 0)
	for last.Then != nil && r.isOwed(last, isCalledFor) {
		_, followErr := r.one(ctx, last.Then, trigger, scheduledAt)
		err = errors.Join(err, followErr)
		last, isCalledFor = last.Then, followErr == nil
	}
	return run, err
}

// isOwed reports whether the follower of a job is to run now, because the job calls
// for it or one before it did, and no other job waits that will call for it too.
func (r *Runner) isOwed(j *Job, isCalledFor bool) bool {
	was := r.owed.set(j.Then, false)
	if !was && !isCalledFor {
		return false
	}
	if r.turns.isAwaited(j.Then) {
		r.owed.set(j.Then, true)
		return false
	}
	return true
}

func (r *Runner) one(ctx context.Context, j *Job, trigger string, scheduledAt time.Time) (warehouse.Run, error) {
	run := newRun(j, trigger, scheduledAt, Running)
	if err := r.record(ctx, run); err != nil {
		return run, err
	}
	limited, cancel := withTimeLimit(ctx, j.TimeLimit)
	outcome, err := protect(limited, j.Do, run.RunID)
	cancel()

	end(&run, outcome, stateOf(err, outcome))
	if err != nil && ctx.Err() != nil {
		run.State = Interrupted
	}
	if err != nil {
		run.Message = oneLine(err.Error())
		run.ReasonCode = reasonOf(err)
		r.logger.Error("run ended with an error", "job", j.Name(), "run_id", run.RunID, "state", run.State, "error", err)
	} else {
		r.logger.Info("run ended", "job", j.Name(), "run_id", run.RunID, "state", run.State,
			"read", outcome.Read, "loaded", outcome.Loaded, "rejected", outcome.Rejected,
			"versions", outcome.Versions, "seconds", run.FinishedAt.Sub(run.StartedAt).Seconds())
	}
	r.metrics.observe(run)
	return run, errors.Join(err, r.record(ctx, run))
}

// reasonOf is the code of an error of a connector or a channel; empty for others.
func reasonOf(err error) string {
	var pull *etl.PullError
	var delivery *channel.Error
	switch {
	case errors.As(err, &pull):
		return string(pull.Reason)
	case errors.As(err, &delivery):
		return string(delivery.Reason)
	default:
		return ""
	}
}

// Skip records that the timetable asked for a run that could not begin.
func (r *Runner) Skip(ctx context.Context, j *Job, scheduledAt time.Time) error {
	run := newRun(j, BySchedule, scheduledAt, Skipped)
	end(&run, Outcome{Message: "the run before has not ended"}, Skipped)
	r.logger.Warn("run skipped", "job", j.Name(), "reason", run.Message)
	r.metrics.observe(run)
	return r.record(ctx, run)
}

// newRun begins a row of the ledger. A command has no timetable: it was
// scheduled when it started.
func newRun(j *Job, trigger string, scheduledAt time.Time, state string) warehouse.Run {
	run := warehouse.Run{
		RunID: uuid.Must(uuid.NewV7()).String(), JobCode: j.Code, SourceCode: j.Source,
		Trigger: trigger, ScheduledAt: scheduledAt, StartedAt: time.Now(), State: state,
	}
	if scheduledAt.IsZero() {
		run.ScheduledAt = run.StartedAt
	}
	return run
}

func end(run *warehouse.Run, o Outcome, state string) {
	now := time.Now()
	o.Describe(run)
	run.FinishedAt, run.State = &now, state
}

// Describe puts the outcome into a run that ended without an error.
func (o Outcome) Describe(run *warehouse.Run) {
	run.State, run.Message, run.ReasonCode = stateOf(nil, o), o.Message, string(o.Reason)
	run.PayloadCount, run.ReadCount = uint64(o.Payloads), uint64(o.Read)
	run.LoadedCount, run.RejectedCount = uint64(o.Loaded), uint64(o.Rejected)
	run.SkippedCount, run.VersionCount = uint64(o.Skipped), uint64(o.Versions)
}

// record writes a state also when the run itself was cancelled: what has
// happened has happened.
func (r *Runner) record(ctx context.Context, run warehouse.Run) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	if err := r.ledger.AppendRun(ctx, run); err != nil {
		return fmt.Errorf("record run %s as %s: %w", run.RunID, run.State, err)
	}
	return nil
}

func withTimeLimit(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	if limit <= 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeoutCause(ctx, limit, fmt.Errorf("time limit of %s is over", limit))
}

// protect turns a panic of the job into its error, with the stack.
func protect(ctx context.Context, do func(context.Context, string) (Outcome, error), id string) (o Outcome, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		} else if err != nil && ctx.Err() != nil {
			err = fmt.Errorf("%w: %w", context.Cause(ctx), err)
		}
	}()
	return do(ctx, id)
}

func stateOf(err error, o Outcome) string {
	switch {
	case err != nil || o.IsPartial && o.Payloads == 0: // not one payload could be read
		return Failed
	case o.Rejected > 0 || o.IsPartial:
		return Partial
	default:
		return Done
	}
}
