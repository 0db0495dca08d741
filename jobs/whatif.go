package jobs

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"

	"bellwether/warehouse"
)

// WhatIf asks how a target would stand if its indicator had other figures. The
// figures go into a scratch warehouse as a later version of the same keys, by the
// protocol of every load; the real one is not touched.
type WhatIf struct {
	Warehouse    *warehouse.Warehouse
	Target, Area string
	Set          map[int]float64       // statistical year -> value in the unit of the indicator
	Above        string                // another area whose verdict is asked for, the district above a street; may be empty
	Progress     func(done, total int) // steps; may be nil
}

// Standing is how the target stands in one area and year.
type Standing struct {
	Area           string
	Year           int
	Verdict        string
	Reason         string
	ReasonZh       string
	ReasonEn       string
	Certainty      string
	Value          *float64
	Pace           *float64 // L
	Probability    *float64 // P
	ForecastReason string
	Alerts         []string // rules that fire about the target, muted ones in parentheses
}

// Comparison holds what is beside what would be.
type Comparison struct {
	Real, Assumed Standing
	IsReal        bool // false for a year that nobody has reported yet
}

// Run judges the target as it stands and as it would, for each year from the
// first that is set. Alerts speak of the newest year only, so the figures are put
// in year by year, and each year is asked for its alerts while it is the newest.
func (w *WhatIf) Run(ctx context.Context) (comparisons []Comparison, err error) {
	scratch, drop, err := w.Warehouse.Scratch(ctx, warehouse.Extent{})
	if err != nil {
		return nil, fmt.Errorf("what if: %w", err)
	}
	defer func() { err = errors.Join(err, drop(context.WithoutCancel(ctx))) }()
	w.report(1)
	before, err := w.standings(ctx, w.Warehouse)
	if err != nil {
		return nil, fmt.Errorf("what if: real state: %w", err)
	}
	alerts := map[place][]string{}
	var after map[place]Standing
	for step, group := range w.groups(newestOf(before)) {
		if err := w.assume(ctx, scratch, group); err != nil {
			return nil, fmt.Errorf("what if: %w", err)
		}
		if after, err = w.standings(ctx, scratch); err != nil {
			return nil, fmt.Errorf("what if: assumed state: %w", err)
		}
		for at, standing := range after {
			if len(standing.Alerts) > 0 || at.year == newestOf(after) {
				alerts[at] = standing.Alerts
			}
		}
		w.report(2 + step)
	}
	return w.compare(before, after, alerts), nil
}

func (w *WhatIf) report(done int) {
	if w.Progress != nil {
		w.Progress(done, 1+len(w.Set))
	}
}

// place is where and when a standing is.
type place struct {
	area string
	year int
}

func newestOf(standings map[place]Standing) int {
	newest := 0
	for at := range standings {
		newest = max(newest, at.year)
	}
	return newest
}

// groups are the years that are put in together: those up to the newest real one
// at once, later ones one by one.
func (w *WhatIf) groups(newest int) [][]int {
	var groups [][]int
	for _, year := range slices.Sorted(maps.Keys(w.Set)) {
		if len(groups) > 0 && year <= newest {
			groups[0] = append(groups[0], year)
		} else {
			groups = append(groups, []int{year})
		}
	}
	return groups
}

// standings settles what is to be settled and reads the verdicts, and the alerts
// about the newest year.
func (w *WhatIf) standings(ctx context.Context, from *warehouse.Warehouse) (map[place]Standing, error) {
	if from != w.Warehouse { // the real one is settled by whoever loads
		if _, err := from.Settle(ctx); err != nil {
			return nil, err
		}
	}
	evaluator := &Evaluator{Warehouse: from}
	standings := map[place]Standing{}
	const question = `
		select area_code, toUInt64(period_year) as year, verdict, verdict_reason, reason_zh, reason_en, certainty,
			value, relative_progress, attain_probability, forecast_reason
		from mart_target_yearly
		where target_code = {target:String} and area_code in ({area:String}, {above:String})`
	parameters := map[string]string{"target": w.Target, "area": w.Area, "above": w.Above}
	err := evaluator.rowsOf(ctx, question, parameters, func(row map[string]any) {
		s := Standing{
			Area: text(row, "area_code"), Year: int(whole(row, "year")), Verdict: text(row, "verdict"), Reason: text(row, "verdict_reason"),
			ReasonZh: text(row, "reason_zh"), ReasonEn: text(row, "reason_en"), Certainty: text(row, "certainty"),
			Value: number(row, "value"), Pace: number(row, "relative_progress"), Probability: number(row, "attain_probability"),
			ForecastReason: text(row, "forecast_reason"),
		}
		standings[place{s.Area, s.Year}] = s
	})
	if err != nil {
		return nil, err
	}
	return standings, w.addAlerts(ctx, evaluator, standings)
}

// addAlerts names the rules that fire about the target in its newest year.
func (w *WhatIf) addAlerts(ctx context.Context, evaluator *Evaluator, standings map[place]Standing) error {
	catalog, err := evaluator.readCatalog(ctx)
	if err != nil {
		return err
	}
	firing, _, err := evaluator.readRules(ctx, catalog.isOff)
	if err != nil {
		return err
	}
	alerts := oneForEach(firing)
	catalog.muting.apply(alerts, nil)
	for _, id := range slices.Sorted(maps.Keys(alerts)) {
		alert := alerts[id]
		at := place{alert.AreaCode, int(alert.PeriodYear)}
		standing, ok := standings[at]
		if !ok || alert.TargetCode != w.Target {
			continue
		}
		rule := alert.RuleCode
		if alert.MutedBy != "" {
			rule = "(" + rule + ")"
		}
		standing.Alerts = append(standing.Alerts, rule)
		slices.Sort(standing.Alerts)
		standings[at] = standing
	}
	return nil
}

// assume commits the figures of some years to the scratch.
func (w *WhatIf) assume(ctx context.Context, scratch *warehouse.Warehouse, years []int) (err error) {
	figures, err := w.figures(ctx, scratch, years)
	if err != nil {
		return err
	}
	record, err := assumedRecord(figures)
	if err != nil {
		return err
	}
	defer record.Release()
	sum := sha256.Sum256([]byte(fmt.Sprint(w.Target, w.Area, years, w.Set)))
	batch, err := scratch.Begin(ctx, warehouse.BatchInfo{
		RunID: "whatif", PayloadSHA256: hex.EncodeToString(sum[:]), SourceCode: figures[0].source, FormCode: "whatif", FormHash: "whatif", Parameters: "{}",
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, batch.Abandon(context.WithoutCancel(ctx))) }()
	if err := batch.Observations(record); err != nil {
		return err
	}
	_, err = batch.Commit(ctx, warehouse.Counts{Read: record.NumRows(), Loaded: record.NumRows()})
	return err
}

// compare pairs the years from the first that is set on, or from the newest real
// one where all that is set is later.
func (w *WhatIf) compare(before, after map[place]Standing, alerts map[place][]string) []Comparison {
	first := min(slices.Min(slices.Collect(maps.Keys(w.Set))), newestOf(before))
	var all []Comparison
	for _, area := range []string{w.Area, w.Above} {
		for year := first; year <= newestOf(after); year++ {
			at := place{area, year}
			assumed, ok := after[at]
			if !ok {
				continue
			}
			assumed.Alerts = alerts[at]
			real, isReal := before[at]
			all = append(all, Comparison{Real: real, Assumed: assumed, IsReal: isReal})
		}
	}
	return all
}
