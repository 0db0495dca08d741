package catalog

import (
	"slices"
	"time"
)

// Rule is a rule of early warning: what it is called, which other rules make
// its alerts a consequence of theirs, and how many alerts are too many.
type Rule struct {
	Code        string // name of its view without alert_
	NameZh      string
	NameEn      string
	MutedBy     []string // rules whose alert about the same thing mutes this one
	BudgetCount uint16   // alerts a district may expect in a year
	Owner       string
	IsEnabled   bool
	ValidFrom   time.Time
	ValidTo     time.Time

	at position
}

func readRule(r *row) Rule {
	return Rule{
		r.text("rule_code"), r.text("name_zh"), r.text("name_en"), r.list("muted_by"), uint16(r.number("budget_count", 16)),
		r.text("owner"), r.number("is_enabled", 1) == 1, r.date("valid_from"), r.date("valid_to"), r.position(),
	}
}

// checkRules: the names are there, the spans of a rule follow one another, and
// muting leads to rules that are there and never back: two rules that mute each
// other would both be silent.
func (k *checker) checkRules() {
	spans, mutedBy := map[string][]span{}, map[string][]string{}
	for _, r := range k.Rules {
		spans[r.Code] = append(spans[r.Code], span{r.ValidFrom, r.ValidTo, r.at})
		mutedBy[r.Code] = append(mutedBy[r.Code], r.MutedBy...)
		k.need(r.at, r.Code, "name_zh", r.NameZh, "name_en", r.NameEn, "owner", r.Owner)
	}
	k.checkSpans(spans)
	for _, r := range k.Rules {
		for _, other := range r.MutedBy {
			if _, ok := mutedBy[other]; !ok {
				k.report(r.at, "unknown_code", r.Code, "muted_by", other)
			}
		}
		if leadsTo(mutedBy, r.MutedBy, r.Code, map[string]bool{}) {
			k.report(r.at, "muting_circle", r.Code)
		}
	}
}

// leadsTo says whether the rules from, or those that mute them, hold a rule.
func leadsTo(mutedBy map[string][]string, from []string, code string, seen map[string]bool) bool {
	for _, next := range from {
		if next == code {
			return true
		}
		if !seen[next] {
			seen[next] = true
			if leadsTo(mutedBy, mutedBy[next], code, seen) {
				return true
			}
		}
	}
	return false
}

// CheckRules proves that the rules of the catalog are those that views exist
// for, given by their codes.
func (c *Catalog) CheckRules(views []string) []Finding {
	k := &checker{Catalog: c, wordings: wordings()}
	known := map[string]bool{}
	for _, r := range c.Rules {
		if !known[r.Code] && !slices.Contains(views, r.Code) {
			k.report(r.at, "rule_without_view", r.Code, r.Code)
		}
		known[r.Code] = true
	}
	for _, view := range views {
		if !known[view] {
			k.report(position{file: ruleFile}, "view_without_rule", view, view)
		}
	}
	return k.findings
}
