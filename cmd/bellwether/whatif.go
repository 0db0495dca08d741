package main

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"bellwether/cmd/bellwether/sheet"
	"bellwether/jobs"
)

func newWhatIfCommand(a *app) *cobra.Command {
	var area string
	var set []string
	command := &cobra.Command{
		Use:   "whatif TARGET --set YEAR=VALUE",
		Short: "假设某年达到某值，结论会怎样；什么也不保存 What a target would be with other figures; stores nothing",
		Long: `Judges a target as it stands and as it would if its indicator had the given
values, for each year from the first that is set, with the alerts. Years that
nobody has reported yet may be set. Values are in the unit of the indicator;
of a target that is held against another series, its own series is set, and of
a floor of every street, the street that --area names. Nothing is stored: the
figures go into a scratch database, which is dropped.`,
		Example: `  bellwether whatif W-1-G03-a --set 2026=98 --set 2027=99
  bellwether whatif C-1-G05-a --area 450302003 --set 2026=89.5`,
		Args: cobra.ExactArgs(1),
	}
	command.Flags().StringVar(&area, "area", "", "area code or name; the area of the plans when not given")
	command.Flags().StringArrayVar(&set, "set", nil, "a statistical year and its assumed `value`, such as 2026=91.5; may be repeated")
	command.RunE = func(c *cobra.Command, args []string) error {
		values, err := yearValues(set)
		if err != nil {
			return err
		}
		return a.atSite(func(ctx context.Context, s *site) error { return a.whatIf(ctx, s, args[0], area, values) })(c, args)
	}
	return command
}

// yearValues reads 2026=91.5 and its like.
func yearValues(set []string) (map[int]float64, error) {
	if len(set) == 0 {
		return nil, usagef("--set: give at least one year, such as --set 2026=91.5")
	}
	values := map[int]float64{}
	for _, text := range set {
		name, number, _ := strings.Cut(text, "=")
		year, yearErr := strconv.Atoi(strings.TrimSpace(name))
		value, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
		if yearErr != nil || err != nil || math.IsNaN(value) || math.IsInf(value, 0) {
			return nil, usagef("--set: want YEAR=VALUE such as 2026=91.5, got %q", text)
		}
		if _, ok := values[year]; ok {
			return nil, usagef("--set: %d is set twice", year)
		}
		values[year] = value
	}
	return values, nil
}

func (a *app) whatIf(ctx context.Context, s *site, target, area string, values map[int]float64) error {
	scope, err := a.findTarget(ctx, s, target, area, 0)
	if err != nil {
		return err
	}
	reading, err := s.ask(ctx, "target_reading", map[string]string{"target": scope.target})
	if err != nil {
		return err
	}
	if err := a.checkAssumed(scope, reading, values); err != nil {
		return err
	}
	question := jobs.WhatIf{Warehouse: s.warehouse, Target: scope.target, Area: scope.area, Set: values}
	if reading.text(0, "kind") == "per_area_floor" && scope.areaFact(scope.area, "area_level") == "street" {
		question.Above = scope.areaFact(scope.area, "parent_code")
	}
	bar := a.newProgress()
	defer bar.close()
	question.Progress = func(done, total int) { bar.report("whatif", int64(done), int64(total)) }
	answers, err := question.Run(ctx)
	if err != nil {
		return err
	}
	bar.close()
	return a.showWhatIf(ctx, s, scope, reading, values, answers)
}

// checkAssumed refuses what no return could hold, and what would not touch the
// target.
func (a *app) checkAssumed(scope targetScope, reading answer, values map[int]float64) error {
	first, _ := reading.number(0, "baseline_year")
	last, _ := reading.number(0, "deadline_year")
	lowest, isLow := reading.number(0, "valid_min")
	highest, isHigh := reading.number(0, "valid_max")
	isStreet := scope.areaFact(scope.area, "area_level") == "street"
	switch {
	case isStreet && reading.text(0, "requires_area") == "0":
		return notFoundf(a.text("该指标不按街道收集：%s；不加 --area 查看全区", "not collected by street: %s; leave --area out for the district"), reading.text(0, a.inLanguage("indicator")))
	case !isStreet && reading.text(0, "kind") == "per_area_floor" && reading.text(0, "area_level") == "street":
		return usagef("--area: %s", a.text("这是每个街道都要达到的底线，请指明假设的是哪个街道", "this is a floor of every street; say whose figure is assumed"))
	}
	for year, value := range values {
		if year < int(first) || year > int(last) {
			return usagef(a.text("--set：目标判定 %v 至 %v 年，没有 %d 年", "--set: the target is judged from %v to %v, not in %d"), first, last, year)
		}
		if (isLow && value < lowest) || (isHigh && value > highest) {
			return usagef(a.text("--set：%d=%v 不在该指标的可信范围 %v 至 %v 内", "--set: %d=%v is not within the credible range of the indicator, %v to %v"),
				year, value, reading.text(0, "valid_min"), reading.text(0, "valid_max"))
		}
	}
	return nil
}

