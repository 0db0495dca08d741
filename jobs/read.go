package jobs

import (
	"context"
	"fmt"

	"bellwether/warehouse"
)

// rows calls visit with each row of an answer, as values by column name.
func (e *Evaluator) rows(ctx context.Context, question string, visit func(row map[string]any)) error {
	return e.rowsOf(ctx, question, nil, visit)
}

// rowsOf does the same for a question with parameters.
func (e *Evaluator) rowsOf(ctx context.Context, question string, parameters map[string]string, visit func(row map[string]any)) error {
	return readRows(ctx, e.Warehouse, question, parameters, visit)
}

func readRows(ctx context.Context, w *warehouse.Warehouse, question string, parameters map[string]string, visit func(row map[string]any)) error {
	result, err := w.Query(ctx, warehouse.Question{SQL: question, Role: warehouse.Writer, Parameters: parameters})
	if err != nil {
		return err
	}
	for values, err := range result.Rows() {
		if err != nil {
			return err
		}
		row := make(map[string]any, len(values))
		for i, c := range result.Columns {
			row[c.Name] = values[i]
		}
		visit(row)
	}
	return nil
}

// texts reads the only column of an answer.
func (e *Evaluator) texts(ctx context.Context, question string) ([]string, error) {
	var all []string
	err := e.rows(ctx, question, func(row map[string]any) {
		for _, v := range row {
			all = append(all, fmt.Sprint(v))
		}
	})
	return all, err
}

// alerts reads rows of an alert view or of the ledger.
func (e *Evaluator) alerts(ctx context.Context, question string) ([]warehouse.AlertEvent, error) {
	var all []warehouse.AlertEvent
	err := e.rows(ctx, question, func(row map[string]any) {
		all = append(all, warehouse.AlertEvent{
			AlertID:        text(row, "alert_id"),
			EventNumber:    whole(row, "event_number"),
			Event:          text(row, "event"),
			RuleCode:       text(row, "rule_code"),
			TargetCode:     text(row, "target_code"),
			IndicatorCode:  text(row, "indicator_code"),
			AreaCode:       text(row, "area_code"),
			Breakdown:      text(row, "breakdown"),
			PeriodYear:     uint16(whole(row, "period_year")),
			Severity:       text(row, "severity"),
			ObservedValue:  number(row, "observed_value"),
			ReferenceValue: number(row, "reference_value"),
			Evidence:       text(row, "evidence"),
			DataVersion:    whole(row, "data_version"),
			MessageZh:      text(row, "message_zh"),
			MessageEn:      text(row, "message_en"),
			CauseZh:        text(row, "cause_zh"),
			CauseEn:        text(row, "cause_en"),
			MutedBy:        text(row, "muted_by"),
		})
	})
	return all, err
}

// setGauges tells Prometheus what is open, how the targets stand and how old
// the newest data of each source are.
func (e *Evaluator) setGauges(ctx context.Context) error {
	if e.Metrics == nil {
		return nil
	}
	e.Metrics.alertsOpen.Reset()
	e.Metrics.targets.Reset()
	for _, gauge := range []struct {
		question string
		set      func(row map[string]any)
	}{
		{"select rule_code, severity, count() as n from mart_alert where state = 'open' group by rule_code, severity", func(row map[string]any) {
			e.Metrics.alertsOpen.WithLabelValues(text(row, "rule_code"), text(row, "severity")).Set(float64(whole(row, "n")))
		}},
		{"select plan_code, verdict, count() as n from mart_target_yearly where is_latest = 1 and area_code in (select area_code from core_plan) group by plan_code, verdict", func(row map[string]any) {
			e.Metrics.targets.WithLabelValues(text(row, "plan_code"), text(row, "verdict")).Set(float64(whole(row, "n")))
		}},
		{"select source_code, toUInt64(toUnixTimestamp(max(committed_at))) as n from core_commit group by source_code", func(row map[string]any) {
			e.Metrics.sourceNewest.WithLabelValues(text(row, "source_code")).Set(float64(whole(row, "n")))
		}},
	} {
		if err := e.rows(ctx, gauge.question, gauge.set); err != nil {
			return fmt.Errorf("set gauges: %w", err)
		}
	}
	return nil
}

func text(row map[string]any, name string) string {
	v, _ := row[name].(string)
	return v
}

func whole(row map[string]any, name string) uint64 {
	switch v := row[name].(type) {
	case uint64:
		return v
	case uint16:
		return uint64(v)
	default:
		return 0
	}
}

func number(row map[string]any, name string) *float64 {
	v, ok := row[name].(float64)
	if !ok {
		return nil
	}
	return &v
}
