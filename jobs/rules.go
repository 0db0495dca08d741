package jobs

import (
	"context"
	"fmt"
	"strings"
)

// rules is what an evaluation takes from the catalog.
type rules struct {
	isOff  map[string]bool // rules that are not evaluated on the day
	muting muting
}

// readCatalog reads the rules as they hold on the day of the evaluation. A rule
// that the catalog does not know is evaluated and mutes nothing; check finds it.
func (e *Evaluator) readCatalog(ctx context.Context) (rules, error) {
	r := rules{isOff: map[string]bool{}, muting: muting{
		mutedBy: map[string][]string{}, forms: map[string][]string{}, parents: map[string]string{},
	}}
	for _, part := range []struct {
		question string
		visit    func(row map[string]any)
	}{
		{`select rule_code, arrayStringConcat(muted_by, ';') as muted_by,
			toUInt64(is_enabled and (select on_date from core_moment) between valid_from and valid_to) as is_on
			from core_rule order by rule_code, valid_from`, r.addRule},
		{"select indicator_code, form_code from core_expected_cell group by indicator_code, form_code", func(row map[string]any) {
			indicator := text(row, "indicator_code")
			r.muting.forms[indicator] = append(r.muting.forms[indicator], text(row, "form_code"))
		}},
		{"select area_code, parent_code from core_area where is_monitored = 1", func(row map[string]any) {
			r.muting.parents[text(row, "area_code")] = text(row, "parent_code")
		}},
	} {
		if err := e.rows(ctx, part.question, part.visit); err != nil {
			return r, fmt.Errorf("read the rules of the catalog: %w", err)
		}
	}
	return r, nil
}

// addRule takes one span of a rule: off unless one of its spans says otherwise.
func (r rules) addRule(row map[string]any) {
	code := text(row, "rule_code")
	if whole(row, "is_on") == 1 {
		r.isOff[code] = false
		r.muting.mutedBy[code] = strings.FieldsFunc(text(row, "muted_by"), func(c rune) bool { return c == ';' })
	} else if _, ok := r.isOff[code]; !ok {
		r.isOff[code] = true
	}
}
