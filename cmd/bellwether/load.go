package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os/user"
	"path/filepath"
	"regexp"
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
}

func newLoadCommand(a *app) *cobra.Command {
	var o loadOptions
	command := &cobra.Command{
		Use:   "load SOURCE | load --form FORM FILE...",
		Short: "读取并装入一个数据源或若干文件 Load a source, or files by a form",
		Long: `Loads a source of the configuration, or files by a form. Every figure of a file
is loaded, rejected or skipped: read = loaded + rejected + skipped. A rejected
figure stops nothing; a file that is not laid out as its form says is left out
as a whole. Loading the same bytes again changes nothing.

With --dry-run a source is asked for what the next load would bring, and files
are read without asking the warehouse; neither writes anything.`,
		Example: `  bellwether load --form health/mch_annual 妇幼健康年报2024.csv
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
	if o.form == "" {
		return a.loadSource(ctx, m, args, o)
	}
	form, ok := m.forms.Form(o.form)
	if !ok {
		return a.noForm(m, o.form)
	}
	payloads, err := readPayloads(ctx, args, form, m)
	if err != nil {
		return err
	}
	params := etl.Params{Year: o.year, Area: o.area, Encoding: o.encoding, AcceptNew: o.acceptNew}
	if o.indicator != "" {
		params.Extra = map[string]string{"indicator": o.indicator}
	}
	return a.loadPayloads(ctx, m, loadPlan{form: form, params: params, payloads: payloads, options: o})
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
		}, jobs.ByCommand, time.Time{})
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

// readPayloads takes the files of the command line as payloads.
func readPayloads(ctx context.Context, paths []string, form *etl.Form, m material) ([]etl.Payload, error) {
	submitter := ""
	if u, err := user.Current(); err == nil {
		submitter = u.Username
	}
	agency, _ := m.catalog.Agency(form.SourceCode)
	meta := regexp.MustCompile(`[*?\[\\]`)
	var payloads []etl.Payload
	for _, path := range paths {
		path, err := filepath.Abs(path)
		if err != nil {
			return nil, fmt.Errorf("find %s: %w", path, err)
		}
		directory := connect.Directory{
			Path: filepath.Dir(path), Pattern: meta.ReplaceAllString(filepath.Base(path), `\$0`),
			SourceCode: form.SourceCode, Submitter: submitter, Now: time.Now,
		}
		pull, err := directory.Fetch(ctx, etl.Bookmark{})
		if err != nil {
			return nil, err
		}
		for _, left := range pull.LeftOut {
			return nil, errors.New(left.String())
		}
		if len(pull.Payloads) != 1 {
			return nil, notFoundf("%s: no such file / 没有这个文件", path)
		}
		found := pull.Payloads[0]
		found.Licence, found.Attribution = agency.Licence, agency.Attribution
		payloads = append(payloads, found)
	}
	return payloads, nil
}

// loadPlan is what one load of files is about.
type loadPlan struct {
	form     *etl.Form
	params   etl.Params
	payloads []etl.Payload
	options  loadOptions
}

func (p loadPlan) submissions() []jobs.Submission {
	submissions := make([]jobs.Submission, len(p.payloads))
	for i, payload := range p.payloads {
		submissions[i] = jobs.Submission{Payload: payload, Form: p.form, Params: p.params, Force: p.options.force}
	}
	return submissions
}

// loadPayloads loads, or with --dry-run only checks, and shows the account.
func (a *app) loadPayloads(ctx context.Context, m material, plan loadPlan) error {
	bar := a.newProgress()
	defer bar.close()
	pipeline := &jobs.Pipeline{
		Catalog: m.catalog, KeepRejects: plan.options.rejects,
		Progress: bar.of(len(plan.payloads)),
	}
	if plan.options.dryRun {
		reports, _, err := pipeline.CheckAll(ctx, plan.submissions())
		if err != nil {
			return err
		}
		bar.close()
		return a.showReports(reports, true)
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
	return a.showReports(reports, false)
}

// runLoad loads under a row of the run ledger.
func (a *app) runLoad(ctx context.Context, s *site, p *jobs.Pipeline, plan loadPlan) (reports []jobs.Report, err error) {
	_, err = s.runner().Run(ctx, &jobs.Job{Code: "load", Source: plan.form.Code,
		Do: func(ctx context.Context, runID string) (outcome jobs.Outcome, err error) {
			reports, outcome, err = p.LoadAll(ctx, runID, plan.submissions(), a.quiet())
			return outcome, err
		},
	}, jobs.ByCommand, time.Time{})
	return reports, err
}
