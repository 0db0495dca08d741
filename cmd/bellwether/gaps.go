package main

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"bellwether/cmd/bellwether/sheet"
)

type gapFilter struct {
	area, agency, reason string
	year, limit          int
}

func newGapsCommand(a *app) *cobra.Command {
	var f gapFilter
	command := &cobra.Command{
		Use:     "gaps",
		Short:   "缺项 Figures that should be there and are not",
		Long:    "Lists the figures that should be there and are not. Without a filter it counts them\nby agency and reason.",
		Example: "  bellwether gaps --year 2025 --agency health",
		Args:    cobra.NoArgs,
		RunE:    a.atSite(func(ctx context.Context, s *site) error { return a.gaps(ctx, s, f) }),
	}
	flags := command.Flags()
	flags.IntVar(&f.year, "year", 0, "statistical year; all years when not given")
	flags.StringVar(&f.area, "area", "", "area code")
	flags.StringVar(&f.agency, "agency", "", "agency that answers for the figure")
	flags.StringVar(&f.reason, "reason", "", "reason such as late or cell_missing")
	flags.IntVar(&f.limit, "limit", 100, "rows of the table; 0 is all. JSON and CSV are never cut")
	command.AddCommand(newGapNoteCommand(a))
	return command
}

func (a *app) gaps(ctx context.Context, s *site, f gapFilter) error {
	given := map[string]string{"area": f.area, "agency": f.agency}
	if err := a.checkChoices(ctx, s, given); err != nil {
		return err
	}
	if a.format() == sheet.Table && f.area+f.agency+f.reason == "" {
		return a.gapSummary(ctx, s, f.year)
	}
	rows, err := s.ask(ctx, "gaps", map[string]string{
		"year": strconv.Itoa(f.year), "area": f.area, "agency": f.agency, "reason": f.reason,
	})
	if err != nil {
		return err
	}
	total := len(rows.rows)
	if a.format() == sheet.Table && f.limit > 0 && total > f.limit {
		rows.rows = rows.rows[:f.limit]
	}
	if err := a.write(rows.sheet(
		sheet.Column{Key: "agency_code", Zh: "部门", En: "Agency"},
		sheet.Column{Key: a.inLanguage("name"), Zh: "指标", En: "Indicator", Flex: true, Wrap: true},
		sheet.Column{Key: "area_code", Zh: "地区", En: "Area"},
		sheet.Column{Key: "period_year", Zh: "年份", En: "Year", Number: true, Show: sheet.Plain},
		sheet.Column{Key: "sex", Zh: "性别", En: "Sex"},
		sheet.Column{Key: "age_group", Zh: "年龄", En: "Age"},
		sheet.Column{Key: "residence", Zh: "城乡", En: "Residence"},
		sheet.Column{Key: a.inLanguage("reason"), Zh: "原因", En: "Reason", TableOnly: true},
		sheet.Column{Key: "form_code", Zh: "表单", En: "Form", Flex: true},
		sheet.Column{Key: "note", Zh: "登记的原因", En: "Reason given", Flex: true},
		sheet.Column{Key: "survey", Zh: "调查", En: "Survey", Flex: true},
	)); err != nil {
		return err
	}
	a.say("共 %d 项缺项，列出 %d 项", "%d gaps, %d shown", total, len(rows.rows))
	return nil
}

func (a *app) gapSummary(ctx context.Context, s *site, year int) error {
	rows, err := s.ask(ctx, "gap_summary", map[string]string{"year": strconv.Itoa(year)})
	if err != nil {
		return err
	}
	if err := a.write(rows.sheet(
		sheet.Column{Key: "agency_code", Zh: "部门代码", En: "Agency"},
		sheet.Column{Key: a.inLanguage("name"), Zh: "部门", En: "Name", Flex: true},
		sheet.Column{Key: a.inLanguage("reason"), Zh: "原因", En: "Reason"},
		sheet.Column{Key: "indicator_count", Zh: "指标数", En: "Indicators", Number: true},
		sheet.Column{Key: "first_year", Zh: "自", En: "From", Number: true, Show: sheet.Plain},
		sheet.Column{Key: "last_year", Zh: "至", En: "To", Number: true, Show: sheet.Plain},
		sheet.Column{Key: "gap_count", Zh: "缺项数", En: "Gaps", Number: true},
	)); err != nil {
		return err
	}
	a.say("用 --agency、--area 或 --reason 列出明细", "--agency, --area or --reason list them one by one")
	return nil
}
