package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/user"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"bellwether/cmd/bellwether/sheet"
	"bellwether/etl"
	"bellwether/etl/connect"
	"bellwether/jobs"
)

type loadOptions struct {
	form, area, encoding     string
	indicator                string
	year                     int
	acceptNew, dryRun, force bool
	rejects                  int
	fromYear, toYear         int // window of a backfill, 0 in any other load
}

func newLoadCommand(a *app) *cobra.Command {
	var o loadOptions
	command := &cobra.Command{
		Use:   "load SOURCE | load TEMPLATE... | load --form FORM FILE...",
		Short: "读取并装入一个数据源或若干文件 Load a source, or files by a form",
		Long: `Loads a source of the configuration, templates that were filled in, which say
themselves what they are, or files by a form. Every figure of a file is loaded,
rejected or skipped: read = loaded + rejected + skipped. A rejected figure stops
nothing; a file that is not laid out as its form says is left out as a whole, and
so is a template whose labels were changed. Loading the same bytes again changes
nothing.

With --dry-run a source is asked for what the next load would bring, and files
are read without asking the warehouse; neither writes anything.`,
		Example: `  bellwether load 妇幼健康年报2025.xlsx
  bellwether load --form health/mch_annual 妇幼健康年报2024.csv
  bellwether load --form public/sdmx data.csv --accept-new-indicators --dry-run`,
		Args: cobra.MinimumNArgs(1),
	}
	flags := command.Flags()
	flags.StringVar(&o.form, "form", "", "form that the files are laid out as, such as public/sdmx")
	flags.IntVar(&o.year, "period", 0, "statistical year, where neither file nor form says it")
	flags.StringVar(&o.area, "area", "", "area code, where neither file nor form says it")
	flags.StringVar(&o.indicator, "indicator", "", "indicator, where neither file nor form says it, such as '粗离婚率(‰)'")
	flags.StringVar(&o.encoding, "encoding", "", "character encoding; detected when not given")
	flags.BoolVar(&o.acceptNew, "accept-new-indicators", false, "load a publisher's codes outside the catalog as publisher:code")
	flags.BoolVar(&o.dryRun, "dry-run", false, "read and check, write nothing")
	flags.BoolVar(&o.force, "force", false, "load although the same bytes were loaded the same way before, and ask a source for everything")
	flags.IntVar(&o.rejects, "rejects", 20, "rejects to show")
	command.RunE = func(c *cobra.Command, args []string) error { return a.load(c.Context(), args, o) }
	return command
}

func (a *app) load(ctx context.Context, args []string, o loadOptions) error {
	m, err := a.loadMaterial()
	if err != nil {
		return err
	}
	if o.form == "" && !areFiles(args) {
		return a.loadSource(ctx, m, args, o)
	}
	var form *etl.Form
	if o.form != "" {
		var ok bool
		if form, ok = m.forms.Form(o.form); !ok {
			return a.noForm(m, o.form)
		}
	}
	plan := loadPlan{options: o}
	for _, path := range args {
		submission, err := a.fileSubmission(ctx, m, form, path, o)
		var fault *etl.FormatError
		if errors.As(err, &fault) {
			plan.faults = append(plan.faults, jobs.Report{Submission: submission, Fault: fault})
			continue
		}
		if err != nil {
			return err
		}
		plan.submissions = append(plan.submissions, submission)
	}
	return a.loadPayloads(ctx, m, plan)
}

// areFiles says whether every argument names a file.
func areFiles(args []string) bool {
	return !slices.ContainsFunc(args, func(path string) bool {
		info, err := os.Stat(path)
		return err != nil || info.IsDir()
	})
}

// fileSubmission takes a file of the command line as the form that was named or,
// without one, as the form that a filled template names. It returns a
// *etl.FormatError for a template that does not say what it is.
func (a *app) fileSubmission(ctx context.Context, m material, form *etl.Form, path string, o loadOptions) (jobs.Submission, error) {
	isNamed := form != nil
	if !isNamed {
		form = &etl.Form{}
	}
	payload, err := readPayload(ctx, path, form, m)
	if err != nil {
		return jobs.Submission{}, err
	}
	params := etl.Params{Year: o.year, Area: o.area, Encoding: o.encoding, AcceptNew: o.acceptNew}
	if o.indicator != "" {
		params.Extra = map[string]string{"indicator": o.indicator}
	}
	submission := jobs.Submission{Payload: payload, Form: form, Params: params, Force: o.force}
	named, ok, err := jobs.Recognize(m.forms, payload)
	switch {
	case isNamed && (err != nil || !ok || named.Form != form):
		return submission, nil
	case err != nil:
		return submission, err
	case !ok:
		return submission, usagef(a.text("%s 里没有模板的标识；不是在模板上填报的文件，请用 --form 指明表单",
			"%s does not say that it is a template; name the form of other files with --form"), path)
	}
	named.Force = o.force
	return named, nil
}

