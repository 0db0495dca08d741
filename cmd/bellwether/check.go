package main

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"bellwether/cmd/bellwether/sheet"
	"bellwether/etl/catalog"
	"bellwether/sql"
)

func newCheckCommand(a *app) *cobra.Command {
	var withData bool
	command := &cobra.Command{
		Use:   "check",
		Short: "不连服务器检查目录、表单、视图次序和配置 Prove catalog, forms, views and configuration offline",
		Long: `Proves catalog, forms, views and configuration without a server. With
--with-data the rules of early warning are also tried on the years of the plans,
as backtest does: a rule that would have fired more often in some year than the
budget_count of rules.csv is a finding, for nobody reads an alarm that always
rings. That takes a scratch database for each year.`,
		Args: cobra.NoArgs,
	}
	command.Flags().BoolVar(&withData, "with-data", false, "try the rules on past years and hold them against their budgets")
	command.RunE = func(c *cobra.Command, args []string) error {
		if !withData {
			return a.check(nil)
		}
		return a.atSite(func(ctx context.Context, s *site) error {
			findings, err := a.checkBudgets(ctx, s)
			if err != nil {
				return err
			}
			return a.check(findings)
		})(c, args)
	}
	return command
}

// ruleCodes names the rules that there are views for.
func ruleCodes(views []sql.Object) []string {
	var codes []string
	for _, v := range views {
		if v.Layer == sql.AlertsLayer {
			codes = append(codes, strings.TrimPrefix(v.Name, "alert_"))
		}
	}
	return codes
}

// check proves what can be proved without a server, and lists what was found
// with one as well. The configuration was proved before any command began.
func (a *app) check(more []catalog.Finding) error {
	m, err := a.loadMaterial()
	if err != nil {
		return err
	}
	views, err := sql.Views()
	if err != nil {
		return err
	}
	_, err = a.sources(m)
	if err := errors.Join(err, a.unknownCodes(m)); err != nil {
		return err
	}
	findings := slices.Concat(m.catalog.Check(), m.catalog.CheckRules(ruleCodes(views)), m.catalog.CheckForms(m.duties()), more)
	answer := sheet.Sheet{Columns: []sheet.Column{
		{Key: "file", Zh: "文件", En: "File"},
		{Key: "line", Zh: "行", En: "Line", Number: true, Show: sheet.Plain},
		{Key: "rule", Zh: "规则", En: "Rule"},
		{Key: "code", Zh: "代码", En: "Code"},
		{Key: "message_zh", Flex: true, Wrap: true},
		{Key: "message_en", Flex: true, Wrap: true},
	}}
	shown := &answer.Columns[4]
	if a.config.Language == "en" {
		shown = &answer.Columns[5]
	}
	shown.Zh, shown.En = "问题", "Finding"
	for _, f := range findings {
		answer.Rows = append(answer.Rows, []any{f.File, f.Line, f.Rule, f.Code, f.Zh, f.En})
	}
	if len(findings) > 0 || a.format() != sheet.Table {
		if err := a.write(answer); err != nil {
			return err
		}
	}
	a.say("%d 个目标，%d 个指标，%d 张表单，%d 个视图；%d 个目标没有表单；%d 个问题",
		"%d targets, %d indicators, %d forms, %d views; %d targets without a form; %d findings",
		len(m.catalog.Targets), len(m.catalog.Indicators), len(m.forms.All()), len(views),
		countRule(findings, catalog.RuleTargetWithoutForm), len(findings))
	if len(findings) > 0 {
		return withFindings()
	}
	return nil
}

func countRule(findings []catalog.Finding, rule string) int {
	n := 0
	for _, f := range findings {
		if f.Rule == rule {
			n++
		}
	}
	return n
}
