package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"bellwether/cmd/bellwether/sheet"
	"bellwether/warehouse"
)

func newHoldoutCommand(a *app) *cobra.Command {
	h := warehouse.Holdout{}
	var indicators []string
	var byReason bool
	command := &cobra.Command{
		Use:   "holdout",
		Short: "在已知结局的长序列上检验结论与预测 Verdicts and forecasts on long series whose outcome is known",
		Long: `Sets targets on the series of some indicators, as a plan would have: from every
year on, so many percent better than that year. The verdict after --points years
is then held against what came --horizon years later: of the targets said to be
off track, how many were missed (precision); of those missed, how many had been
said to be (recall); how often the interval of the forecast held the later value.
The real views judge, in a scratch database, which is dropped.`,
		Example: `  bellwether backtest holdout --indicator 'who:MDG%' --falling 'who:MDG%'
  bellwether backtest holdout --indicator 'worldbank:%' --points 6 --horizon 1`,
		Args: cobra.NoArgs,
		RunE: a.atSite(func(ctx context.Context, s *site) error { return a.holdout(ctx, s, h, indicators, byReason) }),
	}
	flags := command.Flags()
	flags.StringSliceVar(&indicators, "indicator", nil, "indicators, as patterns with % for anything")
	flags.StringSliceVar(&h.Falling, "falling", nil, "those of them that get better by falling, as patterns")
	flags.StringSliceVar(&h.Percent, "percent", nil, "those of them that are percentages, where their publisher does not say so")
	flags.IntVar(&h.Points, "points", 6, "years from the baseline to the judgement, both counted")
	flags.IntVar(&h.Horizon, "horizon", 5, "years from the judgement to the deadline")
	flags.Float64SliceVar(&h.Improvements, "improvement", []float64{5, 10, 20, 30}, "targets, in percent better than the baseline")
	flags.BoolVar(&byReason, "by-reason", false, "count by the reason of the verdict instead of by indicator")
	return command
}

func (a *app) holdout(ctx context.Context, s *site, h warehouse.Holdout, indicators []string, byReason bool) (err error) {
	if len(indicators) == 0 || h.Points < 2 || h.Horizon < 1 || len(h.Improvements) == 0 {
		return usagef("%s", a.text("请用 --indicator 指明指标；--points 至少为2，--horizon 至少为1",
			"name indicators with --indicator; --points is at least 2, --horizon at least 1"))
	}
	scratch, drop, err := s.warehouse.Scratch(ctx, warehouse.Extent{Indicators: indicators})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, drop(context.WithoutCancel(ctx))) }()
	if err := scratch.SetHoldoutTargets(ctx, h); err != nil {
		return err
	}
	outcomes, err := scratch.HoldoutOutcomes(ctx, h, byReason)
	if err != nil {
		return err
	}
	if len(outcomes) == 0 || outcomes[0].Judged+outcomes[0].Forecasts == 0 {
		return notFoundf(a.text("没有长度为%d年的序列", "no series is %d years long"), h.Points+h.Horizon)
	}
	if err := a.write(a.holdoutSheet(outcomes)); err != nil || a.format() != sheet.Table {
		return err
	}
	fmt.Fprintln(a.out)
	a.say("红：预计完成困难；黄：有风险或预计完成困难。查准率是被判者中最终未达标的份额，查全率是最终未达标者中被判到的份额。",
		"Red is off_track, yellow at_risk or off_track. Precision: missed among those called; recall: called among those missed.")
	return nil
}

func (a *app) holdoutSheet(outcomes []warehouse.HoldoutOutcome) sheet.Sheet {
	table := sheet.Sheet{Columns: []sheet.Column{
		{Key: "group_code", Zh: "组", En: "Group", Flex: true},
		{Key: "judged", Zh: "判定", En: "Judged", Number: true},
		{Key: "missed", Zh: "未达标", En: "Missed", Number: true},
		{Key: "red_precision", Zh: "红查准", En: "Red prec.", Number: true},
		{Key: "red_recall", Zh: "红查全", En: "Red rec.", Number: true},
		{Key: "warned_precision", Zh: "黄查准", En: "Yel. prec.", Number: true},
		{Key: "warned_recall", Zh: "黄查全", En: "Yel. rec.", Number: true},
		{Key: "forecasts", Zh: "预测", En: "Forecasts", Number: true},
		{Key: "coverage", Zh: "区间覆盖", En: "Coverage", Number: true},
		{Key: "median_error", Zh: "误差中位数", En: "Med. error", Number: true},
	}}
	share := func(part, whole uint64) any { return known(float64(part)/float64(max(whole, 1)), whole > 0) }
	for _, o := range outcomes {
		name := o.Group
		if name == "" {
			name = a.text("全部", "all")
		}
		table.Rows = append(table.Rows, []any{
			name, o.Judged, o.Missed, share(o.RedMissed, o.Red), share(o.RedMissed, o.Missed),
			share(o.WarnedMissed, o.Warned), share(o.WarnedMissed, o.Missed), o.Forecasts, share(o.Covered, o.Forecasts), known(o.MedianError, o.Forecasts > 0),
		})
	}
	return table
}
