package jobs

import (
	"testing"
	"time"

	"bellwether/warehouse"
)

// A figure that nobody had used may be corrected in silence; one that an
// evaluation has seen is reported, once.
func TestARevisionIsReportedOnceAndOnlyAfterTheFigureWasUsed(t *testing.T) {
	b := newBench(t)
	b.evaluateOnly("revision_large")
	evaluator := Evaluator{Warehouse: b.warehouse}
	evaluate := func() []warehouse.AlertEvent {
		t.Helper()
		evaluation, err := evaluator.Evaluate(t.Context(), "run", time.Now())
		b.must(err)
		var events []warehouse.AlertEvent
		for _, e := range evaluation.Events {
			if e.RuleCode == "revision_large" {
				events = append(events, e)
			}
		}
		return events
	}
	load := func(name, line string) {
		t.Helper()
		_, err := b.pipeline.Load(t.Context(), "run", b.submission(name, line))
		b.must(err)
	}
	load("first.csv", "孕产妇住院分娩率,秀峰区,合计,合计,700,1098,63.75,%,")
	load("unused.csv", soundLine)
	if events := evaluate(); len(events) != 0 {
		t.Errorf("corrected before anybody looked: %+v", events)
	}
	load("used.csv", "孕产妇住院分娩率,秀峰区,合计,合计,900,1098,81.97,%,")
	events := evaluate()
	if len(events) != 1 || events[0].Event != opened || events[0].Breakdown != "year=2025" || *events[0].ReferenceValue < 99 || events[0].CauseEn == "" {
		t.Errorf("revised after it was used: %+v", events)
	}
	if events := evaluate(); len(events) != 0 {
		t.Errorf("reported again: %+v", events)
	}
}
