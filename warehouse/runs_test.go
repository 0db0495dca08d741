package warehouse

import (
	"testing"
	"time"
)

func TestARunIsShownInItsLastState(t *testing.T) {
	w := open(t)
	start := time.Date(2025, 3, 1, 3, 0, 0, 0, time.UTC)
	run := Run{RunID: "r1", JobCode: "load", SourceCode: "health", Trigger: "schedule", ScheduledAt: start, StartedAt: start, State: "running", RecordedAt: start}
	if err := w.AppendRun(t.Context(), run); err != nil {
		t.Fatal(err)
	}
	end := start.Add(time.Minute)
	run.State, run.FinishedAt, run.RecordedAt, run.LoadedCount = "done", &end, end, 7
	if err := w.AppendRun(t.Context(), run); err != nil {
		t.Fatal(err)
	}
	if got := ask[string](t, w, "select concat(state, ' ', toString(loaded_count), ' ', toString(count() over ())) from core_run"); got != "done 7 1" {
		t.Errorf("view shows %s", got)
	}
	last, err := w.LastScheduled(t.Context(), "load", "health")
	if err != nil || !last.Equal(start) {
		t.Errorf("last scheduled at %v, %v", last, err)
	}
	if never, err := w.LastScheduled(t.Context(), "load", "education"); err != nil || !never.IsZero() {
		t.Errorf("a source that never ran was scheduled at %v, %v", never, err)
	}
}

func TestTheLedgerOfAlertsShowsTheLastEvent(t *testing.T) {
	w := open(t)
	at := time.Date(2025, 3, 1, 8, 0, 0, 0, time.UTC)
	day := time.Date(2025, 3, 1, 0, 0, 0, 0, time.FixedZone("Asia/Shanghai", 8*3600))
	if err := w.AppendEvaluation(t.Context(), Evaluation{EvaluationID: "e1", OnDate: day, EvaluatedAt: at}); err != nil {
		t.Fatal(err)
	}
	value := 1.5
	event := AlertEvent{AlertID: "a", EventNumber: 1, Event: "opened", RuleCode: "broken", Severity: "warning", ObservedValue: &value, RecordedAt: at}
	later := event
	later.EventNumber, later.Event, later.RecordedAt = 2, "resolved", at.Add(time.Hour)
	if err := w.AppendAlertEvents(t.Context(), []AlertEvent{event, later}); err != nil {
		t.Fatal(err)
	}
	if err := w.AppendAlertEvents(t.Context(), nil); err != nil {
		t.Error(err)
	}
	if got := ask[string](t, w, "select concat(state, ' ', toString(event_count), ' ', toString(observed_value)) from mart_alert"); got != "resolved 2 1.5" {
		t.Errorf("view shows %s", got)
	}
	if got := ask[string](t, w, "select toString(on_date) from core_moment"); got != "2025-03-01" {
		t.Errorf("the day of the evaluation is %s, want that of its own time zone", got)
	}
}
