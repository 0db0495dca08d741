package warehouse

import (
	"context"
	"fmt"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// Holdout says which targets are set on series whose outcome is known: at the
// end of each window of Points years, one target for each of Improvements, in
// percent better than the first year of the window, due Horizon years later.
type Holdout struct {
	Points, Horizon int
	Improvements    []float64
	Falling         []string // patterns of indicators that get better by falling; others by rising
	Percent         []string // patterns of indicators in percent, where their publisher does not say so
}

// SetHoldoutTargets replaces the plan of a scratch warehouse by targets on the
// series it holds: totals, yearly, at least Points + Horizon values long. It is an
// error on any other warehouse, whose catalog it would destroy.
func (w *Warehouse) SetHoldoutTargets(ctx context.Context, h Holdout) error {
	if !strings.Contains(w.database, scratchMark) {
		return fmt.Errorf("set hold-out targets: %s is no scratch", w.database)
	}
	arguments := []any{
		clickhouse.Named("points", uint16(h.Points)), clickhouse.Named("horizon", uint16(h.Horizon)),
		clickhouse.Named("improvements", h.Improvements), clickhouse.Named("falling", append([]string{}, h.Falling...)),
		clickhouse.Named("percent", append([]string{}, h.Percent...)),
	}
	for _, table := range []string{"dim_area", "dim_indicator", "dim_plan", "dim_target"} {
		if err := w.execute(ctx, "truncate table "+table); err != nil {
			return fmt.Errorf("set hold-out targets: empty %s: %w", table, err)
		}
	}
	for _, statement := range []string{holdoutAreas, holdoutIndicators, holdoutPlan, holdoutTargets, holdoutThresholds, holdoutCatalog} {
		if err := w.execute(ctx, statement, arguments...); err != nil {
			return fmt.Errorf("set hold-out targets: %w", err)
		}
	}
	return nil
}

// held are the figures that targets are set on.
const held = `
	from core_observation
	where isNotNull(value) and sex = '_T' and age_group = '_T' and residence = '_T' and category = '_T' and freq = 'A'`

const (
	heldUnit = "if(arrayExists(pattern -> indicator_code like pattern, {percent:Array(String)}), 'percent', any(toString(unit_code)))"

	holdoutAreas = `
		insert into dim_area (area_code, level, is_monitored, recorded_at)
		select area_code, 'district', 1, '2000-01-01 00:00:00'` + held + `
		group by area_code`

	holdoutIndicators = `
		insert into dim_indicator (indicator_code, name_zh, name_en, unit_code, measure, polarity, decimals, data_kind, recorded_at)
		select indicator_code, indicator_code, indicator_code, ` + heldUnit + `, 'index',
			if(arrayExists(pattern -> indicator_code like pattern, {falling:Array(String)}), -1, 1), 6, 'administrative', '2000-01-01 00:00:00'` + held + `
		group by indicator_code`

	holdoutPlan = `
		insert into dim_plan (plan_code, area_code, baseline_year, start_year, midterm_year, deadline_year, recorded_at)
		select 'holdout', any(area_code), min(period_year), min(period_year), max(period_year), max(period_year), '2000-01-01 00:00:00'` + held

	holdoutTargets = `
		insert into dim_target (
			target_code, plan_code, indicator_code, kind, mode, value_origin, target_value, unit_code, polarity,
			sex, age_group, residence, category, area_level, baseline_year, deadline_year, recorded_at
		)
		select
			concat(indicator_code, '/', toString(first_year), '/', toString(improvement)), 'holdout', indicator_code,
			'baseline_relative', 'reach', 'printed', direction * improvement, unit_code, direction,
			'_T', '_T', '_T', '_T', 'district', first_year, first_year + {points:UInt16} - 1 + {horizon:UInt16}, '2000-01-01 00:00:00'
		from (
			select indicator_code, ` + heldUnit + ` as unit_code, min(period_year) as begin, max(period_year) as end,
				if(arrayExists(pattern -> indicator_code like pattern, {falling:Array(String)}), -1, 1) as direction` + held + `
			group by indicator_code
			having end + 1 >= begin + {points:UInt16} + {horizon:UInt16}
		)
		array join
			arrayFlatten(arrayMap(y -> arrayMap(i -> y, {improvements:Array(Float64)}), range(begin, end + 2 - {points:UInt16} - {horizon:UInt16}))) as first_year,
			arrayFlatten(arrayMap(y -> {improvements:Array(Float64)}, range(begin, end + 2 - {points:UInt16} - {horizon:UInt16}))) as improvement`

	// Every bound holds for all the years before its oldest decision too.
	holdoutThresholds = `
		insert into dim_threshold
		select * replace (toDate32('1900-01-01') as valid_from, addDays(valid_from, -1) as valid_to)
		from dim_threshold
		order by valid_from, recorded_at desc
		limit 1 by threshold_code`

	holdoutCatalog = `insert into dim_catalog (catalog_hash, recorded_at) select 'holdout', max(recorded_at) + 1 from dim_catalog`
)

// HoldoutOutcome is what the verdicts were worth for one group of judgements: how
// many were made, how many targets were missed in the end, and how many of these
// had been said to be off track, or off track or at risk.
type HoldoutOutcome struct {
	Group        string  `ch:"group_code"` // an indicator or a reason of verdicts; empty for all together
	Judged       uint64  `ch:"judged"`
	Missed       uint64  `ch:"missed"`
	Red          uint64  `ch:"red"`
	RedMissed    uint64  `ch:"red_missed"`
	Warned       uint64  `ch:"warned"`
	WarnedMissed uint64  `ch:"warned_missed"`
	Forecasts    uint64  `ch:"forecasts"`
	Covered      uint64  `ch:"covered"`
	MedianError  float64 `ch:"median_error"` // median of |forecast / actual - 1|
}

// HoldoutOutcomes holds each verdict at the end of a window against what came
// Horizon years later. Targets that were met when judged are left out, and so are
// those of percentages beyond 100. Intervals are counted once for a series and
// year, whatever targets were set on it. The groups are indicators, or the reasons
// that verdicts gave, which shows what each reason is worth.
func (w *Warehouse) HoldoutOutcomes(ctx context.Context, h Holdout, byReason bool) ([]HoldoutOutcome, error) {
	group := "indicator_code"
	if byReason {
		group = "verdict_reason"
	}
	var outcomes []HoldoutOutcome
	err := w.choose(ctx, &outcomes, `
		with
		judged as (
			select target_code, indicator_code, area_code, period_year, deadline_year, unit_code, target_number, verdict, verdict_reason,
				forecast_value, forecast_lower, forecast_upper, baseline_year
			from core_target_yearly
			where period_year = deadline_year - {horizon:UInt16} and data_year = period_year
		),
		outcome as (
			select target_code, area_code, value, is_met
			from core_target_yearly
			where period_year = deadline_year and data_year = period_year and isNotNull(is_met)
		),
		pair as (
			select j.*, o.value as actual, o.is_met = 0 as is_missed, j.verdict = 'off_track' as is_red, j.verdict in ('off_track', 'at_risk') as is_warned,
				j.verdict in ('on_track', 'at_risk', 'off_track') and not (j.unit_code = 'percent' and j.target_number > 100) as is_judged,
				isNotNull(j.forecast_lower) and row_number() over (partition by j.indicator_code, j.area_code, j.period_year order by j.target_code) = 1 as is_forecast
			from judged as j
			inner join outcome as o on o.target_code = j.target_code and o.area_code = j.area_code
		)
		select
			arrayJoin(['', toString(`+group+`)]) as group_code,
			countIf(is_judged) as judged,
			countIf(is_judged and is_missed) as missed,
			countIf(is_judged and is_red) as red,
			countIf(is_judged and is_red and is_missed) as red_missed,
			countIf(is_judged and is_warned) as warned,
			countIf(is_judged and is_warned and is_missed) as warned_missed,
			countIf(is_forecast) as forecasts,
			countIf(is_forecast and actual between forecast_lower and forecast_upper) as covered,
			ifNull(quantileExactInclusiveIf(0.5)(abs(forecast_value / nullIf(actual, 0) - 1), is_forecast), 0) as median_error
		from pair
		group by group_code
		having judged + forecasts > 0
		order by group_code`,
		clickhouse.Named("horizon", uint16(h.Horizon)))
	if err != nil {
		return nil, fmt.Errorf("read hold-out outcomes: %w", err)
	}
	return outcomes, nil
}
