package main

import (
	"context"
	"fmt"

	"bellwether/etl/catalog"
)

// checkBudgets tries the rules on the years of the plans. A finding is a rule
// that would have been louder than its budget.
func (a *app) checkBudgets(ctx context.Context, s *site) ([]catalog.Finding, error) {
	b, err := a.backtestOf(ctx, s, backtestOptions{})
	if err != nil {
		return nil, err
	}
	bar := a.newProgress()
	defer bar.close()
	b.Progress = func(done, total int) { bar.report("backtest", int64(done), int64(total)) }
	records, err := b.Run(ctx)
	if err != nil {
		return nil, err
	}
	bar.close()
	over, err := b.OverBudget(ctx, records)
	if err != nil {
		return nil, err
	}
	var findings []catalog.Finding
	for _, e := range over {
		f := catalog.Finding{
			File: "rules.csv", Rule: "alert_budget", Code: e.Rule,
			Zh: fmt.Sprintf("%s：%d 年会有 %d 条预警，超过预算 %d 条；", e.NameZh, e.Year, e.Fires, e.Budget),
			En: fmt.Sprintf("%s: %d alerts in %d, over the budget of %d; ", e.NameEn, e.Fires, e.Year, e.Budget),
		}
		if e.IsEnabled {
			f.Zh += fmt.Sprintf("规则仍启用：收紧 thresholds.csv 中的参数，或由%s决定提高 budget_count，否则把 is_enabled 置为 0", e.Owner)
			f.En += fmt.Sprintf("it is enabled: tighten its bounds in thresholds.csv, or let %s decide a higher budget_count, or set is_enabled to 0", e.Owner)
		} else {
			f.Zh += "规则未启用，在预算之内以前不要启用"
			f.En += "it is not enabled; leave it so until it keeps to its budget"
		}
		findings = append(findings, f)
	}
	a.say("规则试用于 %d–%d 年：%d 条规则，%d 条超出预算", "rules tried on %d to %d: %d rules, %d over budget", b.From, b.To, len(records), len(over))
	return findings, nil
}
