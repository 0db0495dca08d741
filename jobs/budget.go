package jobs

import (
	"context"
	"fmt"
)

// Excess is a rule that would have been too loud: more fires in a year than the
// catalog allows for.
type Excess struct {
	Rule                  string
	Year, Fires, Budget   int
	IsEnabled             bool
	NameZh, NameEn, Owner string
}

// OverBudget lists, for each rule that was louder in some year than its budget,
// the loudest such year. The budget is that of the catalog at the end of the
// year; a rule that the catalog does not know has none.
func (b *Backtest) OverBudget(ctx context.Context, records []RuleRecord) ([]Excess, error) {
	fires := map[string]map[int]int{}
	for _, r := range records {
		fires[r.Rule] = map[int]int{}
		for i, n := range r.Fires {
			fires[r.Rule][b.From+i] = n
		}
	}
	worst := map[string]Excess{}
	evaluator := &Evaluator{Warehouse: b.Warehouse}
	err := evaluator.rows(ctx, `
		select rule_code, name_zh, name_en, owner, toUInt64(budget_count) as budget, toUInt64(is_enabled) as is_on,
			toUInt64(toYear(valid_from)) as first_year, toUInt64(toYear(valid_to + 1) - 1) as last_year
		from core_rule
		order by rule_code, valid_from`, func(row map[string]any) {
		rule := text(row, "rule_code")
		for year, n := range fires[rule] {
			budget := int(whole(row, "budget"))
			if year < int(whole(row, "first_year")) || year > int(whole(row, "last_year")) || n <= budget || n < worst[rule].Fires ||
				(n == worst[rule].Fires && year > worst[rule].Year) {
				continue
			}
			worst[rule] = Excess{
				Rule: rule, Year: year, Fires: n, Budget: budget, IsEnabled: whole(row, "is_on") == 1,
				NameZh: text(row, "name_zh"), NameEn: text(row, "name_en"), Owner: text(row, "owner"),
			}
		}
	})
	if err != nil {
		return nil, fmt.Errorf("read budgets: %w", err)
	}
	var all []Excess
	for _, r := range records {
		if e, ok := worst[r.Rule]; ok {
			all = append(all, e)
		}
	}
	return all, nil
}
