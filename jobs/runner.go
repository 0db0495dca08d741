package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
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
	ByCommand  = "command"
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
}

// Job is a duty: what is done, when, and how long it may take.
type Job struct {
	Code      string        // load, evaluate, deliver
	Source    string        // source it is about, empty when it has none
	Timetable cron.Schedule // nil: only by command
	TimeLimit time.Duration // 0 is none
	Jitter    time.Duration // waits up to this long before it starts
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
	turn    chan struct{}
}

// NewRunner returns a runner that writes to the ledger and counts in metrics.
func NewRunner(ledger Ledger, metrics *Metrics, logger *slog.Logger) *Runner {
	return &Runner{ledger: ledger, metrics: metrics, logger: logger, turn: make(chan struct{}, 1)}
}

// Run does the job now, and the one that follows it. It returns the run as the
// ledger has it, and the error the job ended with; an error is logged here and
// nowhere else.
func (r *Runner) Run(ctx context.Context, j *Job, trigger string, scheduledAt time.Time) (warehouse.Run, error) {
	select {
	case r.turn <- struct{}{}:
	case <-ctx.Done():
		return warehouse.Run{}, fmt.Errorf("wait for the running job: %w", context.Cause(ctx))
	}
	run, err := r.one(ctx, j, trigger, scheduledAt)
	<-r.turn
	if err == nil && j.Then != nil && (j.Source == "" || run.VersionCount > 0) {
		_, err = r.Run(ctx, j.Then, trigger, scheduledAt)
	}
	return run, err
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
