package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"bellwether/cmd/bellwether/sheet"
	"bellwether/cmd/bellwether/slip"
	"bellwether/warehouse"
)

// The formats of a slip, beside those of every command.
const (
	slipXLSX sheet.Format = "xlsx"
	slipHTML sheet.Format = "html"
)

func newSlipCommand(a *app) *cobra.Command {
	var out string
	command := &cobra.Command{
		Use:   "slip SUBMISSION",
		Short: "审核反馈单 The return slip of a submission",
		Long: "Writes the return slip of a submission: which cells are refused or asked about, what\nwas expected, and room for the answers of the agency. The same slip has the same\n" +
			"bytes each time. `bellwether findings answer FILE` reads it when it comes back.",
		Example:     "  bellwether slip health/mch_annual/2025 -o xlsx --out 反馈单.xlsx",
		Args:        cobra.ExactArgs(1),
		Annotations: map[string]string{moreFormats: string(slipXLSX) + "," + string(slipHTML)},
	}
	command.Flags().StringVar(&out, "out", "", "file to write; for xlsx and html a name is made up when not given, - is standard output")
	command.RunE = func(c *cobra.Command, args []string) error {
		return a.atSite(func(ctx context.Context, s *site) error { return a.slip(ctx, s, args[0], out) })(c, args)
	}
	return command
}

func (a *app) slip(ctx context.Context, s *site, given, out string) error {
	load, err := a.findSubmittedLoad(ctx, s, given)
	if err != nil {
		return err
	}
	version, _ := load.number(0, "version")
	years, _ := load.get(0, "period_years").([]uint16)
	findings, err := s.ask(ctx, "findings", findingFilter{
		version: uint64(version), form: load.text(0, "form_code"), years: years, all: true,
	}.parameters())
	if err != nil {
		return err
	}
	if a.format() != slipXLSX && a.format() != slipHTML {
		return a.write(findings.sheet(a.findingHeadings()...))
	}
	missing, err := a.missingCells(ctx, s, load)
	if err != nil {
		return err
	}
	page, err := a.layOut(load, findings, missing)
	if err != nil {
		return err
	}
	var document bytes.Buffer
	if a.format() == slipXLSX {
		err = page.WriteXLSX(&document)
	} else {
		err = page.WriteHTML(&document)
	}
	if err != nil {
		return err
	}
	return a.writeDocument(document.Bytes(), cmp.Or(out, slipName(load, a.format())))
}

// findSubmittedLoad gives the newest load of the submission that is named.
func (a *app) findSubmittedLoad(ctx context.Context, s *site, given string) (answer, error) {
	f, err := a.submissionName(given)
	if err != nil {
		return answer{}, err
	}
	loads, err := s.askAs(ctx, warehouse.Writer, "loads", map[string]string{"sha256": f.sha256, "form": f.form, "year": strconv.Itoa(f.year)})
	if err != nil {
		return loads, err
	}
	if len(loads.rows) == 0 {
		return loads, notFoundf(a.text("没有装入过 %s", "%s was never loaded"), given)
	}
	for r := range loads.rows {
		if f.sha256 != "" && loads.text(r, "payload_sha256") != loads.text(0, "payload_sha256") {
			return loads, usagef(a.text("%s 开头的文件不止一个，请多写几位", "%s is the beginning of several files; write more of it"), given)
		}
	}
	loads.rows = loads.rows[:1]
	return loads, nil
}

// missingCells are those that the years of the load lack. They are left out when
// a later load of the form took its place.
func (a *app) missingCells(ctx context.Context, s *site, load answer) (answer, error) {
	years, _ := load.get(0, "period_years").([]uint16)
	if len(years) == 0 {
		return answer{}, nil
	}
	newest, err := s.ask(ctx, "submissions", submissionFilter{form: load.text(0, "form_code"), year: int(years[len(years)-1])}.parameters())
	if err != nil || len(newest.rows) == 0 || newest.text(0, "data_version") != load.text(0, "version") {
		return answer{}, err
	}
	return s.ask(ctx, "missing_cells", map[string]string{
		"form": load.text(0, "form_code"), "years": yearList(years),
	})
}

// layOut puts the slip into words.
func (a *app) layOut(load, findings, missing answer) (slip.Slip, error) {
	material, err := a.loadMaterial()
	if err != nil {
		return slip.Slip{}, err
	}
	title := load.text(0, "form_code")
	if form, ok := material.forms.Form(title); ok {
		title = a.text(form.Title.Zh, form.Title.En) + " (" + title + ")"
	}
	page := slip.Slip{
		Language: a.config.Language, Submission: load.text(0, "payload_sha256"),
		Facts: []slip.Fact{
			{Name: a.text("报送部门", "Agency"), Text: cmp.Or(load.text(0, a.inLanguage("agency")), load.text(0, "source_code"))},
			{Name: a.text("报表", "Form"), Text: title},
			{Name: a.text("年份", "Year"), Text: strings.Trim(fmt.Sprint(load.get(0, "period_years")), "[]")},
			{Name: a.text("文件", "File"), Text: load.text(0, "file_name")},
			{Name: a.text("收到", "Received"), Text: a.localTime(load.get(0, "committed_at")) + " " + load.text(0, "submitter")},
		},
		Account: slip.Account{Read: count(load, "read_count"), Loaded: count(load, "loaded_count"),
			Rejected: count(load, "rejected_count"), Skipped: count(load, "skipped_count")},
	}
	for r := range findings.rows {
		page.Findings = append(page.Findings, a.slipFinding(findings, r))
	}
	for r := range missing.rows {
		breakdown := []string{missing.text(r, a.inLanguage("sex"))}
		for _, part := range []string{"age_group", "residence", "category"} {
			if code := missing.text(r, part); code != "_T" {
				breakdown = append(breakdown, code)
			}
		}
		page.Missing = append(page.Missing, slip.Missing{
			Year: missing.text(r, "period_year"), Area: missing.text(r, a.inLanguage("area")),
			Indicator: missing.text(r, a.inLanguage("name")), Breakdown: strings.Join(breakdown, " "),
		})
	}
	return page, nil
}

func count(rows answer, column string) uint64 {
	n, _ := rows.number(0, column)
	return uint64(n)
}

// slipFinding puts one finding into words.
func (a *app) slipFinding(findings answer, r int) slip.Finding {
	f := slip.Finding{
		ID:    findings.text(r, "finding_id"),
		Place: findings.text(r, "cell"), Rule: findings.text(r, "rule_number") + " " + findings.text(r, a.inLanguage("name")),
		IsHard: findings.text(r, "class") == "hard", Observed: findings.text(r, "observed_text"), Expected: findings.text(r, "expected_text"),
		Message: findings.text(r, a.inLanguage("message")), Answer: findings.text(r, "explanation"),
	}
	if name := findings.text(r, "sheet"); name != "" {
		f.Place = name + "!" + f.Place
	}
	if figures, ok := findings.get(r, "figures").([]string); ok && len(figures) > 1 {
		f.More = fmt.Sprintf(a.text("同一原因还有：%s", "the same cause: %s"), strings.Join(figures[1:], a.text("、", ", ")))
	}
	switch {
	case findings.text(r, "answer") == "correct":
		f.Ask = a.text("更正后重新报送", "correct and submit again")
	case findings.text(r, "is_asked") == "0":
		f.Ask = a.text("往年数据，仅供核对", "a past year; for your information")
	default:
		f.Ask = fmt.Sprintf(a.text("%s前核实并说明", "check and explain by %s"), a.day(findings.get(r, "answer_date")))
	}
	return f
}

// slipName makes up a file name from form, newest year and SHA-256.
func slipName(load answer, format sheet.Format) string {
	return fmt.Sprintf("slip-%s-%s.%s", strings.ReplaceAll(load.text(0, "form_code"), "/", "-"), load.text(0, "payload_sha256")[:8], format)
}

// writeDocument writes a document to its file and says so on standard error, or
// to standard output.
func (a *app) writeDocument(document []byte, name string) error {
	if name == "-" {
		_, err := io.Copy(a.out, bytes.NewReader(document))
		return err
	}
	if err := os.WriteFile(name, document, 0o644); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	fmt.Fprintf(a.errOut, a.text("已写入 %s（%d 字节）\n", "wrote %s (%d bytes)\n"), name, len(document))
	return nil
}
