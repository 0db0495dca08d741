package jobs

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"bellwether/warehouse"
)

// Evaluator reads the alert views and advances the ledger of alerts.
type Evaluator struct {
	Warehouse *warehouse.Warehouse
	Metrics   *Metrics // gauges are set after each evaluation; may be nil
}

// Evaluation says what one evaluation found.
type Evaluation struct {
	Opened, Closed int // alerts that have opened and that fire no more
	Open, Muted    int // alerts afterwards; a muted one is not open
	Events         []warehouse.AlertEvent
}

// Job makes the evaluation a job that judges due dates by the day it runs on,
// in the time zone of the bureau.
func (e *Evaluator) Job(location *time.Location) *Job {
	return e.job(func() time.Time { return time.Now().In(location) })
}

// JobFor makes the evaluation for one day a job.
func (e *Evaluator) JobFor(day time.Time) *Job {
	return e.job(func() time.Time { return day })
}

func (e *Evaluator) job(day func() time.Time) *Job {
	return &Job{Code: "evaluate", Do: func(ctx context.Context, runID string) (Outcome, error) {
		evaluation, err := e.Evaluate(ctx, runID, day())
		return Outcome{Message: evaluation.String()}, err
	}}
}

// String says in one line what an evaluation found.
func (v Evaluation) String() string {
	return fmt.Sprintf("%d opened, %d closed, %d open, %d muted", v.Opened, v.Closed, v.Open, v.Muted)
}

// Try evaluates for the day of onDate in a scratch copy of the whole warehouse, and
// writes nothing to the warehouse itself.
func (e *Evaluator) Try(ctx context.Context, onDate time.Time) (evaluation Evaluation, err error) {
	scratch, drop, err := e.Warehouse.Scratch(ctx, warehouse.Extent{Whole: true})
	if err != nil {
		return Evaluation{}, fmt.Errorf("try evaluation: %w", err)
	}
	defer func() { err = errors.Join(err, drop(context.WithoutCancel(ctx))) }()
	tried := Evaluator{Warehouse: scratch}
	return tried.Evaluate(ctx, "dry run", onDate)
}

// Evaluate holds every rule against the data, for the day of onDate in its own
// time zone. The day is recorded first, because views take it from there and
// from no clock. A rule that cannot be read is part of the error and leaves its
// alerts as they are; the others advance.
func (e *Evaluator) Evaluate(ctx context.Context, runID string, onDate time.Time) (Evaluation, error) {
	record := warehouse.Evaluation{
		EvaluationID: uuid.Must(uuid.NewV7()).String(), RunID: runID, OnDate: onDate, EvaluatedAt: time.Now(),
	}
	if err := e.Warehouse.AppendEvaluation(ctx, record); err != nil {
		return Evaluation{}, fmt.Errorf("evaluate: %w", err)
	}
	if _, err := e.Warehouse.Settle(ctx); err != nil { // what a run that was cut short has left
		return Evaluation{}, fmt.Errorf("evaluate: %w", err)
	}
	rules, err := e.readCatalog(ctx)
	if err != nil {
		return Evaluation{}, fmt.Errorf("evaluate: %w", err)
	}
	firing, evaluated, ruleErr := e.readRules(ctx, rules.isOff)
	known, err := e.readLedger(ctx)
	if err != nil {
		return Evaluation{}, fmt.Errorf("evaluate: %w", errors.Join(err, ruleErr))
	}
	alerts := oneForEach(firing)
	rules.muting.apply(alerts, unread(known, evaluated))
	evaluation := Evaluation{Events: advance(known, alerts, evaluated)}
	now := time.Now()
	for i := range evaluation.Events {
		evaluation.Events[i].EvaluationID, evaluation.Events[i].RecordedAt = record.EvaluationID, now
	}
	evaluation.count(known)
	if err := e.Warehouse.AppendAlertEvents(ctx, evaluation.Events); err != nil {
		return evaluation, fmt.Errorf("evaluate: %w", err)
	}
	record.OpenedCount, record.ClosedCount = uint64(evaluation.Opened), uint64(evaluation.Closed)
	record.OpenCount, record.EvaluatedAt = uint64(evaluation.Open), now
	if err := e.Warehouse.AppendEvaluation(ctx, record); err != nil {
		return evaluation, fmt.Errorf("evaluate: %w", err)
	}
	if ruleErr != nil {
		return evaluation, fmt.Errorf("evaluate: %w", ruleErr)
	}
	return evaluation, e.setGauges(ctx)
}

// count tells the events apart and counts what is open and muted afterwards.
func (v *Evaluation) count(known map[string]warehouse.AlertEvent) {
	last := map[string]string{}
	for id, event := range known {
		last[id] = event.Event
	}
	for _, event := range v.Events {
		last[event.AlertID] = event.Event
		switch event.Event {
		case opened, reopened:
			v.Opened++
		case resolved:
			v.Closed++
		}
	}
	for _, event := range last {
		switch event {
		case muted:
			v.Muted++
		case resolved:
		default:
			v.Open++
		}
	}
}

// The columns of every alert view, and those of the ledger.
const (
	alertColumns  = "rule_code, target_code, indicator_code, area_code, breakdown, period_year, severity, observed_value, reference_value, evidence, data_version, message_zh, message_en, cause_zh, cause_en"
	ledgerColumns = alertColumns + ", alert_id, event_number, event, muted_by"
)

// rulesAtOnce is how many rules are read side by side: most of the time of one
// goes into planning its query, which keeps one core busy.
const rulesAtOnce = 2

// readRules reads each view by itself, so that one that fails takes no other with
// it. A new rule is a new view; there is no list of them here. A rule that the
// catalog has switched off fires nothing, so its alerts resolve.
func (e *Evaluator) readRules(ctx context.Context, isOff map[string]bool) (firing []warehouse.AlertEvent, evaluated map[string]bool, err error) {
	views, err := e.texts(ctx, "select name from system.tables where database = currentDatabase() and startsWith(name, 'alert_') order by name")
	if err != nil {
		return nil, nil, fmt.Errorf("list rules: %w", err)
	}
	alerts, faults := make([][]warehouse.AlertEvent, len(views)), make([]error, len(views))
	places := make(chan int)
	var readers sync.WaitGroup
	for range rulesAtOnce {
		readers.Go(func() {
			for i := range places {
				alerts[i], faults[i] = e.alerts(ctx, "select "+alertColumns+" from "+views[i])
			}
		})
	}
	for i, view := range views {
		if !isOff[strings.TrimPrefix(view, "alert_")] {
			places <- i
		}
	}
	close(places)
	readers.Wait()
	evaluated = map[string]bool{}
	for i, view := range views {
		if faults[i] != nil {
			faults[i] = fmt.Errorf("read %s: %w", view, faults[i])
			continue
		}
		evaluated[strings.TrimPrefix(view, "alert_")] = true
		firing = append(firing, alerts[i]...)
	}
	return firing, evaluated, errors.Join(faults...)
}

// readLedger returns the newest event of every alert ever opened.
func (e *Evaluator) readLedger(ctx context.Context) (map[string]warehouse.AlertEvent, error) {
	events, err := e.alerts(ctx, "select "+ledgerColumns+" from fct_alert order by alert_id, event_number desc limit 1 by alert_id")
	if err != nil {
		return nil, fmt.Errorf("read ledger of alerts: %w", err)
	}
	known := make(map[string]warehouse.AlertEvent, len(events))
	for _, event := range events {
		known[event.AlertID] = event
	}
	return known, nil
}
