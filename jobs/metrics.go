package jobs

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"bellwether/warehouse"
)

// Metrics are the numbers that Prometheus collects from the daemon. Labels are
// bounded by the configuration and the rules: no area and no indicator occurs
// in them.
type Metrics struct {
	figuresLoaded   *prometheus.CounterVec
	figuresRejected *prometheus.CounterVec
	runs            *prometheus.CounterVec
	runDuration     *prometheus.HistogramVec
	runLastEnd      *prometheus.GaugeVec
	sourceNewest    *prometheus.GaugeVec
	alertsOpen      *prometheus.GaugeVec
	targets         *prometheus.GaugeVec
	deliveries      *prometheus.CounterVec
}

// NewMetrics registers the collectors. It panics when they are registered
// already, as client_golang does.
func NewMetrics(registerer prometheus.Registerer) *Metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
		registerer.MustRegister(c)
		return c
	}
	gauge := func(name, help string, labels ...string) *prometheus.GaugeVec {
		g := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: help}, labels)
		registerer.MustRegister(g)
		return g
	}
	m := &Metrics{
		figuresLoaded:   counter("bellwether_figures_loaded_total", "Figures that passed every hard rule.", "source"),
		figuresRejected: counter("bellwether_figures_rejected_total", "Figures refused by a hard rule.", "source"),
		runs:            counter("bellwether_runs_total", "Runs ended, by how they ended.", "job", "source", "state"),
		runLastEnd:      gauge("bellwether_run_last_end_timestamp_seconds", "When a run last ended in the state.", "job", "source", "state"),
		sourceNewest:    gauge("bellwether_source_newest_commit_timestamp_seconds", "When the newest data of the source were committed.", "source"),
		alertsOpen:      gauge("bellwether_alerts_open", "Alerts open after the newest evaluation.", "rule", "severity"),
		deliveries:      counter("bellwether_deliveries_total", "Messages handed to a channel, by how that ended: sent or failed.", "channel", "outcome"),
		targets:         gauge("bellwether_targets", "Targets of the newest year by verdict.", "plan", "verdict"),
		runDuration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "bellwether_run_duration_seconds",
			Help:    "How long runs took.",
			Buckets: []float64{0.1, 0.5, 1, 5, 15, 60, 300, 1800},
		}, []string{"job"}),
	}
	registerer.MustRegister(m.runDuration)
	return m
}

// RegisterProcess adds what the process knows of itself: its build, and how
// often the embedded engine had to be started again.
func RegisterProcess(registerer prometheus.Registerer, version, commit, goVersion string, restarts func() int) {
	info := prometheus.NewGauge(prometheus.GaugeOpts{
		Name:        "bellwether_build_info",
		Help:        "Always 1; the labels say what is running.",
		ConstLabels: prometheus.Labels{"version": version, "commit": commit, "go_version": goVersion},
	})
	info.Set(1)
	registerer.MustRegister(info, prometheus.NewCounterFunc(prometheus.CounterOpts{
		Name: "bellwether_engine_restarts_total",
		Help: "Restarts of the embedded engine since the daemon began.",
	}, func() float64 { return float64(restarts()) }))
}

func (m *Metrics) observe(run warehouse.Run) {
	m.runs.WithLabelValues(run.JobCode, run.SourceCode, run.State).Inc()
	m.runLastEnd.WithLabelValues(run.JobCode, run.SourceCode, run.State).Set(seconds(*run.FinishedAt))
	if run.State == Skipped {
		return
	}
	m.runDuration.WithLabelValues(run.JobCode).Observe(run.FinishedAt.Sub(run.StartedAt).Seconds())
	if run.SourceCode != "" {
		m.figuresLoaded.WithLabelValues(run.SourceCode).Add(float64(run.LoadedCount))
		m.figuresRejected.WithLabelValues(run.SourceCode).Add(float64(run.RejectedCount))
	}
}

func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }
