package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/cobra"

	"bellwether/cmd/bellwether/sheet"
	"bellwether/jobs"
	"bellwether/warehouse"
)

func newRunCommand(a *app) *cobra.Command {
	var dryRun bool
	command := &cobra.Command{
		Use:   "run JOB",
		Short: "立即执行任务：evaluate、deliver、backup、drill 或一个数据源 Do now what the timetable would: evaluate, deliver, backup, drill, or a source",
		Args:  cobra.ExactArgs(1),
	}
	command.Flags().BoolVar(&dryRun, "dry-run", false, "say what it would do, write and send nothing; an evaluation is tried in a scratch database")
	command.RunE = func(c *cobra.Command, args []string) error {
		do := a.run
		if dryRun {
			do = a.tryRun
		}
		return a.atSite(func(ctx context.Context, s *site) error { return do(ctx, s, args[0]) })(c, args)
	}
	return command
}

// tryRun says what a job would do, and writes nothing. A load is not followed by an
// evaluation: nothing has changed that it could see.
func (a *app) tryRun(ctx context.Context, s *site, name string) error {
	m, err := a.loadMaterial()
	if err != nil {
		return err
	}
	if name == "deliver" {
		return a.tryDeliver(ctx, s)
	}
	run := warehouse.Run{JobCode: "load", SourceCode: name, State: jobs.Done}
	var outcome jobs.Outcome
	if name == "evaluate" {
		run.JobCode, run.SourceCode = name, ""
		outcome, err = a.tryEvaluate(ctx, s)
	} else {
		var source *jobs.Source
		if source, err = a.findSource(m, name); err != nil {
			return err
		}
		_, _, outcome, err = a.tryLoad(ctx, s, &jobs.Pipeline{Warehouse: s.warehouse, Catalog: m.catalog}, source, false)
	}
	if err != nil {
		return err
	}
	outcome.Describe(&run)
	return a.showRun(run)
}

func (a *app) tryEvaluate(ctx context.Context, s *site) (jobs.Outcome, error) {
	location, err := time.LoadLocation(a.config.TimeZone)
	if err != nil {
		return jobs.Outcome{}, err
	}
	evaluator := &jobs.Evaluator{Warehouse: s.warehouse}
	evaluation, err := evaluator.Try(ctx, time.Now().In(location))
	return jobs.Outcome{Message: evaluation.String()}, err
}

func (a *app) run(ctx context.Context, s *site, name string) error {
	m, err := a.prepareSite(ctx, s)
	if err != nil {
		return err
	}
	all, err := a.jobs(s, m, nil)
	if err != nil {
		return err
	}
	var names []string
	for _, j := range all {
		known := j.Source
		if known == "" {
			known = j.Code
		}
		if known == name {
			return a.runNow(ctx, s, j)
		}
		names = append(names, known)
	}
	return notFoundf(a.text("没有任务 %q%s", "there is no job %q%s"), name, a.choices(name, names))
}

func (a *app) runNow(ctx context.Context, s *site, j *jobs.Job) error {
	run, err := s.runner().Run(ctx, j, jobs.ByCommand, time.Time{})
	if err != nil {
		return err
	}
	return a.showRun(run)
}

// showRun shows a run, and ends with the exit code that it calls for.
func (a *app) showRun(run warehouse.Run) error {
	if err := a.write(sheet.Sheet{
		Columns: []sheet.Column{
			{Key: "job_code", Zh: "任务", En: "Job"},
			{Key: "source_code", Zh: "数据源", En: "Source"},
			{Key: "state", Zh: "结果", En: "State"},
			{Key: "payload_count", Zh: "文件", En: "Payloads", Number: true},
			{Key: "read_count", Zh: "读取", En: "Read", Number: true},
			{Key: "loaded_count", Zh: "装入", En: "Loaded", Number: true},
			{Key: "rejected_count", Zh: "拒收", En: "Rejected", Number: true},
			{Key: "skipped_count", Zh: "跳过", En: "Skipped", Number: true},
			{Key: "version_count", Zh: "新版本", En: "Versions", Number: true},
			{Key: "message", Zh: "说明", En: "Message", Flex: true, Wrap: true},
			{Key: "run_id"},
			{Key: "reason_code"},
		},
		Rows: [][]any{{run.JobCode, run.SourceCode, run.State, run.PayloadCount, run.ReadCount, run.LoadedCount,
			run.RejectedCount, run.SkippedCount, run.VersionCount, run.Message, run.RunID, run.ReasonCode}},
	}); err != nil {
		return err
	}
	switch run.State {
	case jobs.Partial:
		return withFindings()
	case jobs.Failed:
		return &exitError{code: exitFailed}
	default:
		return nil
	}
}

// jobs builds every duty of the configuration: the sources, each followed by an
// evaluation when it brought something new, the evaluation by itself, and, where
// there is a channel, the delivery that follows each evaluation.
// Metrics may be nil.
func (a *app) jobs(s *site, m material, metrics *jobs.Metrics) ([]*jobs.Job, error) {
	sources, err := a.sources(m)
	if err = errors.Join(err, a.unknownCodes(m)); err != nil {
		return nil, err
	}
	location, err := time.LoadLocation(a.config.TimeZone)
	if err != nil {
		return nil, err
	}
	evaluator := &jobs.Evaluator{Warehouse: s.warehouse, Metrics: metrics}
	evaluate := evaluator.Job(location)
	evaluate.TimeLimit, evaluate.Jitter, evaluate.Retry = a.config.Evaluate.TimeLimit, a.config.Evaluate.Jitter, a.config.Evaluate.retry()
	if evaluate.Timetable, err = parseTimetable(a.config.Evaluate.Schedule); err != nil {
		return nil, err
	}
	pipeline := &jobs.Pipeline{Warehouse: s.warehouse, Catalog: m.catalog}
	all := []*jobs.Job{evaluate}
	if len(a.config.Deliver.Channels) > 0 {
		deliver := a.deliverer(s, metrics).Job()
		deliver.TimeLimit, deliver.Jitter, deliver.Retry = a.config.Deliver.TimeLimit, a.config.Deliver.Jitter, a.config.Deliver.retry()
		if deliver.Timetable, err = parseTimetable(a.config.Deliver.Schedule); err != nil {
			return nil, err
		}
		evaluate.Then, all = deliver, append(all, deliver)
	}
	kept, err := a.keptJobs(s, metrics)
	if err != nil {
		return nil, err
	}
	all = append(all, kept...)
	for _, source := range sources {
		all = append(all, source.Job(pipeline, evaluate, a.logger))
	}
	return all, nil
}

// keptJobs are the backup and the drill, where a place for backups is known.
func (a *app) keptJobs(s *site, metrics *jobs.Metrics) ([]*jobs.Job, error) {
	k, err := a.keeper(s, metrics)
	if err != nil {
		return nil, nil // a server that is backed up by others
	}
	var all []*jobs.Job
	for _, kept := range []struct {
		job      *jobs.Job
		schedule string
	}{{k.BackupJob(), a.config.Backup.Schedule}, {k.DrillJob(), a.config.Backup.DrillSchedule}} {
		kept.job.TimeLimit, kept.job.Jitter, kept.job.Retry = a.config.Backup.TimeLimit, a.config.Backup.Jitter, a.config.Backup.retry()
		if kept.job.Timetable, err = parseTimetable(kept.schedule); err != nil {
			return nil, err
		}
		all = append(all, kept.job)
	}
	return all, nil
}

// runner does jobs for a command. It logs nothing: the command shows the result
// and the error itself.
func (s *site) runner() *jobs.Runner {
	return jobs.NewRunner(s.warehouse, jobs.NewMetrics(prometheus.NewRegistry()), slog.New(slog.DiscardHandler))
}