func (a *app) showWhatIf(ctx context.Context, s *site, scope targetScope, reading answer, values map[int]float64, answers []jobs.Comparison) error {
	names := map[string]string{}
	for _, list := range []string{"VERDICT", "CERTAINTY"} {
		codes, err := s.ask(ctx, "codes", map[string]string{"list": list})
		if err != nil {
			return err
		}
		for r := range codes.rows {
			names[codes.text(r, "code")] = codes.text(r, a.inLanguage("name"))
		}
	}
	a.say("%s  %s\n", "%s  %s\n", scope.target, reading.text(0, a.inLanguage("name")))
	table := a.whatIfSheet(names, values, answers)
	if err := a.write(table); err != nil {
		return err
	}
	a.sayReasons(table)
	a.say("\n%s", "\n%s", strings.Join(a.whatIfRemarks(reading), "\n"))
	return nil
}

// sayReasons says below the table, which has no room for it, why each row has its
// verdict.
func (a *app) sayReasons(table sheet.Sheet) {
	column := func(key string) int {
		return slices.IndexFunc(table.Columns, func(c sheet.Column) bool { return c.Key == key })
	}
	a.say("", "")
	for _, row := range table.Rows {
		scenario := table.Columns[column("scenario")].Show(row[column("scenario")])
		a.say("%[1]v %[2]v %[3]s：%[4]v", "%[1]v %[2]v %[3]s: %[4]v",
			row[column("area_code")], row[column("period_year")], scenario, row[column(a.inLanguage("reason"))])
	}
}

// whatIfSheet has a row for each year and scenario, the real one first. Before
// the first year that is set, only the real one.
func (a *app) whatIfSheet(names map[string]string, values map[int]float64, answers []jobs.Comparison) sheet.Sheet {
	name := func(v any) string { return names[sheet.Text(v)] }
	probability := func(v any) string { return sheet.Rounded(3)(v) }
	table := sheet.Sheet{Columns: []sheet.Column{
		{Key: "area_code", Zh: "地区", En: "Area"},
		{Key: "period_year", Zh: "年份", En: "Year", Number: true, Show: sheet.Plain},
		{Key: "scenario", Zh: "情形", En: "Scenario", Show: func(v any) string {
			return map[string]string{"real": a.text("现状", "real"), "assumed": a.text("假设", "assumed")}[sheet.Text(v)]
		}},
		{Key: "value", Zh: "数值", En: "Value", Number: true, Show: sheet.Rounded(4)},
		{Key: "verdict", Zh: "结论", En: "Verdict", Show: name},
		{Key: "certainty", Zh: "确定性", En: "Certainty", Show: name},
		{Key: "relative_progress", Zh: "L", En: "L", Number: true, Show: probability},
		{Key: "attain_probability", Zh: "P", En: "P", Number: true, Show: probability},
		{Key: "alerts", Zh: "预警", En: "Alerts"},
		{Key: "reason_zh"},
		{Key: "reason_en"},
		{Key: "verdict_reason"},
		{Key: "forecast_reason"},
		{Key: "is_set"},
	}}
	first := slices.Min(slices.Collect(maps.Keys(values)))
	for _, c := range answers {
		_, isSet := values[c.Assumed.Year]
		if c.IsReal {
			table.Rows = append(table.Rows, standingRow("real", false, c.Real))
		}
		if c.Assumed.Year >= first {
			table.Rows = append(table.Rows, standingRow("assumed", isSet, c.Assumed))
		}
	}
	return table
}

func standingRow(scenario string, isSet bool, s jobs.Standing) []any {
	optional := func(v *float64) any {
		if v == nil {
			return nil
		}
		return *v
	}
	alerts := s.Alerts
	if alerts == nil {
		alerts = []string{}
	}
	return []any{s.Area, s.Year, scenario, optional(s.Value), s.Verdict, s.Certainty, optional(s.Pace), optional(s.Probability), alerts,
		s.ReasonZh, s.ReasonEn, s.Reason, s.ForecastReason, isSet}
}

// whatIfRemarks say what was set and what is not known of it.
func (a *app) whatIfRemarks(reading answer) []string {
	remarks := []string{fmt.Sprintf(a.text("假设的是 %s（%s）的数值，单位 %s", "What is assumed are values of %s (%s), in the unit %s"),
		reading.text(0, a.inLanguage("indicator")), reading.text(0, "indicator_code"), reading.text(0, a.inLanguage("unit")))}
	if measure := reading.text(0, "reference_measure"); measure != "" {
		remarks = append(remarks, fmt.Sprintf(a.text("目标与 %s 相比（%s）：对照序列保持原样，没有对照值的年份无法判定", "The target is held against %s (%s), which is left as it is: a year without it cannot be judged"),
			reading.text(0, "reference_indicator_code"), measure))
	}
	return append(remarks,
		a.text("假设的数值没有分子分母：没有 95% 区间，例数也不知道，确定性因此列为“全数统计”", "An assumed value has no numerator and denominator: no 95 % interval, no count of events, so its certainty reads full_count"),
		a.text("其他指标保持原样；什么也没有保存", "All other figures are left as they are; nothing was stored"))
}
