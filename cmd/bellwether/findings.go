package main

import (
	"context"
	"fmt"
	"os/user"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"bellwether/cmd/bellwether/sheet"
	"bellwether/warehouse"
)

type findingFilter struct {
	agency, form, rule, state, id string
	year                          int
	version                       uint64   // of the load that a slip is for; 0 is every load
	years                         []uint16 // that it holds figures for
	all                           bool
}

func (f findingFilter) parameters() map[string]string {
	return map[string]string{
		"agency": f.agency, "form": f.form, "rule": f.rule, "state": f.state, "finding": f.id,
		"year": strconv.Itoa(f.year), "version": strconv.FormatUint(f.version, 10), "years": yearList(f.years), "all": truth(f.all),
	}
}

// yearList writes years as a query takes an array.
func yearList(years []uint16) string { return strings.ReplaceAll(fmt.Sprint(years), " ", ",") }

// truth is a switch as a query takes it.
func truth(set bool) string {
	if set {
		return "1"
	}
	return "0"
}

func newFindingsCommand(a *app) *cobra.Command {
	var f findingFilter
	list := a.atSite(func(ctx context.Context, s *site) error { return a.listFindings(ctx, s, f) })
	command := &cobra.Command{
		Use:   "findings",
		Short: "核实意见：待更正和待说明的数 What validation found, and the answers to it",
		Long: "Lists what validation found and nobody has answered: one finding for each cause.\n" +
			"A hard finding is closed by a new submission of the agency, a soft one by its\nexplanation or by a revised figure.",
		Example: "  bellwether findings --agency health\n  bellwether findings explain 3f2a9c41 --text 机构合并 --by 王芳",
		Args:    cobra.NoArgs,
		RunE:    list,
	}
	listing := &cobra.Command{Use: "list", Short: "列出 List the findings", Args: cobra.NoArgs, RunE: list}
	for _, c := range []*cobra.Command{command, listing} {
		flags := c.Flags()
		flags.StringVar(&f.agency, "agency", "", "agency that answers")
		flags.StringVar(&f.form, "form", "", "form of the figure")
		flags.StringVar(&f.rule, "rule", "", "rule by its number or code, such as 11 or jump")
		flags.StringVar(&f.state, "state", "", "standing, open, overdue or explained")
		flags.IntVar(&f.year, "year", 0, "statistical year; all years when not given")
		flags.BoolVar(&f.all, "all", false, "also those that are explained, or too old to be asked about")
	}
	command.AddCommand(listing, newFindingShowCommand(a), newFindingExplainCommand(a), newFindingAnswerCommand(a), newFindingChecksCommand(a))
	return command
}

func newFindingShowCommand(a *app) *cobra.Command {
	command := &cobra.Command{Use: "show FINDING", Short: "一条核实意见及其证据 One finding with its evidence", Args: cobra.ExactArgs(1)}
	command.RunE = func(c *cobra.Command, args []string) error {
		return a.atSite(func(ctx context.Context, s *site) error { return a.showFinding(ctx, s, args[0]) })(c, args)
	}
	return command
}

func newFindingExplainCommand(a *app) *cobra.Command {
	var text, by string
	var withdraw bool
	command := &cobra.Command{
		Use:   "explain FINDING",
		Short: "记录部门的说明 Record the explanation of the agency",
		Long:  "Records who explained a finding and how. Nothing is ever changed: another\nexplanation is recorded beside it, and the newest counts.",
		Args:  cobra.ExactArgs(1),
	}
	flags := command.Flags()
	flags.StringVar(&text, "text", "", "the explanation, in the words of the agency")
	flags.StringVar(&by, "by", "", "who gave it; you when not given")
	flags.BoolVar(&withdraw, "withdraw", false, "take the explanation back")
	command.RunE = func(c *cobra.Command, args []string) error {
		if (text == "") != withdraw {
			return usagef("%s", a.text("--text 和 --withdraw 给且只给一个", "give either --text or --withdraw"))
		}
		return a.atSite(func(ctx context.Context, s *site) error {
			return a.explainFinding(ctx, s, args[0], text, by)
		})(c, args)
	}
	return command
}

func newFindingChecksCommand(a *app) *cobra.Command {
	var year int
	command := &cobra.Command{
		Use:   "checks",
		Short: "各条规则核对了多少、未核对多少 How often each rule passed, failed and was not run",
		Args:  cobra.NoArgs,
		RunE:  a.atSite(func(ctx context.Context, s *site) error { return a.checkSummary(ctx, s, year) }),
	}
	command.Flags().IntVar(&year, "year", 0, "statistical year; all years when not given")
	return command
}

func (a *app) listFindings(ctx context.Context, s *site, f findingFilter) error {
	if err := a.checkChoices(ctx, s, map[string]string{"agency": f.agency}); err != nil {
		return err
	}
	f.all = f.all || f.state == "explained"
	rows, err := s.ask(ctx, "findings", f.parameters())
	if err != nil {
		return err
	}
	rows.parseJSON("evidence")
	if err := a.write(rows.sheet(a.findingHeadings()...)); err != nil {
		return err
	}
	a.say("%d 项；bellwether findings show 编号 查看证据，findings explain 编号 记录说明",
		"%d findings; bellwether findings show FINDING gives the evidence, findings explain FINDING records an answer", len(rows.rows))
	return nil
}

