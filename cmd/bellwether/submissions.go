package main

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"bellwether/cmd/bellwether/sheet"
	"bellwether/warehouse"
)

type submissionFilter struct {
	agency, form, state, sha256 string
	year                        int
	byAgency                    bool
}

func newSubmissionsCommand(a *app) *cobra.Command {
	var f submissionFilter
	list := a.atSite(func(ctx context.Context, s *site) error { return a.listSubmissions(ctx, s, f) })
	command := &cobra.Command{
		Use:   "submissions",
		Short: "报送台账：谁应在何时报送什么 Who owes what by when, and how it stands",
		Long: "The ledger of submissions. A submission is named by its form and year, such as\nhealth/mch_annual/2025, or by the beginning of the SHA-256 of its payload.\n" +
			"Whether it came is computed from the payloads; returned and accepted are decisions\nof people, and hold until a later submission comes.",
		Example: "  bellwether submissions --year 2025\n  bellwether submissions return health/mch_annual/2025 --note 漏盖章 --by 李敏",
		Args:    cobra.NoArgs,
		RunE:    list,
	}
	listing := &cobra.Command{Use: "list", Short: "列出 List the submissions", Args: cobra.NoArgs, RunE: list}
	for _, c := range []*cobra.Command{command, listing} {
		flags := c.Flags()
		flags.StringVar(&f.agency, "agency", "", "agency that owes it")
		flags.StringVar(&f.form, "form", "", "form that is owed")
		flags.StringVar(&f.state, "state", "", "not_due, due, late, partial, received, returned or accepted")
		flags.IntVar(&f.year, "year", 0, "statistical year; all that are due when not given")
		flags.BoolVar(&f.byAgency, "by-agency", false, "how timely and complete each agency is")
	}
	command.AddCommand(listing, newSubmissionShowCommand(a),
		newDecisionCommand(a, "return", "returned", "退回，请部门更正 Return a submission for correction"),
		newDecisionCommand(a, "accept", "accepted", "认可 Accept a submission"))
	return command
}

func newSubmissionShowCommand(a *app) *cobra.Command {
	command := &cobra.Command{Use: "show SUBMISSION", Short: "一份报送的全部情况 All about one submission", Args: cobra.ExactArgs(1)}
	command.RunE = func(c *cobra.Command, args []string) error {
		return a.atSite(func(ctx context.Context, s *site) error { return a.showSubmission(ctx, s, args[0]) })(c, args)
	}
	return command
}

func newDecisionCommand(a *app, verb, event, short string) *cobra.Command {
	var note, by string
	command := &cobra.Command{Use: verb + " SUBMISSION", Short: short, Args: cobra.ExactArgs(1)}
	command.Flags().StringVar(&note, "note", "", "reason or remark; needed to return, and to accept what is not complete")
	command.Flags().StringVar(&by, "by", "", "who decides; you when not given")
	command.RunE = func(c *cobra.Command, args []string) error {
		return a.atSite(func(ctx context.Context, s *site) error {
			return a.decide(ctx, s, args[0], event, note, person(by))
		})(c, args)
	}
	return command
}

func (a *app) listSubmissions(ctx context.Context, s *site, f submissionFilter) error {
	if err := a.checkChoices(ctx, s, map[string]string{"agency": f.agency}); err != nil {
		return err
	}
	if f.byAgency {
		return a.listTimeliness(ctx, s, f)
	}
	rows, err := s.ask(ctx, "submissions", f.parameters())
	if err != nil {
		return err
	}
	if a.format() == sheet.Table && f.year == 0 && f.state == "" {
		rows.keep(func(row int) bool { return rows.text(row, "state") != "not_due" })
	}
	if err := a.write(rows.sheet(a.submissionHeadings()...)); err != nil {
		return err
	}
	return a.sayDueDay(ctx, s, len(rows.rows))
}

// sayDueDay ends a list of submissions with the day that makes one late. Nothing
// here reads the clock: before the first evaluation no day is known.
func (a *app) sayDueDay(ctx context.Context, s *site, count int) error {
	moment, err := s.ask(ctx, "due_day", nil)
	if err != nil {
		return err
	}
	if day, ok := moment.get(0, "on_date").(time.Time); ok && day.Year() > 2000 {
		a.say("%d 份；是否逾期以最近一次评估日 %s 为准", "%d submissions; late as of %s, the day of the newest evaluation", count, day.Format(time.DateOnly))
		return nil
	}
	a.say("%d 份；还没有评估过，未判断是否逾期：bellwether run evaluate", "%d submissions; late or not is judged by bellwether run evaluate, which has not run yet", count)
	return nil
}

func (f submissionFilter) parameters() map[string]string {
	return map[string]string{"agency": f.agency, "form": f.form, "state": f.state, "sha256": f.sha256, "year": strconv.Itoa(f.year)}
}

func (a *app) submissionHeadings() []sheet.Column {
	return []sheet.Column{
		{Key: "form_code", Zh: "报表", En: "Form", Flex: true, Wrap: true},
		{Key: "agency_code", Zh: "部门", En: "Agency"},
		{Key: "period_year", Zh: "年份", En: "Year", Number: true, Show: sheet.Plain},
		{Key: "due_date", Zh: "应报日期", En: "Due", Show: a.day},
		{Key: a.inLanguage("state"), Zh: "状态", En: "State", TableOnly: true},
		{Key: "received_at", Zh: "收到", En: "Received", Show: a.localDay},
		{Key: "working_days_late", Zh: "迟报", En: "Days late", Number: true},
		{Key: "completeness_percent", Zh: "完整率%", En: "Complete %", Number: true, Show: sheet.Fixed(1)},
		{Key: "rejected_count", Zh: "拒收", En: "Rejected", Number: true},
		{Key: "decided_by", Zh: "经办", En: "By", Flex: true},
	}
}

func (a *app) listTimeliness(ctx context.Context, s *site, f submissionFilter) error {
	rows, err := s.ask(ctx, "timeliness", map[string]string{"agency": f.agency, "year": strconv.Itoa(f.year)})
	if err != nil {
		return err
	}
	return a.write(rows.sheet(
		sheet.Column{Key: a.inLanguage("agency"), Zh: "部门", En: "Agency", Flex: true},
		sheet.Column{Key: "period_year", Zh: "年份", En: "Year", Number: true, Show: sheet.Plain},
		sheet.Column{Key: "owed_count", Zh: "应报", En: "Owed", Number: true},
		sheet.Column{Key: "came_count", Zh: "已报", En: "Came", Number: true},
		sheet.Column{Key: "complete_count", Zh: "完整", En: "Complete", Number: true},
		sheet.Column{Key: "on_time_percent", Zh: "及时率%", En: "In time %", Number: true, Show: sheet.Fixed(1)},
		sheet.Column{Key: "working_days_late", Zh: "平均晚（工作日）", En: "Mean days late", Number: true, Show: sheet.Fixed(1)},
		sheet.Column{Key: "completeness_percent", Zh: "完整率%", En: "Complete %", Number: true, Show: sheet.Fixed(1)},
	))
}

// submissionName is how people name a submission: by the beginning of a SHA-256,
// or by form and year.
func (a *app) submissionName(given string) (submissionFilter, error) {
	if regexp.MustCompile(`^[0-9a-f]{6,64}$`).MatchString(given) {
		return submissionFilter{sha256: given}, nil
	}
	if at := strings.LastIndexByte(given, '/'); at > 0 {
		if year, err := strconv.Atoi(given[at+1:]); err == nil && strings.Contains(given[:at], "/") {
			return submissionFilter{form: given[:at], year: year}, nil
		}
	}
	return submissionFilter{}, usagef(a.text("%q 不是报送的名称：应为 health/mch_annual/2025，或 SHA-256 的前六位以上",
		"%q names no submission: want health/mch_annual/2025, or six or more digits of a SHA-256"), given)
}

// findSubmission looks up the one expected submission that is named.
func (a *app) findSubmission(ctx context.Context, s *site, given string) (answer, error) {
	f, err := a.submissionName(given)
	if err != nil {
		return answer{}, err
	}
	rows, err := s.ask(ctx, "submissions", f.parameters())
	switch {
	case err != nil:
		return rows, err
	case len(rows.rows) == 0:
		return rows, notFoundf(a.text("台账中没有 %s", "the ledger has no %s"), given)
	case len(rows.rows) > 1:
		return rows, usagef(a.text("%s 对应 %d 份报送，请写明报表和年份", "%s stands for %d submissions; name form and year"), given, len(rows.rows))
	}
	return rows, nil
}

func (a *app) showSubmission(ctx context.Context, s *site, given string) error {
	rows, err := a.findSubmission(ctx, s, given)
	if err != nil {
		return err
	}
	if a.format() != sheet.Table {
		return a.write(rows.sheet(a.submissionHeadings()...))
	}
	facts := a.factSheet()
	for i, name := range rows.columns {
		facts.Rows = append(facts.Rows, []any{name, sheet.Text(rows.rows[0][i])})
	}
	return a.write(facts)
}

// decide records that a submission is returned or accepted.
func (a *app) decide(ctx context.Context, s *site, given, event, note, by string) error {
	rows, err := a.findSubmission(ctx, s, given)
	if err != nil {
		return err
	}
	version, _ := rows.number(0, "data_version")
	expected, _ := rows.number(0, "expected_count")
	answered, _ := rows.number(0, "answered_count")
	switch {
	case version == 0:
		return usagef(a.text("%s 尚未报送", "%s has not come yet"), given)
	case note == "" && event == "returned":
		return usagef("%s", a.text("退回须用 --note 写明原因", "to return it, say why with --note"))
	case note == "" && answered < expected:
		return usagef(a.text("还缺 %d 项；仍要认可，须用 --note 写明原因", "%d cells are missing; to accept it all the same, say why with --note"), int(expected-answered))
	}
	year, _ := rows.number(0, "period_year")
	if err := s.warehouse.AppendSubmissionEvent(ctx, warehouse.SubmissionEvent{
		FormCode: rows.text(0, "form_code"), AgencyCode: rows.text(0, "agency_code"), PeriodYear: uint16(year),
		Event: event, DataVersion: uint64(version), Note: note, RecordedBy: by, RecordedAt: time.Now(),
	}); err != nil {
		return err
	}
	a.say("%s：%s", "%s: %s", fmt.Sprintf("%s/%d", rows.text(0, "form_code"), int(year)),
		a.text(map[string]string{"returned": "已退回", "accepted": "已认可"}[event], event))
	return nil
}
