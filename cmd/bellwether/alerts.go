package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"bellwether/cmd/bellwether/sheet"
	"bellwether/jobs"
)

func newAlertsCommand(a *app) *cobra.Command {
	var rule string
	var all bool
	list := func(ctx context.Context, s *site) error { return a.listAlerts(ctx, s, rule, all) }
	command := &cobra.Command{
		Use:   "alerts",
		Short: "预警台账 The ledger of alerts",
		Args:  cobra.NoArgs,
		RunE:  a.atSite(list),
	}
	listing := &cobra.Command{
		Use:   "list",
		Short: "列出未解除的预警 List the open alerts",
		Args:  cobra.NoArgs,
		RunE:  a.atSite(list),
	}
	for _, c := range []*cobra.Command{command, listing} {
		c.Flags().StringVar(&rule, "rule", "", "only this rule, such as off_track")
		c.Flags().BoolVar(&all, "all", false, "muted, closed and resolved ones too")
	}
	show := &cobra.Command{
		Use:   "show ALERT",
		Short: "一条预警及其证据 One alert with its evidence",
		Args:  cobra.ExactArgs(1),
	}
	show.RunE = func(c *cobra.Command, args []string) error {
		return a.atSite(func(ctx context.Context, s *site) error { return a.showAlert(ctx, s, args[0]) })(c, args)
	}
	command.AddCommand(listing, show)
	command.AddCommand(newStepCommands(a)...)
	command.AddCommand(newSilenceCommand(a), newSilencesCommand(a))
	return command
}

func (a *app) listAlerts(ctx context.Context, s *site, rule string, all bool) error {
	state := "open"
	if all {
		state = ""
	}
	rows, err := s.ask(ctx, "alerts", map[string]string{"state": state, "rule": rule, "alert": ""})
	if err != nil {
		return err
	}
	closed := 0
	if !all {
		rows.keep(func(row int) bool {
			if rows.text(row, "stage") != jobs.StepClosed {
				return true
			}
			closed++
			return false
		})
	}
	rows.parseJSON("evidence")
	if err := a.write(rows.sheet(a.alertHeadings(all)...)); err != nil {
		return err
	}
	a.say("%d 条预警；bellwether alerts show 预警号 查看证据",
		"%d alerts; bellwether alerts show ALERT gives the evidence", len(rows.rows))
	if all {
		return nil
	}
	if closed > 0 {
		a.say("另有 %d 条已办结；--all 列出", "%d more are closed; --all lists them", closed)
	}
	muted, err := s.ask(ctx, "alerts", map[string]string{"state": "muted", "rule": rule, "alert": ""})
	if err == nil && len(muted.rows) > 0 {
		a.say("另有 %d 条由别的预警引起，暂不提示；--all 列出",
			"%d more follow from another alert and are muted; --all lists them", len(muted.rows))
	}
	return err
}

func (a *app) alertHeadings(withState bool) []sheet.Column {
	headings := []sheet.Column{
		{Key: "alert", Zh: "预警号", En: "Alert", TableOnly: true},
		{Key: a.inLanguage("severity"), Zh: "等级", En: "Severity", TableOnly: true},
		{Key: "rule_code", Zh: "规则", En: "Rule"},
		{Key: "area_code", Zh: "地区", En: "Area"},
		{Key: "period_year", Zh: "年份", En: "Year", Number: true, Show: sheet.Plain},
		{Key: a.inLanguage("message"), Zh: "内容", En: "Message", Flex: true, Wrap: true},
		{Key: "opened_at", Zh: "发现时间", En: "Opened", Show: a.localDay},
		{Key: a.inLanguage("stage"), Zh: "办理", En: "Stage", TableOnly: true},
	}
	if withState {
		headings = append(headings, sheet.Column{Key: "state", Zh: "状态", En: "State"},
			sheet.Column{Key: "muted_by", Zh: "起因预警", En: "Muted by", Show: shortAlert})
	}
	return headings
}

// findAlert looks one alert up by the beginning of its identity.
func (a *app) findAlert(ctx context.Context, s *site, alert string) (answer, error) {
	rows, err := s.ask(ctx, "alerts", map[string]string{"state": "", "rule": "", "alert": alert})
	switch {
	case err != nil:
		return rows, err
	case len(rows.rows) == 0:
		return rows, notFoundf(a.text("没有预警 %s", "there is no alert %s"), alert)
	case len(rows.rows) > 1:
		return rows, usagef(a.text("%s 开头的预警有 %d 条，请多写几位", "%s is the beginning of %d alerts; write more of it"), alert, len(rows.rows))
	}
	return rows, nil
}

// showAlert shows one alert, named by the beginning of its identity: what it says,
// the evidence, what people did about it and what followed.
func (a *app) showAlert(ctx context.Context, s *site, alert string) error {
	rows, err := a.findAlert(ctx, s, alert)
	if err != nil {
		return err
	}
	if a.format() != sheet.Table {
		rows.parseJSON("evidence")
		return a.write(rows.sheet(a.alertHeadings(true)...))
	}
	facts := a.factSheet()
	for i, name := range rows.columns {
		value := rows.rows[0][i]
		switch name {
		case "evidence", "alert", "severity_zh", "severity_en", "stage_zh", "stage_en", "is_overdue":
			continue
		case "due_date":
			value = a.dayOrNone(value)
		}
		facts.Rows = append(facts.Rows, []any{name, sheet.Text(value)})
	}
	if err := a.write(facts); err != nil {
		return err
	}
	if err := a.sayEvidence(rows); err != nil {
		return err
	}
	return a.sayLife(ctx, s, rows.text(0, "alert_id"))
}

// sayEvidence shows the evidence of the first row, one fact a line.
func (a *app) sayEvidence(rows answer) error {
	var evidence bytes.Buffer
	if err := json.Indent(&evidence, []byte(rows.text(0, "evidence")), "", "  "); err != nil {
		return fmt.Errorf("read evidence: %w", err)
	}
	a.say("\n证据\n%s", "\nEvidence\n%s", evidence.String())
	return nil
}

// shortAlert shows as much of an identity as names an alert.
func shortAlert(value any) string {
	if id := sheet.Text(value); len(id) > 8 {
		return id[:8]
	}
	return ""
}