func (a *app) findingHeadings() []sheet.Column {
	return []sheet.Column{
		{Key: "finding", Zh: "编号", En: "Finding", TableOnly: true},
		{Key: "rule_number", Zh: "规则", En: "Rule", Number: true},
		{Key: a.inLanguage("class"), Zh: "级别", En: "Class", TableOnly: true},
		{Key: a.inLanguage("state"), Zh: "状态", En: "State", TableOnly: true},
		{Key: "source_code", Zh: "部门", En: "Agency"},
		{Key: "period_year", Zh: "年份", En: "Year", Number: true, Show: sheet.Plain},
		{Key: "cell", Zh: "单元格", En: "Cell", Flex: true},
		{Key: a.inLanguage("message"), Zh: "问题", En: "What is wrong", Flex: true, Wrap: true},
		{Key: "answer_date", Zh: "说明期限", En: "Answer by", Show: a.day},
	}
}

// day shows a date, which has no time zone.
func (a *app) day(value any) string {
	if date, ok := value.(time.Time); ok {
		return date.Format(time.DateOnly)
	}
	return sheet.Absent
}

// findFinding looks one finding up by the beginning of its identity.
func (a *app) findFinding(ctx context.Context, s *site, id string) (answer, error) {
	rows, err := s.ask(ctx, "findings", findingFilter{id: id, all: true}.parameters())
	if err != nil {
		return rows, err
	}
	switch len(rows.rows) {
	case 1:
		return rows, nil
	case 0:
		return rows, notFoundf(a.text("没有核实意见 %s：数已更正的，意见随之消失", "there is no finding %s; that of a figure which was revised is gone with it"), id)
	default:
		return rows, usagef(a.text("%s 开头的核实意见有 %d 条，请多写几位", "%s is the beginning of %d findings; write more of it"), id, len(rows.rows))
	}
}

func (a *app) showFinding(ctx context.Context, s *site, id string) error {
	rows, err := a.findFinding(ctx, s, id)
	if err != nil {
		return err
	}
	if a.format() != sheet.Table {
		rows.parseJSON("evidence")
		return a.write(rows.sheet(a.findingHeadings()...))
	}
	facts := a.factSheet()
	for i, name := range rows.columns {
		if name != "evidence" && name != "finding" {
			facts.Rows = append(facts.Rows, []any{name, sheet.Text(rows.rows[0][i])})
		}
	}
	if err := a.write(facts); err != nil {
		return err
	}
	return a.sayEvidence(rows)
}

// explainFinding records an answer; an empty text takes the one that is there
// back.
func (a *app) explainFinding(ctx context.Context, s *site, id, text, by string) error {
	rows, err := a.findFinding(ctx, s, id)
	if err != nil {
		return err
	}
	if rows.text(0, "answer") != "explain" {
		return usagef("%s", a.text("这一条不能以说明代替更正，须由部门重新报送", "words do not close this one: the agency has to submit a correction"))
	}
	if err := s.warehouse.AppendExplanations(ctx, []warehouse.Explanation{explanationOf(rows, 0, text, person(by), "")}); err != nil {
		return err
	}
	a.say("已记录 %s 的说明", "the answer to %s is recorded", rows.text(0, "finding"))
	return nil
}

// explanationOf is an answer to a row of the findings query.
func explanationOf(rows answer, row int, text, by, payload string) warehouse.Explanation {
	year, _ := rows.number(row, "period_year")
	version, _ := rows.number(row, "rule_version")
	e := warehouse.Explanation{
		FindingID: rows.text(row, "finding_id"), CheckCode: rows.text(row, "check_code"), RuleVersion: uint16(version),
		IndicatorCode: rows.text(row, "indicator_code"), AreaCode: rows.text(row, "area_code"), PeriodYear: uint16(year),
		MessageZh: rows.text(row, "message_zh"), MessageEn: rows.text(row, "message_en"),
		Explanation: text, ExplainedBy: by, PayloadSHA256: payload, RecordedAt: time.Now(),
	}
	if text == "" {
		e.IsWithdrawn = 1
	}
	return e
}

// person is who is named, or the one at the terminal.
func person(named string) string {
	if named != "" {
		return named
	}
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return ""
}

func (a *app) checkSummary(ctx context.Context, s *site, year int) error {
	rows, err := s.ask(ctx, "check_summary", map[string]string{"year": strconv.Itoa(year)})
	if err != nil {
		return err
	}
	if err := a.write(rows.sheet(
		sheet.Column{Key: "rule_number", Zh: "规则", En: "Rule", Number: true},
		sheet.Column{Key: a.inLanguage("name"), Zh: "名称", En: "Name"},
		sheet.Column{Key: a.inLanguage("class"), Zh: "级别", En: "Class", TableOnly: true},
		sheet.Column{Key: "passed_count", Zh: "通过", En: "Passed", Number: true},
		sheet.Column{Key: "failed_count", Zh: "未通过", En: "Failed", Number: true},
		sheet.Column{Key: "not_run_count", Zh: "未核对", En: "Not run", Number: true},
		sheet.Column{Key: "not_run_reasons", Zh: "未核对的原因", En: "What was missing", Flex: true, Wrap: true},
	)); err != nil {
		return err
	}
	a.say("缺少所需数据的规则不核对，也不算通过", "a rule whose input is missing is not run, and has not passed")
	return nil
}
