package jobs

import (
	"context"
	"fmt"
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
	waiting         *prometheus.GaugeVec
	jobInterval     *prometheus.GaugeVec
	backupDone      prometheus.Gauge
	drillDone       prometheus.Gauge
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
	since := func(name, help string) prometheus.Gauge {
		g := prometheus.NewGauge(prometheus.GaugeOpts{Name: name, Help: help})
		registerer.MustRegister(g)
		return g
	}
	m := &Metrics{
		backupDone:      since("bellwether_backup_last_success_timestamp_seconds", "When a backup was last finished, 0 when none ever was."),
		drillDone:       since("bellwether_drill_last_success_timestamp_seconds", "When a backup was last restored and found whole, 0 when none ever was."),
		figuresLoaded:   counter("bellwether_figures_loaded_total", "Figures that passed every hard rule.", "source"),
		figuresRejected: counter("bellwether_figures_rejected_total", "Figures refused by a hard rule.", "source"),
		runs:            counter("bellwether_runs_total", "Runs ended, by how they ended.", "job_code", "source", "state"),
		runLastEnd:      gauge("bellwether_run_last_end_timestamp_seconds", "When a run last ended in the state.", "job_code", "source", "state"),
		sourceNewest:    gauge("bellwether_source_newest_commit_timestamp_seconds", "When the newest data of the source were committed.", "source"),
		alertsOpen:      gauge("bellwether_alerts_open", "Alerts open after the newest evaluation.", "rule", "severity"),
		deliveries:      counter("bellwether_deliveries_total", "Messages handed to a channel, by how that ended: sent or failed.", "channel", "outcome"),
		waiting:         gauge("bellwether_deliveries_waiting", "Events that the channel was to be told of and has not taken.", "channel"),
		jobInterval:     gauge("bellwether_job_interval_seconds", "Longest pause that the timetable of the job leaves between two runs.", "job_code", "source"),
		targets:         gauge("bellwether_targets", "Targets of the newest year by verdict.", "plan", "verdict"),
		runDuration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "bellwether_run_duration_seconds",
			Help:    "How long runs took.",
			Buckets: []float64{0.1, 0.5, 1, 5, 15, 60, 300, 1800},
		}, []string{"job_code"}),
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

// Expect tells Prometheus what is to run how often, so that a job that never runs is
// missed too.
func (m *Metrics) Expect(jobs []*Job, now time.Time) {
	for _, j := range jobs {
		if j.Timetable == nil {
			continue
		}
		longest := time.Duration(0)
		at := j.Timetable.Next(now)
		for range 400 { // more than a year of days, and a week of half hours
			next := j.Timetable.Next(at)
			if next.IsZero() {
				break
			}
			longest, at = max(longest, next.Sub(at)), next
		}
		m.jobInterval.WithLabelValues(j.Code, j.Source).Set(longest.Seconds())
	}
}

// Restore sets what the daemon knew before it was started again: when each job last
// ended, and how, and what the newest evaluation and delivery left.
func (m *Metrics) Restore(ctx context.Context, w *warehouse.Warehouse) error {
	err := readRows(ctx, w, `
		select job_code, source_code, state, max(finished_at) as ended
		from core_run where isNotNull(finished_at) and trigger != 'command'
		group by job_code, source_code, state`, nil, func(row map[string]any) {
		m.runLastEnd.WithLabelValues(text(row, "job_code"), text(row, "source_code"), text(row, "state")).Set(seconds(moment(row, "ended")))
	})
	if err != nil {
		return fmt.Errorf("restore metrics: %w", err)
	}
	err = readRows(ctx, w, "select max(done_at) as done, max(verified_at) as verified from core_backup", nil, func(row map[string]any) {
		for gauge, at := range map[prometheus.Gauge]time.Time{m.backupDone: moment(row, "done"), m.drillDone: moment(row, "verified")} {
			if !at.IsZero() {
				gauge.Set(seconds(at))
			}
		}
	})
	if err != nil {
		return fmt.Errorf("restore metrics: %w", err)
	}
	if err := m.setWaiting(ctx, w, nil); err != nil {
		return err
	}
	evaluator := Evaluator{Warehouse: w, Metrics: m}
	return evaluator.setGauges(ctx)
}

// setWaiting counts what each channel has not taken, also for channels that nothing
// waits for.
func (m *Metrics) setWaiting(ctx context.Context, w *warehouse.Warehouse, outlets []*Outlet) error {
	for _, o := range outlets {
		m.waiting.WithLabelValues(o.Name).Set(0)
	}
	err := readRows(ctx, w, "select channel, countIf(state != 'sent') as n from core_delivery group by channel", nil, func(row map[string]any) {
		m.waiting.WithLabelValues(text(row, "channel")).Set(float64(whole(row, "n")))
	})
	if err != nil {
		return fmt.Errorf("count what waits: %w", err)
	}
	return nil
}

func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }
