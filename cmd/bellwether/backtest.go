package main

import (
	"context"
	"encoding/csv"
	"errors"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"bellwether/cmd/bellwether/sheet"
	"bellwether/jobs"
)

type backtestOptions struct {
	rules    []string
	from, to int
	labels   string
}

func newBacktestCommand(a *app) *cobra.Command {
	var o backtestOptions
	command := &cobra.Command{
		Use:   "backtest",
		Short: "用往年数据检验预警规则 What the rules would have said in past years",
		Long: `Asks every alert rule what it would have said at the end of each past year, with
the figures up to that year as they are known now. With --labels, a CSV file of
what should have fired, hits, misses, precision and recall are counted. Nothing
is stored: each year is judged in a scratch database, which is dropped.`,
		Example: `  bellwether backtest --from 2021 --to 2025
  bellwether backtest --rule off_track --rule volatile --labels bellwether-demo/sample/labels.csv
  bellwether backtest holdout --indicator 'who:MDG%' --falling 'who:MDG%'`,
		Args: cobra.NoArgs,
		RunE: a.atSite(func(ctx context.Context, s *site) error { return a.backtest(ctx, s, o) }),
	}
	flags := command.Flags()
	flags.StringSliceVar(&o.rules, "rule", nil, "rule, the name of an alert view without alert_; all when not given")
	flags.IntVar(&o.from, "from", 0, "first statistical year; the first year of the plans when not given")
	flags.IntVar(&o.to, "to", 0, "last statistical year; the newest when not given")
	flags.StringVar(&o.labels, "labels", "", "CSV `file` with the columns rule_code, target_code, indicator_code, area_code and period_year")
	command.AddCommand(newHoldoutCommand(a))
	return command
}

// backtestOf is the trial of the rules over some years; those of the plans with
// figures where none are given.
func (a *app) backtestOf(ctx context.Context, s *site, o backtestOptions) (jobs.Backtest, error) {
	b := jobs.Backtest{Warehouse: s.warehouse, From: o.from, To: o.to, Rules: o.rules}
	span, err := s.ask(ctx, "plan_span", nil)
	if err != nil {
		return b, err
	}
	if start, ok := span.number(0, "start_year"); ok && b.From == 0 {
		b.From = int(start)
	}
	if newest, ok := span.number(0, "newest_year"); ok && b.To == 0 {
		b.To = int(newest)
	}
	if b.To < b.From || b.From == 0 {
		return b, notFoundf("%s", a.text("这些年份没有数据", "there are no figures of these years"))
	}
	return b, nil
}

func (a *app) backtest(ctx context.Context, s *site, o backtestOptions) error {
	b, err := a.backtestOf(ctx, s, o)
	if err != nil {
		return err
	}
	if b.Labels, err = readLabels(o.labels); err != nil {
		return err
	}
	bar := a.newProgress()
	defer bar.close()
	b.Progress = func(done, total int) { bar.report("backtest", int64(done), int64(total)) }
	records, err := b.Run(ctx)
	if err != nil {
		return err
	}
	bar.close()
	for _, rule := range o.rules {
		if !slices.ContainsFunc(records, func(r jobs.RuleRecord) bool { return r.Rule == rule }) {
			return notFoundf(a.text("没有规则 %q", "there is no rule %q"), rule)
		}
	}
	return a.write(backtestSheet(b, records))
}

func backtestSheet(b jobs.Backtest, records []jobs.RuleRecord) sheet.Sheet {
	table := sheet.Sheet{Columns: []sheet.Column{{Key: "rule_code", Zh: "规则", En: "Rule"}}}
	for year := b.From; year <= b.To; year++ {
		text := strconv.Itoa(year)
		table.Columns = append(table.Columns, sheet.Column{Key: "fires_" + text, Zh: text, En: text, Number: true})
	}
	counted := len(b.Labels) > 0
	if counted {
		table.Columns = append(table.Columns,
			sheet.Column{Key: "labels", Zh: "应报", En: "Labels", Number: true},
			sheet.Column{Key: "hits", Zh: "命中", En: "Hits", Number: true},
			sheet.Column{Key: "misses", Zh: "漏报", En: "Misses", Number: true},
			sheet.Column{Key: "false_alarms", Zh: "误报", En: "False", Number: true},
			sheet.Column{Key: "precision", Zh: "查准率", En: "Precision", Number: true},
			sheet.Column{Key: "recall", Zh: "查全率", En: "Recall", Number: true})
	}
	for _, r := range records {
		row := []any{r.Rule}
		for _, n := range r.Fires {
			row = append(row, n)
		}
		if counted {
			row = append(row, r.Labels, r.Hits, r.Misses, r.FalseAlarms, known(r.Precision()), known(r.Recall()))
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}

// known is a share to three decimals, nil where there is none.
func known(share float64, ok bool) any {
	if !ok {
		return nil
	}
	return math.Round(1000*share) / 1000
}

// readLabels reads a file of labelled events; no file is no labels.
func readLabels(path string) ([]jobs.Label, error) {
	if path == "" {
		return nil, nil
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, notFoundf("%v", err)
	}
	defer file.Close()
	rows := csv.NewReader(file)
	header, err := rows.Read()
	if err != nil {
		return nil, usagef("read %s: %v", path, err)
	}
	for _, name := range []string{"rule_code", "period_year"} {
		if !slices.Contains(header, name) {
			return nil, usagef("%s: there is no column %s", path, name)
		}
	}
	var labels []jobs.Label
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return labels, nil
		}
		if err != nil {
			return nil, usagef("read %s: %v", path, err)
		}
		cell := func(name string) string {
			i := slices.Index(header, name)
			if i < 0 {
				return ""
			}
			return strings.TrimSpace(row[i])
		}
		year, err := strconv.Atoi(cell("period_year"))
		if err != nil {
			line, _ := rows.FieldPos(0)
			return nil, usagef("%s, line %d: period_year is %q", path, line, cell("period_year"))
		}
		labels = append(labels, jobs.Label{
			Rule: cell("rule_code"), Target: cell("target_code"), Indicator: cell("indicator_code"), Area: cell("area_code"), Year: year,
		})
	}
}