// loadSource fetches what a source of the configuration has, and loads it.
func (a *app) loadSource(ctx context.Context, m material, args []string, o loadOptions) error {
	if len(args) != 1 {
		return usagef("%s", a.text("请用 --form 指明文件的表单", "name the form of the files with --form"))
	}
	source, err := a.findSource(m, args[0])
	if err != nil {
		return err
	}
	trigger := jobs.ByCommand
	if o.fromYear != 0 {
		source, trigger = source.Within(o.fromYear, o.toYear), jobs.ByBackfill
	}
	s, err := a.openSite(ctx)
	if err != nil {
		return err
	}
	defer s.close(ctx)
	bar := a.newProgress()
	defer bar.close()
	p := &jobs.Pipeline{Warehouse: s.warehouse, Catalog: m.catalog, KeepRejects: o.rejects, Progress: bar.of(1)}
	var pull etl.Pull
	var reports []jobs.Report
	if o.dryRun {
		pull, reports, _, err = a.tryLoad(ctx, s, p, source, o.force)
	} else {
		if m, err = a.prepareSite(ctx, s); err != nil {
			return err
		}
		p.Catalog = m.catalog
		_, err = s.runner().Run(ctx, &jobs.Job{Code: "load", Source: source.Name,
			Do: func(ctx context.Context, runID string) (outcome jobs.Outcome, err error) {
				pull, reports, outcome, err = source.Load(ctx, runID, p, o.force, a.quiet())
				return outcome, err
			},
		}, trigger, time.Time{})
	}
	if err != nil {
		return err
	}
	bar.close()
	return a.showPull(pull, reports, o.dryRun)
}

// quiet logs nothing where the answer says everything; JSON and CSV have no place
// for what is said of files that were left out.
func (a *app) quiet() *slog.Logger {
	if a.format() == sheet.Table {
		return slog.New(slog.DiscardHandler)
	}
	return a.logger
}

// findSource finds a source of the configuration by its name.
func (a *app) findSource(m material, name string) (*jobs.Source, error) {
	sources, err := a.sources(m)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, s := range sources {
		if s.Name == name {
			return s, nil
		}
		names = append(names, s.Name)
	}
	return nil, notFoundf(a.text("配置中没有数据源 %q%s；装入文件请加 --form", "the configuration has no source %q%s; to load a file give --form"),
		name, a.choices(name, names))
}

// tryLoad reads what a load of the source would bring now, and writes nothing.
func (a *app) tryLoad(ctx context.Context, s *site, p *jobs.Pipeline, source *jobs.Source, force bool) (etl.Pull, []jobs.Report, jobs.Outcome, error) {
	last, err := s.warehouse.FindBookmark(ctx, source.Name, source.Question)
	if err != nil {
		return etl.Pull{}, nil, jobs.Outcome{}, err
	}
	return source.Check(ctx, p, last, force)
}

// readPayload takes a file of the command line as a payload.
func readPayload(ctx context.Context, path string, form *etl.Form, m material) (etl.Payload, error) {
	submitter := ""
	if u, err := user.Current(); err == nil {
		submitter = u.Username
	}
	agency, _ := m.catalog.Agency(form.SourceCode)
	meta := regexp.MustCompile(`[*?\[\\]`)
	path, err := filepath.Abs(path)
	if err != nil {
		return etl.Payload{}, fmt.Errorf("find %s: %w", path, err)
	}
	directory := connect.Directory{
		Path: filepath.Dir(path), Pattern: meta.ReplaceAllString(filepath.Base(path), `\$0`),
		SourceCode: form.SourceCode, Submitter: submitter, Now: time.Now,
	}
	pull, err := directory.Fetch(ctx, etl.Bookmark{})
	if err != nil {
		return etl.Payload{}, err
	}
	for _, left := range pull.LeftOut {
		return etl.Payload{}, errors.New(left.String())
	}
	if len(pull.Payloads) != 1 {
		return etl.Payload{}, notFoundf("%s: no such file / 没有这个文件", path)
	}
	found := pull.Payloads[0]
	found.Licence, found.Attribution = agency.Licence, agency.Attribution
	return found, nil
}

// loadPlan is what one load of files is about.
type loadPlan struct {
	submissions []jobs.Submission
	faults      []jobs.Report // files that cannot be submitted
	options     loadOptions
}

// loadPayloads loads, or with --dry-run only checks, and shows the account.
func (a *app) loadPayloads(ctx context.Context, m material, plan loadPlan) error {
	bar := a.newProgress()
	defer bar.close()
	pipeline := &jobs.Pipeline{
		Catalog: m.catalog, KeepRejects: plan.options.rejects,
		Progress: bar.of(len(plan.submissions)),
	}
	if plan.options.dryRun {
		reports, _, err := pipeline.CheckAll(ctx, plan.submissions)
		if err != nil {
			return err
		}
		bar.close()
		return a.showReports(append(reports, plan.faults...), true)
	}
	if len(plan.submissions) == 0 {
		return a.showReports(plan.faults, false)
	}
	s, err := a.openSite(ctx)
	if err != nil {
		return err
	}
	defer s.close(ctx)
	if m, err = a.prepareSite(ctx, s); err != nil {
		return err
	}
	pipeline.Warehouse, pipeline.Catalog = s.warehouse, m.catalog
	reports, err := a.runLoad(ctx, s, pipeline, plan)
	if err != nil {
		return err
	}
	bar.close()
	return a.showReports(append(reports, plan.faults...), false)
}

// runLoad loads under a row of the run ledger.
func (a *app) runLoad(ctx context.Context, s *site, p *jobs.Pipeline, plan loadPlan) (reports []jobs.Report, err error) {
	_, err = s.runner().Run(ctx, &jobs.Job{Code: "load", Source: plan.submissions[0].Form.Code,
		Do: func(ctx context.Context, runID string) (outcome jobs.Outcome, err error) {
			reports, outcome, err = p.LoadAll(ctx, runID, plan.submissions, a.quiet())
			return outcome, err
		},
	}, jobs.ByCommand, time.Time{})
	return reports, err
}
