package main

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"bellwether/cmd/bellwether/sheet"
	"bellwether/warehouse"
)

type traceFilter struct {
	indicator, area, sex string
	year                 int
}

func newTraceCommand(a *app) *cobra.Command {
	var f traceFilter
	command := &cobra.Command{
		Use:     "trace INDICATOR",
		Short:   "从数值追到文件、单元格和 SHA-256 From a figure to file, cell and SHA-256, every vintage",
		Example: "  bellwether trace health_maternal_mortality_per_100000 --area 450302 --year 2024",
		Args:    cobra.ExactArgs(1),
	}
	flags := command.Flags()
	flags.StringVar(&f.area, "area", "", "area code; the area of the plans when not given")
	flags.StringVar(&f.sex, "sex", "_T", "_T, F, M, or * for each")
	flags.IntVar(&f.year, "year", 0, "statistical year; all years when not given")
	command.RunE = func(c *cobra.Command, args []string) error {
		f.indicator = args[0]
		return a.atSite(func(ctx context.Context, s *site) error { return a.trace(ctx, s, f) })(c, args)
	}
	return command
}

func (a *app) trace(ctx context.Context, s *site, f traceFilter) error {
	indicator, err := a.findIndicator(ctx, s, f.indicator)
	if err != nil {
		return err
	}
	if f.area == "" {
		if f.area, err = s.planArea(ctx); err != nil {
			return err
		}
	}
	rows, err := s.askAs(ctx, warehouse.Writer, "trace", map[string]string{
		"indicator": indicator, "area": f.area, "sex": f.sex, "year": strconv.Itoa(f.year),
	})
	if err != nil {
		return err
	}
	if err := a.write(rows.sheet(
		sheet.Column{Key: "version", Zh: "版本", En: "Version", Number: true, Show: sheet.Plain},
		sheet.Column{Key: "committed_at", Zh: "生效时间", En: "Committed", Show: a.localTime},
		sheet.Column{Key: "period_year", Zh: "年份", En: "Year", Number: true, Show: sheet.Plain},
		sheet.Column{Key: "sex", Zh: "性别", En: "Sex"},
		sheet.Column{Key: "value", Zh: "数值", En: "Value", Number: true, Show: sheet.Rounded(4)},
		sheet.Column{Key: "obs_status", Zh: "状态", En: "Status"},
		sheet.Column{Key: "file_name", Zh: "文件", En: "File"},
		sheet.Column{Key: "sheet", Zh: "表", En: "Sheet", Flex: true},
		sheet.Column{Key: "cell", Zh: "单元格", En: "Cell"},
		sheet.Column{Key: "payload_sha256", Zh: "SHA-256", En: "SHA-256", Show: short(10)},
		sheet.Column{Key: "submitter", Zh: "报送人", En: "Submitter", Flex: true},
	)); err != nil {
		return err
	}
	if len(rows.rows) == 0 {
		return a.explainNothing(ctx, s, indicator, f.area, f.year)
	}
	a.say("%d 个历史版本；-o json 给出完整的 SHA-256、运行号和位置",
		"%d vintages; -o json gives the whole SHA-256, the run and the place", len(rows.rows))
	return nil
}
