package main

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/spf13/cobra"

	"bellwether/cmd/bellwether/sheet"
	"bellwether/warehouse"
)

func newExplainCommand(a *app) *cobra.Command {
	var area string
	var year int
	command := &cobra.Command{
		Use:   "explain TARGET",
		Short: "一个结论的来龙去脉，逐步可复算 One verdict step by step, each number to be recomputed",
		Long: `Shows what a verdict rests on: the sentence of the plan and how it was read,
every figure with its file and cell, the formulas with their numbers, the
forecast or the reason why there is none, the thresholds that were asked with
their validity, and what follows. TARGET is a code such as W-1-G03-g or a name.`,
		Example: `  bellwether explain W-1-G03-g
  bellwether explain 剖宫产率 --year 2024 --lang en
  bellwether explain C-1-G05-a --area 450302001 -o json`,
		Args: cobra.ExactArgs(1),
	}
	command.Flags().StringVar(&area, "area", "", "area code or name; the area of the plans when not given")
	command.Flags().IntVar(&year, "year", 0, "statistical year; the newest when not given")
	command.RunE = func(c *cobra.Command, args []string) error {
		return a.atSite(func(ctx context.Context, s *site) error { return a.explainTarget(ctx, s, args[0], area, year) })(c, args)
	}
	return command
}

// explanation is all that is known about one verdict.
type explanation struct {
	facts, points, thresholds answer
	formulas                  []formula
}

func (a *app) explainTarget(ctx context.Context, s *site, target, area string, year int) error {
	scope, err := a.findTarget(ctx, s, target, area, year)
	if err != nil {
		return err
	}
	e, err := s.explanationOf(ctx, scope)
	if err != nil {
		return err
	}
	if len(e.facts.rows) == 0 {
		return a.noSuchYear(scope)
	}
	nothing := a.nothingToExplain(e.facts)
	if a.format() != sheet.Table {
		if err := a.writeExplanation(e); err != nil {
			return err
		}
		return nothing
	}
	page := explanationPage{app: a, explanation: e}
	if nothing != nil {
		page.head()
		page.words()
		return nothing
	}
	return page.write()
}

// explanationOf asks the three questions about a verdict. The addresses of
// figures are those of payloads, which the analyst may not read.
func (s *site) explanationOf(ctx context.Context, scope targetScope) (explanation, error) {
	var e explanation
	var err error
	if e.facts, err = s.ask(ctx, "explain", scope.parameters()); err != nil || len(e.facts.rows) == 0 {
		return e, err
	}
	if e.points, err = s.askAs(ctx, warehouse.Writer, "explain_points", scope.parameters()); err != nil {
		return e, err
	}
	if e.thresholds, err = s.ask(ctx, "explain_thresholds", scope.parameters()); err != nil {
		return e, err
	}
	e.formulas = formulas(e.facts)
	return e, nil
}

// writeExplanation writes one row: the columns of the verdict, then formulas,
// points and thresholds as JSON within it.
func (a *app) writeExplanation(e explanation) error {
	for _, column := range []string{"failed_years", "fitted_years", "fitted_values", "pooled_years"} {
		e.facts.parseJSON(column)
	}
	row := e.facts.sheet()
	for _, part := range []struct {
		key   string
		value any
	}{{"formulas", e.formulas}, {"points", e.points.objects()}, {"thresholds", e.thresholds.objects()}} {
		var text bytes.Buffer
		encoder := json.NewEncoder(&text)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(part.value); err != nil {
			return err
		}
		row.Columns = append(row.Columns, sheet.Column{Key: part.key})
		row.Rows[0] = append(row.Rows[0], json.RawMessage(bytes.TrimSpace(text.Bytes())))
	}
	return a.write(row)
}
