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
nothing.`,
		Example: `  bellwether load 妇幼健康年报2025.xlsx
  bellwether load --form health/mch_annual 妇幼健康年报2024.csv
  bellwether load --form public/sdmx_csv data.csv --accept-new-indicators --dry-run`,
		Args: cobra.MinimumNArgs(1),
	}
	flags := command.Flags()
	flags.StringVar(&o.form, "form", "", "form that the files are laid out as, such as public/sdmx_csv")
	flags.IntVar(&o.year, "period", 0, "statistical year, where neither file nor form says it")
	flags.StringVar(&o.area, "area", "", "area code, where neither file nor form says it")
	flags.StringVar(&o.indicator, "indicator", "", "indicator, where neither file nor form says it, such as '粗离婚率(‰)'")
	flags.StringVar(&o.encoding, "encoding", "", "character encoding; detected when not given")
	flags.BoolVar(&o.acceptNew, "accept-new-indicators", false, "load a publisher's codes outside the catalog as publisher:code")
	flags.BoolVar(&o.dryRun, "dry-run", false, "read and check, write nothing")
	flags.BoolVar(&o.force, "force", false, "load although the same bytes were loaded the same way before")
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
	sources, err := a.sources(m)
	if err != nil {
		return err
	}
	var names []string
	for _, s := range sources {
		if s.Name != args[0] {
			names = append(names, s.Name)
			continue
		}
		payloads, done, err := s.Fetcher.Fetch(ctx)
		if err != nil {
			return fmt.Errorf("fetch %s: %w", s.Name, err)
		}
		defer done()
		return a.loadPayloads(ctx, m, loadPlan{source: s.Name, submissions: s.Submissions(payloads, o.force), options: o})
	}
	return notFoundf(a.text("配置中没有数据源 %q%s；装入文件请加 --form", "the configuration has no source %q%s; to load a file give --form"),
		args[0], a.choices(args[0], names))
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
	found, _, err := directory.Fetch(ctx)
	if err != nil {
		return etl.Payload{}, err
	}
	if len(found) != 1 {
		return etl.Payload{}, notFoundf("%s: no such file / 没有这个文件", path)
	}
	found[0].Licence, found[0].Attribution = agency.Licence, agency.Attribution
	return found[0], nil
}

// loadPlan is what one load command is about.
type loadPlan struct {
	source      string // of the configuration, empty for files
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
		reports, err := checkAll(ctx, pipeline, plan.submissions)
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
	name := plan.source
	if name == "" {
		name = plan.submissions[0].Form.Code
	}
	_, err = s.runner().Run(ctx, &jobs.Job{Code: "load", Source: name,
		Do: func(ctx context.Context, runID string) (outcome jobs.Outcome, err error) {
			reports, outcome, err = p.LoadAll(ctx, runID, plan.submissions, slog.New(slog.DiscardHandler))
			return outcome, err
		},
	}, jobs.ByCommand, time.Time{})
	return reports, err
}

func checkAll(ctx context.Context, p *jobs.Pipeline, submissions []jobs.Submission) ([]jobs.Report, error) {
	var reports []jobs.Report
	for _, s := range submissions {
		report, err := p.Check(ctx, s)
		if err != nil && !errors.As(err, &report.Fault) {
			return reports, err
		}
		reports = append(reports, report)
	}
	return reports, nil
}
