package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"bellwether/cmd/bellwether/sheet"
	"bellwether/etl"
	"bellwether/etl/sample"
	"bellwether/jobs"
	"bellwether/warehouse"
)

// demoSeed makes the district of the demonstration; any other makes another
// one with the same faults.
const demoSeed = 2030

func newDemoCommand(a *app) *cobra.Command {
	var thenServe bool
	command := &cobra.Command{
		Use:   "demo",
		Short: "从零演示：模拟报送、监测表、预警 Everything from nothing, on simulated returns",
		Long: `Starts the engine, builds schema and catalog, loads the simulated returns of
three agencies for 2018 to 2025 and a few real public series, evaluates the
alert rules for the day of the demonstration, and shows the result. Run again,
it changes nothing. Without --dir the data go beside the data directory, so
that they never mix with real ones. Simulated is every figure of 秀峰区 in it.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if a.flags.dir == "" {
				a.config.DataDir = filepath.Clean(a.config.DataDir) + "-demo"
			}
			if err := a.demo(c.Context()); err != nil || !thenServe {
				return err
			}
			return a.serve(c.Context())
		},
	}
	command.Flags().BoolVar(&thenServe, "serve", false, "go on as the daemon afterwards")
	return command
}

func (a *app) demo(ctx context.Context) (err error) {
	s, err := a.openSite(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close(ctx)) }()
	m, err := a.prepareSite(ctx, s)
	if err != nil {
		return err
	}
	dir := filepath.Join(a.config.DataDir, "sample")
	manifest, err := sample.Write(dir, demoSeed)
	if err != nil {
		return err
	}
	submissions, err := demoSubmissions(ctx, m, dir, manifest)
	if err != nil {
		return err
	}
	a.say("模拟数据：秀峰区的数值由程序编造，不是真实统计。数据目录 %s\n",
		"Simulated data: the figures of Xiufeng are made up and no statistics. Data directory %s\n", a.config.DataDir)
	reports, err := a.demoRun(ctx, s, m, submissions, manifest.OnDate)
	if err != nil {
		return err
	}
	return a.showDemo(ctx, s, reports, manifest)
}

// demoSubmissions are the files of the manifest, as if each had come on its day.
func demoSubmissions(ctx context.Context, m material, dir string, manifest sample.Manifest) ([]jobs.Submission, error) {
	var submissions []jobs.Submission
	for _, p := range manifest.Payloads {
		form, ok := m.forms.Form(p.Form)
		if !ok {
			return nil, fmt.Errorf("sample %s: there is no form %s", p.File, p.Form)
		}
		payload, err := readPayload(ctx, filepath.Join(dir, filepath.FromSlash(p.File)), form, m)
		if err != nil {
			return nil, err
		}
		payload.SourceCode, payload.Submitter, payload.Location = p.Agency, p.Submitter, "sample/"+p.File
		payload.Licence, payload.Attribution = p.Licence, p.Attribution
		if !p.Received.IsZero() {
			payload.RetrievedAt = p.Received
		}
		submissions = append(submissions, jobs.Submission{Payload: payload, Form: form, Params: etl.Params{AcceptNew: p.AcceptNew}})
	}
	return submissions, nil
}

// demoRun loads and evaluates, each under its row of the run ledger. The rules read
// no clock: for the same day and what is settled they find the same again, so they
// are not asked twice.
func (a *app) demoRun(ctx context.Context, s *site, m material, submissions []jobs.Submission, day time.Time) (reports []jobs.Report, err error) {
	bar := a.newProgress()
	defer bar.close()
	pipeline := &jobs.Pipeline{Warehouse: s.warehouse, Catalog: m.catalog, Progress: bar.of(len(submissions))}
	evaluator := &jobs.Evaluator{Warehouse: s.warehouse}
	runner := s.runner()
	load := &jobs.Job{Code: "demo", Do: func(ctx context.Context, runID string) (outcome jobs.Outcome, err error) {
		reports, outcome, err = pipeline.LoadAll(ctx, runID, submissions, a.logger)
		return outcome, err
	}}
	if _, err := runner.Run(ctx, load, jobs.ByCommand, time.Time{}); err != nil {
		return reports, err
	}
	evaluated, err := s.askAs(ctx, warehouse.Writer, "is_evaluated", map[string]string{"day": day.Format(time.DateOnly)})
	if err != nil || evaluated.text(0, "is_evaluated") == "1" {
		return reports, err
	}
	_, err = runner.Run(ctx, evaluator.JobFor(day), jobs.ByCommand, time.Time{})
	return reports, err
}

// showDemo prints what was loaded, the summary of the newest year, the open
// alerts, and where each planted fault shows.
func (a *app) showDemo(ctx context.Context, s *site, reports []jobs.Report, manifest sample.Manifest) error {
	if err := a.write(a.demoLoads(reports)); err != nil || a.format() != sheet.Table {
		return err
	}
	fmt.Fprintln(a.out)
	if err := a.planSummary(ctx, s, "", sample.LastYear); err != nil {
		return err
	}
	fmt.Fprintln(a.out)
	if err := a.listAlerts(ctx, s, "", false); err != nil {
		return err
	}
	a.say("\n样例里埋了 %d 处问题：", "\n%d faults were planted in the sample:", len(manifest.Faults))
	faults := sheet.Sheet{Columns: []sheet.Column{{Zh: "问题", En: "Fault"}, {Zh: "结果", En: "What comes of it", Flex: true, Wrap: true}}}
	for _, fault := range manifest.Faults {
		faults.Rows = append(faults.Rows, []any{fault.Code, a.text(fault.TextZh, fault.TextEn)})
	}
	if err := a.write(faults); err != nil {
		return err
	}
	a.say("\n接下来可以试：", "\nTry next:")
	for _, command := range []string{
		"monitor --plan women --verdict off_track",
		"explain W-1-G03-g",
		"whatif W-1-G03-g --set 2026=60 --set 2027=69",
		"series maternal_premarital_exam_percent",
		"gaps --year 2025",
		"template --agency health --year 2026 --out " + filepath.Join(a.config.DataDir, "templates"),
		"alerts show " + a.text("预警号", "ALERT"),
		"trace child_infant_mortality_per_1000 --year 2023",
		"backtest --labels " + filepath.Join(a.config.DataDir, "sample", sample.LabelsFile),
		`sql "select verdict, count() from mart_target_yearly where is_latest = 1 group by verdict"`,
	} {
		fmt.Fprintf(a.out, "  bellwether --dir %s %s\n", a.config.DataDir, command)
	}
	return nil
}

// demoLoads adds the accounts up by form.
func (a *app) demoLoads(reports []jobs.Report) sheet.Sheet {
	table := sheet.Sheet{Columns: []sheet.Column{
		{Key: "form_code", Zh: "表单", En: "Form"},
		{Key: "payload_count", Zh: "文件", En: "Files", Number: true},
		{Key: "read_count", Zh: "读取", En: "Read", Number: true},
		{Key: "loaded_count", Zh: "装入", En: "Loaded", Number: true},
		{Key: "rejected_count", Zh: "拒收", En: "Rejected", Number: true},
		{Key: "skipped_count", Zh: "跳过", En: "Skipped", Number: true},
		{Key: "version_count", Zh: "新版本", En: "New versions", Number: true},
	}}
	rows := map[string][]any{}
	for _, r := range reports {
		row, ok := rows[r.Submission.Form.Code]
		if !ok {
			row = []any{r.Submission.Form.Code, uint64(0), uint64(0), uint64(0), uint64(0), uint64(0), uint64(0)}
			rows[r.Submission.Form.Code] = row
			table.Rows = append(table.Rows, row)
		}
		versions := r.Commit.VersionCount
		if r.IsKnown {
			versions = 0
		}
		for i, n := range []uint64{1, r.Commit.ReadCount, r.Commit.LoadedCount, r.Commit.RejectedCount, r.Commit.SkippedCount, versions} {
			row[i+1] = row[i+1].(uint64) + n
		}
	}
	return table
}
