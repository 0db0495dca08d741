package main

import (
	"context"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"bellwether/cmd/bellwether/sheet"
)

// monitorFilter says which rows of the monitoring table are asked for. Empty
// fields and a year of 0, the newest, leave nothing out.
type monitorFilter struct {
	plan, area, domain, verdict string
	year                        int
	summaryOnly                 bool
}

func newMonitorCommand(a *app) *cobra.Command {
	var f monitorFilter
	command := &cobra.Command{
		Use:   "monitor",
		Short: "年度监测表 The yearly monitoring table",
		Example: `  bellwether monitor --plan women --verdict off_track
  bellwether monitor --domain C-5 --year 2024 -o csv`,
		Args: cobra.NoArgs,
		RunE: a.atSite(func(ctx context.Context, s *site) error { return a.monitor(ctx, s, f) }),
	}
	flags := command.Flags()
	flags.StringVar(&f.plan, "plan", "", "women or children")
	flags.StringVar(&f.area, "area", "", "area code; the area of the plans when not given")
	flags.StringVar(&f.domain, "domain", "", "domain such as W-1")
	flags.StringVar(&f.verdict, "verdict", "", "verdict such as off_track")
	flags.IntVar(&f.year, "year", 0, "statistical year; the newest when not given")
	flags.BoolVar(&f.summaryOnly, "summary", false, "only the counts and shares of each plan")
	return command
}

func (a *app) monitor(ctx context.Context, s *site, f monitorFilter) error {
	if f.summaryOnly {
		return a.planSummary(ctx, s, f.plan, f.year)
	}
	given := map[string]string{"plan": f.plan, "area": f.area, "domain": f.domain, "verdict": f.verdict}
	if err := a.checkChoices(ctx, s, given); err != nil {
		return err
	}
	if a.format() == sheet.Table {
		if err := a.planSummary(ctx, s, f.plan, f.year); err != nil {
			return err
		}
		fmt.Fprintln(a.out)
	}
	rows, err := s.ask(ctx, "monitor", map[string]string{
		"plan": f.plan, "area": f.area, "domain": f.domain, "verdict": f.verdict, "year": strconv.Itoa(f.year),
	})
	if err != nil {
		return err
	}
	if err := a.write(rows.sheet(a.monitorHeadings()...)); err != nil {
		return err
	}
	if len(rows.rows) == 0 {
		return notFoundf("%s", a.text("没有符合条件的监测目标", "no target matches"))
	}
	a.say("%d 个目标", "%d targets", len(rows.rows))
	return nil
}

func (a *app) monitorHeadings() []sheet.Column {
	return []sheet.Column{
		{Key: "target_code", Zh: "编号", En: "Code"},
		{Key: a.inLanguage("name"), Zh: "目标", En: "Target", Flex: true, Wrap: true},
		{Key: "period_year", Zh: "年份", En: "Year", Number: true, Show: sheet.Plain},
		{Key: "value", Zh: "数值", En: "Value", Number: true, Show: sheet.Rounded(4)},
		{Key: "target_number", Zh: "应达", En: "Wanted", Number: true, Show: sheet.Rounded(4)},
		{Key: a.inLanguage("unit"), Zh: "单位", En: "Unit", TableOnly: true},
		{Key: a.inLanguage("verdict"), Zh: "结论", En: "Verdict", TableOnly: true},
		{Key: a.inLanguage("certainty"), Zh: "确定性", En: "Certainty", TableOnly: true, Flex: true, Wrap: true},
		{Key: a.inLanguage("reason"), Zh: "说明", En: "Why", Flex: true, Wrap: true},
	}
}

// planSummary prints how many targets of each plan have which verdict, and the
// share met with each of its three denominators, for one is not the other.
func (a *app) planSummary(ctx context.Context, s *site, plan string, year int) error {
	rows, err := s.ask(ctx, "plan_summary", map[string]string{"plan": plan, "year": strconv.Itoa(year)})
	if err != nil {
		return err
	}
	if len(rows.rows) == 0 {
		return notFoundf("%s", a.text("该年没有监测数据", "there are no data for that year"))
	}
	if a.format() != sheet.Table {
		return a.write(rows.sheet())
	}
	verdicts, err := s.ask(ctx, "codes", map[string]string{"list": "VERDICT"})
	if err != nil {
		return err
	}
	summary := sheet.Sheet{Columns: []sheet.Column{{Zh: "结论", En: "Verdict"}}}
	for plan := range rows.rows {
		title := fmt.Sprintf("%s %s", rows.text(plan, a.inLanguage("plan_name")), rows.text(plan, "period_year"))
		summary.Columns = append(summary.Columns, sheet.Column{Zh: title, En: title, Number: true})
	}
	line := func(label string, cell func(plan int) string) {
		row := []any{label}
		for plan := range rows.rows {
			row = append(row, cell(plan))
		}
		summary.Rows = append(summary.Rows, row)
	}
	for v := range verdicts.rows {
		column := verdicts.text(v, "code") + "_count"
		line(verdicts.text(v, a.inLanguage("name")), func(plan int) string { return rows.text(plan, column) })
	}
	line(a.text("目标合计", "all targets"), func(plan int) string { return rows.text(plan, "target_count") })
	for _, share := range []struct{ zh, en, percent, met, base string }{
		{"达标率：占全部目标", "met, of all targets", "met_of_all_percent", "met_count", "target_count"},
		{"达标率：占可判定目标", "met, of those judged", "met_of_judged_percent", "met_count", "judged_count"},
		{"达标率：占定量目标", "met, of those with a number", "met_of_quantitative_percent", "met_quantitative_count", "quantitative_count"},
	} {
		line(a.text(share.zh, share.en), func(plan int) string {
			percent, ok := rows.number(plan, share.percent)
			if !ok {
				return sheet.Absent
			}
			return fmt.Sprintf("%.1f%% (%s/%s)", percent, rows.text(plan, share.met), rows.text(plan, share.base))
		})
	}
	return a.write(summary)
}
