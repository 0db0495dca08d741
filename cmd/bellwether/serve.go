package main

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/spf13/cobra"

	"bellwether/jobs"
	"bellwether/warehouse"
	"bellwether/warehouse/engine"
)

// grace is how long running jobs may finish after the daemon was told to stop.
const grace = 20 * time.Second

func newServeCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "serve",
		Short: "守护进程：引擎、定时任务、/metrics /healthz /readyz The daemon: engine, timetables, metrics",
		Long: `Runs until it is told to stop (SIGTERM or Ctrl-C): the embedded engine, the
timetables of sources, evaluation and delivery, and /metrics, /healthz and /readyz on
http.listen. One daemon may run on a warehouse. Once told to stop, running jobs
have 20 seconds to finish and are then cancelled; a load that was cut short is
invisible, and the next one finishes or drops it.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.serve(c.Context()) },
	}
}

// startTries is how often the daemon begins anew when the engine dies while it prepares.
const startTries = 5

func (a *app) serve(ctx context.Context) (err error) {
	listener, err := a.config.HTTP.listen()
	if err != nil {
		return err
	}
	defer listener.Close()
	a.ownsEngine = true
	var r readySite
	for try := 1; ; try++ {
		if r, err = a.prepareToServe(ctx); err == nil {
			break
		}
		if try == startTries || ctx.Err() != nil || !errors.Is(err, engine.ErrFell) {
			return err
		}
		a.logger.Warn("the engine died while the warehouse was prepared; beginning anew", "try", try, "error", err)
	}
	defer func() { err = errors.Join(err, r.lease.Release(context.WithoutCancel(ctx)), r.site.close(ctx)) }()
	return a.keepServing(ctx, r.site, r.material, listener, r.lease)
}

// readySite is a warehouse that is up to date and ours to serve.
type readySite struct {
	site     *site
	material material
	lease    *warehouse.Lease
}

func (a *app) prepareToServe(ctx context.Context) (r readySite, err error) {
	if r.site, err = a.openSite(ctx); err != nil {
		return r, err
	}
	if r.material, err = a.prepareSite(ctx, r.site); err == nil {
		r.lease, err = r.site.warehouse.Claim(ctx, warehouse.DaemonLease)
	}
	if err != nil {
		return r, errors.Join(r.site.blame(err), r.site.close(ctx))
	}
	return r, nil
}

// keepServing runs scheduler and HTTP side by side; either of them ending, or
// the loss of the daemon's lease, ends the other.
func (a *app) keepServing(ctx context.Context, s *site, m material, listener net.Listener, lease *warehouse.Lease) error {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	metrics := jobs.NewMetrics(registry)
	b := thisBuild()
	jobs.RegisterProcess(registry, b.version, b.commit, b.goVersion, s.restarts)
	duties, err := a.jobs(s, m, metrics)
	if err != nil {
		return err
	}
	location, err := time.LoadLocation(a.config.TimeZone)
	if err != nil {
		return err
	}
	metrics.Expect(duties, time.Now().In(location))
	if err := metrics.Restore(ctx, s.warehouse); err != nil {
		return err
	}
	scheduler := &jobs.Scheduler{
		Jobs: duties, Runner: jobs.NewRunner(s.warehouse, metrics, a.logger),
		Location: location, Grace: grace, Logger: a.logger,
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	go func() {
		select {
		case <-lease.Lost():
			stop(warehouse.ErrLeaseLost)
		case <-ctx.Done():
		}
	}()
	answered := make(chan error, 1)
	go func() {
		err := serveHTTP(ctx, listener, newHandler(registry, newGuard(a.config.HTTP), s.warehouse.Ping))
		stop(err)
		answered <- err
	}()
	a.logger.Info("serving", "http", listener.Addr().String(), "jobs", len(duties), "time_zone", a.config.TimeZone)
	err = scheduler.Run(ctx)
	stop(err)
	err = errors.Join(err, <-answered)
	if errors.Is(context.Cause(ctx), warehouse.ErrLeaseLost) {
		err = errors.Join(warehouse.ErrLeaseLost, err)
	}
	a.logger.Info("stopped")
	return err
}

// restarts counts how often the embedded engine had to be started again.
func (s *site) restarts() int {
	if s.engine == nil {
		return 0
	}
	return s.engine.Restarts()
}
