package warehouse

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// Run is a state of a run, a row of raw_run.
type Run struct {
	RunID         string     `ch:"run_id"`
	JobCode       string     `ch:"job_code"`
	SourceCode    string     `ch:"source_code"` // empty when the job has none
	Trigger       string     `ch:"trigger"`
	ScheduledAt   time.Time  `ch:"scheduled_at"`
	StartedAt     time.Time  `ch:"started_at"`
	FinishedAt    *time.Time `ch:"finished_at"` // nil while it runs
	State         string     `ch:"state"`
	PayloadCount  uint64     `ch:"payload_count"`
	ReadCount     uint64     `ch:"read_count"`
	LoadedCount   uint64     `ch:"loaded_count"`
	RejectedCount uint64     `ch:"rejected_count"`
	SkippedCount  uint64     `ch:"skipped_count"`
	VersionCount  uint64     `ch:"version_count"`
	Message       string     `ch:"message"`
	ReasonCode    string     `ch:"reason_code"` // of a connector, empty otherwise
	RecordedAt    time.Time  `ch:"recorded_at"` // now when zero
}

// AppendRun appends a state of a run to the run ledger.
func (w *Warehouse) AppendRun(ctx context.Context, r Run) error {
	if r.RecordedAt.IsZero() {
		r.RecordedAt = time.Now()
	}
	if err := appendRows(ctx, w, "raw_run", []Run{r}); err != nil {
		return fmt.Errorf("append run %s: %w", r.RunID, err)
	}
	return nil
}

// LastScheduled returns the newest instant of the timetable at which a job ran
// for a source; zero when it never ran by its timetable.
func (w *Warehouse) LastScheduled(ctx context.Context, job, source string) (time.Time, error) {
	var found []struct {
		At time.Time `ch:"at"`
	}
	err := w.choose(ctx, &found, `
		select scheduled_at as at from raw_run
		where job_code = {job:String} and source_code = {source:String} and trigger in ('schedule', 'catch_up')
		order by scheduled_at desc limit 1`,
		clickhouse.Named("job", job), clickhouse.Named("source", source))
	if err != nil {
		return time.Time{}, fmt.Errorf("read run ledger: %w", err)
	}
	if len(found) == 0 {
		return time.Time{}, nil
	}
	return found[0].At, nil
}

// Unfinished returns the runs by timetable of which no end is recorded.
func (w *Warehouse) Unfinished(ctx context.Context) ([]Run, error) {
	var found []Run
	err := w.choose(ctx, &found, `
		select * from raw_run
		where trigger in ('schedule', 'catch_up', 'retry')
		order by run_id, recorded_at desc, state = 'running'
		limit 1 by run_id`)
	if err != nil {
		return nil, fmt.Errorf("read run ledger: %w", err)
	}
	return slices.DeleteFunc(found, func(r Run) bool { return r.State != "running" }), nil
}

// Evaluation is one evaluation of the alert rules, a row of raw_evaluation.
type Evaluation struct {
	EvaluationID string    `ch:"evaluation_id"`
	RunID        string    `ch:"run_id"`
	OnDate       time.Time `ch:"on_date"` // the day is that of its own time zone
	OpenedCount  uint64    `ch:"opened_count"`
	ClosedCount  uint64    `ch:"closed_count"`
	OpenCount    uint64    `ch:"open_count"` // afterwards
	EvaluatedAt  time.Time `ch:"evaluated_at"`
}

// AppendEvaluation records an evaluation; from then on views hold due dates
// against its day.
func (w *Warehouse) AppendEvaluation(ctx context.Context, e Evaluation) error {
	if err := appendRows(ctx, w, "raw_evaluation", []Evaluation{e}); err != nil {
		return fmt.Errorf("append evaluation %s: %w", e.EvaluationID, err)
	}
	return nil
}

// AlertEvent is an event in the life of an alert, a row of fct_alert.
type AlertEvent struct {
	AlertID        string    `ch:"alert_id"`
	EventNumber    uint64    `ch:"event_number"` // place in the life of the alert, from 1
	Event          string    `ch:"event"`
	RuleCode       string    `ch:"rule_code"`
	TargetCode     string    `ch:"target_code"`
	IndicatorCode  string    `ch:"indicator_code"`
	AreaCode       string    `ch:"area_code"`
	Breakdown      string    `ch:"breakdown"`
	PeriodYear     uint16    `ch:"period_year"`
	Severity       string    `ch:"severity"`
	ObservedValue  *float64  `ch:"observed_value"`
	ReferenceValue *float64  `ch:"reference_value"`
	Evidence       string    `ch:"evidence"` // JSON
	DataVersion    uint64    `ch:"data_version"`
	MessageZh      string    `ch:"message_zh"`
	MessageEn      string    `ch:"message_en"`
	CauseZh        string    `ch:"cause_zh"` // what made the figure change
	CauseEn        string    `ch:"cause_en"`
	MutedBy        string    `ch:"muted_by"` // alert that mutes it, empty unless Event is muted
	EvaluationID   string    `ch:"evaluation_id"`
	RecordedAt     time.Time `ch:"recorded_at"`
}

// AppendAlertEvents appends to the ledger of alerts. All events or none become
// visible.
func (w *Warehouse) AppendAlertEvents(ctx context.Context, events []AlertEvent) error {
	if len(events) == 0 {
		return nil
	}
	if err := appendRows(ctx, w, "fct_alert", events); err != nil {
		return fmt.Errorf("append %d alert events: %w", len(events), err)
	}
	return nil
}

// appendRows inserts a few rows as one block; the fields of a row carry the
// names of the columns.
func appendRows[T any](ctx context.Context, w *Warehouse, table string, rows []T) error {
	return w.again(ctx, "append to "+table, func() error {
		batch, err := w.writer.PrepareBatch(ctx, "insert into "+table)
		if err != nil {
			return err
		}
		defer batch.Close() // gives the connection back on every path; does nothing after Send
		for i := range rows {
			if err := batch.AppendStruct(&rows[i]); err != nil {
				return err
			}
		}
		return batch.Send()
	})
}
