package jobs

import (
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"bellwether/warehouse"
)

func TestMetricsPassPromlint(t *testing.T) {
	registry := prometheus.NewPedanticRegistry()
	m := NewMetrics(registry)
	RegisterProcess(registry, "v1", "abc", "go1", func() int { return 2 })
	end := time.Unix(1700000000, 0)
	m.observe(warehouse.Run{JobCode: "load", SourceCode: "health", State: Partial, StartedAt: end.Add(-time.Second), FinishedAt: &end,
		ReadCount: 5, LoadedCount: 4, RejectedCount: 1})
	m.sourceNewest.WithLabelValues("health").Set(1)
	m.alertsOpen.WithLabelValues("broken", "critical").Set(1)
	m.deliveries.WithLabelValues("duty", "sent").Inc()
	m.waiting.WithLabelValues("duty").Set(1)
	m.Expect([]*Job{{Code: "evaluate", Timetable: timetable(t, "30 6 * * 1-5")}, {Code: "load", Source: "health"}}, end)
	if got := testutil.ToFloat64(m.jobInterval.WithLabelValues("evaluate", "")); got != 3*86400 {
		t.Errorf("the longest pause of Monday to Friday is %v s, want three days", got)
	}
	m.targets.WithLabelValues("women", "achieved").Set(1)
	problems, err := testutil.GatherAndLint(registry)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
	if got := testutil.ToFloat64(m.figuresRejected.WithLabelValues("health")); got != 1 {
		t.Errorf("rejected = %v, want 1", got)
	}
}
