package jobs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"bellwether/warehouse"
)

// Backtest asks every rule, also one that is switched off, what it would have said
// at the end of past years. What another rule mutes does not count as a fire.
type Backtest struct {
	Warehouse *warehouse.Warehouse
	From, To  int                   // statistical years
	Rules     []string              // empty is all of them
	Labels    []Label               // what should have fired; empty when nobody knows
	Progress  func(done, total int) // years; may be nil
}

// Label is an event that a rule should fire for. Empty fields match anything.
type Label struct {
	Rule, Target, Indicator, Area string
	Year                          int
}

func (l Label) matches(a warehouse.AlertEvent) bool {
	matches := func(want, got string) bool { return want == "" || want == got }
	return l.Rule == a.RuleCode && l.Year == int(a.PeriodYear) &&
		matches(l.Target, a.TargetCode) && matches(l.Indicator, a.IndicatorCode) && matches(l.Area, a.AreaCode)
}

// RuleRecord is what a rule did over the years. Hits and misses are of labels,
// false alarms of fires that no label explains.
type RuleRecord struct {
	Rule                              string
	Fires                             []int // one for each year from From to To
	Labels, Hits, Misses, FalseAlarms int
}

// Precision is the share of fires that a label explains; false when nothing
// fired in the years, or no labels are known.
func (r RuleRecord) Precision() (float64, bool) {
	fires := r.FalseAlarms + r.Hits
	return float64(r.Hits) / float64(max(fires, 1)), fires > 0
}

// Recall is the share of labels that fired; false when there are none.
func (r RuleRecord) Recall() (float64, bool) {
	return float64(r.Hits) / float64(max(r.Labels, 1)), r.Labels > 0
}

// Run lets the rules judge, for each year, a scratch warehouse that holds the
// figures up to that year, as they are known now, on the last day of the year
// after it, when everything was due. A fire counts for the year it speaks of.
func (b *Backtest) Run(ctx context.Context) ([]RuleRecord, error) {
	if b.To < b.From {
		return nil, fmt.Errorf("backtest: no years from %d to %d", b.From, b.To)
	}
	records := map[string]*RuleRecord{}
	for year := b.From; year <= b.To; year++ {
		if b.Progress != nil {
			b.Progress(year-b.From, b.To-b.From+1)
		}
		firing, rules, err := b.asOf(ctx, year)
		if err != nil {
			return nil, fmt.Errorf("backtest %d: %w", year, err)
		}
		for _, rule := range rules {
			if records[rule] == nil {
				records[rule] = &RuleRecord{Rule: rule, Fires: make([]int, b.To-b.From+1)}
			}
			records[rule].count(year, year-b.From, firing, b.Labels)
		}
	}
	all := make([]RuleRecord, 0, len(records))
	for _, r := range records {
		all = append(all, *r)
	}
	slices.SortFunc(all, func(a, b RuleRecord) int { return strings.Compare(a.Rule, b.Rule) })
	return all, nil
}

// asOf gives the alerts about a year that fire at its end and are not muted, and
// the rules asked.
func (b *Backtest) asOf(ctx context.Context, year int) (firing []warehouse.AlertEvent, rules []string, err error) {
	scratch, drop, err := b.Warehouse.Scratch(ctx, warehouse.Extent{Through: uint16(year)})
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, drop(context.WithoutCancel(ctx))) }()
	due := time.Date(year+1, time.December, 31, 0, 0, 0, 0, time.UTC)
	if err := scratch.AppendEvaluation(ctx, warehouse.Evaluation{EvaluationID: "backtest", OnDate: due, EvaluatedAt: time.Now()}); err != nil {
		return nil, nil, err
	}
	if _, err := scratch.Settle(ctx); err != nil {
		return nil, nil, err
	}
	evaluator := Evaluator{Warehouse: scratch}
	catalog, err := evaluator.readCatalog(ctx)
	if err != nil {
		return nil, nil, err
	}
	all, evaluated, err := evaluator.readRules(ctx, nil)
	if err != nil {
		return nil, nil, err
	}
	for rule := range evaluated {
		if len(b.Rules) == 0 || slices.Contains(b.Rules, rule) {
			rules = append(rules, rule)
		}
	}
	alerts := oneForEach(all)
	catalog.muting.apply(alerts, nil)
	for _, alert := range alerts {
		if int(alert.PeriodYear) == year && alert.MutedBy == "" && slices.Contains(rules, alert.RuleCode) {
			firing = append(firing, alert)
		}
	}
	return firing, rules, nil
}

// count adds a year to the record of a rule.
func (r *RuleRecord) count(year, place int, firing []warehouse.AlertEvent, labels []Label) {
	explained := func(a warehouse.AlertEvent) bool {
		return slices.ContainsFunc(labels, func(l Label) bool { return l.matches(a) })
	}
	for _, a := range firing {
		if a.RuleCode != r.Rule {
			continue
		}
		r.Fires[place]++
		if !explained(a) {
			r.FalseAlarms++
		}
	}
	for _, l := range labels {
		if l.Rule != r.Rule || l.Year != year {
			continue
		}
		r.Labels++
		if slices.ContainsFunc(firing, l.matches) {
			r.Hits++
		} else {
			r.Misses++
		}
	}
}
