package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"bellwether/cmd/bellwether/chart"
	"bellwether/cmd/bellwether/sheet"
)

type seriesFilter struct {
	indicator, by string
	breakdown     map[string]string // area, sex, age, residence, category
}

func newSeriesCommand(a *app) *cobra.Command {
	f := seriesFilter{breakdown: map[string]string{}}
	var area string
	command := &cobra.Command{
		Use:   "series INDICATOR",
		Short: "一个指标的历年数值 One indicator through time",
		Example: `  bellwether series health_maternal_mortality_per_100000
  bellwether series education_preschool_gross_enrolment_percent --by sex`,
		Args: cobra.ExactArgs(1),
	}
	command.Flags().StringVar(&area, "area", "", "area code; the area of the plans when not given")
	command.Flags().StringVar(&f.by, "by", "", "one column for each sex, age, residence, category or area")
	command.RunE = func(c *cobra.Command, args []string) error {
		f.indicator, f.breakdown["area"] = args[0], area
		return a.atSite(func(ctx context.Context, s *site) error { return a.series(ctx, s, f) })(c, args)
	}
	return command
}

func (a *app) series(ctx context.Context, s *site, f seriesFilter) (err error) {
	parts := []string{"area", "sex", "age", "residence", "category"}
	if f.by != "" && !slices.Contains(parts, f.by) {
		return usagef("--by: want %s, got %q", strings.Join(parts, ", "), f.by)
	}
	if f.indicator, err = a.findIndicator(ctx, s, f.indicator); err != nil {
		return err
	}
	if f.breakdown["area"] == "" {
		if f.breakdown["area"], err = s.planArea(ctx); err != nil {
			return err
		}
	}
	for _, part := range parts[1:] {
		f.breakdown[part] = "_T"
	}
	if f.by != "" {
		f.breakdown[f.by] = "*"
	}
	f.breakdown["indicator"] = f.indicator
	rows, err := s.ask(ctx, "series", f.breakdown)
	if err != nil {
		return err
	}
	if len(rows.rows) == 0 {
		if err := a.write(rows.sheet()); err != nil {
			return err
		}
		return a.explainNothing(ctx, s, f.indicator, f.breakdown["area"], 0)
	}
	decimals, _ := rows.number(0, "decimals")
	value := sheet.Fixed(max(2, int(decimals)))
	if a.format() == sheet.Table {
		fmt.Fprintf(a.out, "%s  %s  %s\n\n", rows.text(0, a.inLanguage("name")), f.indicator, rows.text(0, "unit_code"))
		if f.by != "" {
			return a.write(pivot(rows, f.by, value))
		}
		if line := chart.Line(points(rows), math.NaN(), min(a.width(), 100), 8); line != "" {
			fmt.Fprintln(a.out, line)
		}
	}
	return a.write(rows.sheet(seriesHeadings(value)...))
}

func seriesHeadings(value func(any) string) []sheet.Column {
	return []sheet.Column{
		{Key: "period_year", Zh: "年份", En: "Year", Number: true, Show: sheet.Plain},
		{Key: "value", Zh: "数值", En: "Value", Number: true, Show: value},
		{Key: "numerator", Zh: "分子", En: "Numerator", Number: true},
		{Key: "denominator", Zh: "分母", En: "Denominator", Number: true},
		{Key: "change_value", Zh: "比上年", En: "Change", Number: true, Show: value},
		{Key: "change_percent", Zh: "变动 %", En: "Change %", Number: true, Show: sheet.Fixed(1)},
		{Key: "obs_status", Zh: "状态", En: "Status"},
		{Key: "source_code", Zh: "来源", En: "Source"},
		{Key: "decimals", TableOnly: true},
		{Key: "data_version", Zh: "版本", En: "Version", Number: true, Show: sheet.Plain},
	}
}

// points are the years of one series that have a figure.
func points(rows answer) []chart.Point {
	var line []chart.Point
	for r := range rows.rows {
		year, _ := rows.number(r, "period_year")
		if value, ok := rows.number(r, "value"); ok {
			line = append(line, chart.Point{Year: int(year), Value: value})
		}
	}
	return line
}

// pivot sets the parts of a breakdown beside each other, one row for each year.
func pivot(rows answer, by string, show func(any) string) sheet.Sheet {
	column := map[string]string{"area": "area_code", "age": "age_group"}[by]
	if column == "" {
		column = by
	}
	values := map[int]map[string]any{}
	var years []int
	var codes []string
	for r := range rows.rows {
		number, _ := rows.number(r, "period_year")
		year, code := int(number), rows.text(r, column)
		if values[year] == nil {
			values[year] = map[string]any{}
			years = append(years, year)
		}
		if !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
		values[year][code] = rows.get(r, "value")
	}
	slices.Sort(years)
	table := sheet.Sheet{Columns: []sheet.Column{{Zh: "年份", En: "Year", Number: true, Show: sheet.Plain}}}
	for _, code := range codes {
		table.Columns = append(table.Columns, sheet.Column{Zh: code, En: code, Number: true, Show: show})
	}
	for _, year := range years {
		row := []any{year}
		for _, code := range codes {
			row = append(row, values[year][code])
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}
