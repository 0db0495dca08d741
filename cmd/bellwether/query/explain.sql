-- One verdict with all that it rests on. What the mart does not keep is worked out by the same
-- functions from the points it keeps: slope and error of the forecast, the statistic of the surprise.
with
judged as (
    select
        *,
        kind in ('rise', 'fall') as is_trend,
        multiIf(kind = 'rise', 1, kind = 'fall', -1, toInt8(sign(polarity))) as direction,
        arrayFilter(y -> y <= period_year and y >= ifNull(break_year, 0), all_years) as years,
        arrayFilter((v, y) -> y <= period_year and y >= ifNull(break_year, 0), all_measured, all_years) as measured,
        if(forecast_scale != '', toString(forecast_scale), bw_scale(fitted_values, unit_code = 'percent' and reference_measure = '')) as scale
    from (select * from mart_target_yearly where target_code = {target:String} and area_code = {area:String} and period_year = {year:UInt16}) as m
    cross join
    (
        select
            target_value as printed_value,
            tolerance as printed_tolerance,
            baseline_year as plan_baseline_year,
            area_level as target_area_level,
            reference_indicator_code,
            reference_sex,
            reference_category,
            reference_measure,
            line_number,
            note
        from core_target
        where target_code = {target:String}
    ) as g
    cross join
    (
        select name_zh as indicator_zh, name_en as indicator_en, unit_code as indicator_unit_code, multiplier, measure, decimals
        from core_indicator
        where indicator_code = (select indicator_code from core_target where target_code = {target:String})
    ) as i
    cross join
    (
        select
            years as all_years,
            measured as all_measured,
            numerators as all_numerators,
            denominators as all_denominators,
            length(child_codes) as area_count
        from core_target_series
        where target_code = {target:String} and area_code = {area:String}
    ) as s
),
-- The three years in which the series gained most, where best_change comes from.
gained as (
    select
        *,
        arrayMap(i -> direction * (measured[i + 3] - measured[i]) / (years[i + 3] - years[i]), range(1, greatest(length(years), 3) - 2)) as gains,
        indexOf(gains, arrayMax(gains)) as best_index,
        bw_forecast(if(forecast_scale = '', [], fitted_years), if(forecast_scale = '', [], fitted_values), scale, ifNull(forecast_year, 0)) as forecast,
        bw_surprise(fitted_years, fitted_values, scale) as surprise,
        bw_transform(fitted_values[-1], scale) as last_on_scale,
        if(is_trend and trend_rule = 'yoy', value, target_number)
            + multiIf(kind != 'equals', 0, polarity < 0, 0.5, -0.5) * exp10(-toInt32(decimals)) as goal_value,
        multiIf(
            kind in ('at_least', 'rise', 'per_area_floor'), 1,
            kind in ('at_most', 'fall'), -1,
            kind in ('baseline_relative', 'relative_to_indicator'), toInt8(polarity),
            kind = 'equals', if(polarity < 0, -1, 1),
            0
        ) as goal_side,
        bw_transform(goal_value, scale) as goal_on_scale,
        goal_side * (forecast.centre - goal_on_scale) / forecast.se as goal_t,
        abs(bw_t_cdf(goal_t, forecast.df) - attain_probability) < 1e-6 as is_one_sided,
        (value - baseline_value) / (target_number - baseline_value) as linear_progress,
        1 - (abs(value - target_number) - tolerance) / (abs(baseline_value - target_number) - tolerance) as about_progress,
        arrayFilter((x, y) -> has(pooled_years, y), all_numerators, all_years) as pooled_numerators,
        arrayFilter((x, y) -> has(pooled_years, y), all_denominators, all_years) as pooled_denominators
    from judged
)
select
    t.target_code as target_code,
    t.area_code as area_code,
    t.period_year as period_year,
    t.verdict as verdict,
    t.verdict_reason as verdict_reason,
    t.certainty as certainty,
    t.is_met as is_met,
    t.reason_zh as reason_zh,
    t.reason_en as reason_en,
    v.name_zh as verdict_zh,
    v.name_en as verdict_en,
    c.name_zh as certainty_zh,
    c.name_en as certainty_en,
    t.name_zh as name_zh,
    t.name_en as name_en,
    a.name_zh as area_zh,
    a.name_en as area_en,
    t.area_level as area_level,
    t.plan_code as plan_code,
    p.name_zh as plan_zh,
    p.name_en as plan_en,
    t.item_code as item_code,
    t.section as section,
    t.sentence_zh as sentence_zh,
    t.line_number as line_number,
    t.note as note,
    t.indicator_code as indicator_code,
    t.indicator_zh as indicator_zh,
    t.indicator_en as indicator_en,
    t.agency_code as agency_code,
    t.kind as kind,
    k.name_zh as kind_zh,
    k.name_en as kind_en,
    t.trend_rule as trend_rule,
    r.name_zh as trend_rule_zh,
    r.name_en as trend_rule_en,
    t.mode as mode,
    m.name_zh as mode_zh,
    m.name_en as mode_en,
    t.value_origin as value_origin,
    o.name_zh as value_origin_zh,
    o.name_en as value_origin_en,
    t.unit_code as unit_code,
    u.name_zh as unit_zh,
    u.name_en as unit_en,
    t.polarity as polarity,
    t.target_area_level as target_area_level,
    t.sex as sex,
    t.age_group as age_group,
    t.residence as residence,
    t.category as category,
    t.reference_indicator_code as reference_indicator_code,
    t.reference_sex as reference_sex,
    t.reference_category as reference_category,
    t.reference_measure as reference_measure,
    t.printed_value as printed_value,
    t.printed_tolerance as printed_tolerance,
    t.deadline_year as deadline_year,
    t.plan_baseline_year as plan_baseline_year,
    t.data_kind as data_kind,
    t.obs_status as obs_status,
    t.data_year as data_year,
    t.value as value,
    t.numerator as numerator,
    t.denominator as denominator,
    t.multiplier as multiplier,
    t.value_lower as value_lower,
    t.value_upper as value_upper,
    t.measure as measure,
    t.previous_value as previous_value,
    t.change_value as change_value,
    t.baseline_year as baseline_year,
    t.baseline_value as baseline_value,
    t.target_number as target_number,
    t.tolerance as tolerance,
    t.gap_value as gap_value,
    t.missing_count as missing_count,
    t.progress as progress,
    multiIf(
        t.area_count > 0, 'areas',
        t.kind in ('milestone', 'qualitative'), 'no_number',
        t.is_trend, 'trend',
        isNull(t.value), 'no_value',
        isNull(t.baseline_value), 'no_baseline',
        isNull(t.target_number), 'no_target',
        isNull(t.progress), if(t.target_number = t.baseline_value, 'no_way', 'lost'),
        isNotNull(t.tolerance) and ifNull(abs(greatest(0, least(1, t.about_progress)) - t.progress) < 1e-9, 0), 'about',
        ifNull(abs(t.linear_progress - t.progress) <= 1e-9 * greatest(1, abs(t.progress)), 0), 'linear',
        'held'
    ) as progress_form,
    t.elapsed as elapsed,
    t.relative_progress as relative_progress,
    t.required_change as required_change,
    t.best_change as best_change,
    if(t.best_index > 0 and t.direction != 0 and isNotNull(t.best_change), t.years[t.best_index], null) as best_from_year,
    if(t.best_index > 0 and t.direction != 0 and isNotNull(t.best_change), t.measured[t.best_index], null) as best_from_value,
    if(t.best_index > 0 and t.direction != 0 and isNotNull(t.best_change), t.years[t.best_index + 3], null) as best_to_year,
    if(t.best_index > 0 and t.direction != 0 and isNotNull(t.best_change), t.measured[t.best_index + 3], null) as best_to_value,
    t.area_count as area_count,
    t.failing_area_codes as failing_area_codes,
    t.missing_area_codes as missing_area_codes,
    toJSONString(t.failed_years) as failed_years,
    t.point_count as point_count,
    t.break_year as break_year,
    toJSONString(t.fitted_years) as fitted_years,
    toJSONString(t.fitted_values) as fitted_values,
    t.recent_trend as recent_trend,
    t.forecast_reason as forecast_reason,
    t.forecast_scale as forecast_scale,
    t.forecast_year as forecast_year,
    t.forecast_value as forecast_value,
    t.forecast_lower as forecast_lower,
    t.forecast_upper as forecast_upper,
    t.attain_probability as attain_probability,
    t.forecast.slope as forecast_slope,
    t.forecast.horizon as forecast_horizon,
    t.last_on_scale as forecast_last,
    t.forecast.centre as forecast_centre,
    t.forecast.se as forecast_se,
    t.forecast.df as forecast_df,
    bw_t_quantile_975(t.forecast.df) as forecast_t_quantile,
    if(t.is_one_sided, t.goal_value, null) as goal_value,
    if(t.is_one_sided, t.goal_on_scale, null) as goal_on_scale,
    if(t.is_one_sided, t.goal_side, null) as goal_side,
    if(t.is_one_sided, t.goal_t, null) as goal_t,
    t.surprise_probability as surprise_probability,
    if(abs(t.surprise.p - t.surprise_probability) < 1e-9, t.surprise.t, null) as surprise_t,
    if(abs(t.surprise.p - t.surprise_probability) < 1e-9, t.surprise.df, null) as surprise_df,
    if(abs(t.surprise.p - t.surprise_probability) < 1e-9, 100 * t.surprise.relative_change, null) as surprise_change_percent,
    if(abs(t.surprise.p - t.surprise_probability) < 1e-9, t.surprise.change_count, null) as surprise_change_count,
    toJSONString(t.pooled_years) as pooled_years,
    if(empty(t.pooled_years), null, arraySum(x -> ifNull(x, 0), t.pooled_numerators)) as pooled_events,
    if(empty(t.pooled_years), null, arraySum(x -> ifNull(x, 0), t.pooled_denominators)) as pooled_base,
    t.pooled_value as pooled_value,
    t.pooled_lower as pooled_lower,
    t.pooled_upper as pooled_upper,
    t.aarr_percent as aarr_percent,
    t.required_aarr_percent as required_aarr_percent,
    t.cagr_ratio as cagr_ratio,
    b.payload_sha256 as payload_sha256,
    b.committed_at as committed_at,
    b.settled_at as settled_at,
    t.method_version as method_version
from gained as t
left join core_code as v on v.list_code = 'VERDICT' and v.code = t.verdict
left join core_code as c on c.list_code = 'CERTAINTY' and c.code = t.certainty
left join core_code as k on k.list_code = 'TARGET_KIND' and k.code = t.kind
left join core_code as r on r.list_code = 'TREND_RULE' and r.code = t.trend_rule
left join core_code as m on m.list_code = 'TARGET_MODE' and m.code = t.mode
left join core_code as o on o.list_code = 'VALUE_ORIGIN' and o.code = t.value_origin
left join core_code as u on u.list_code = 'UNIT' and u.code = t.unit_code
left join core_area as a on a.area_code = t.area_code
left join core_plan as p on p.plan_code = t.plan_code
left join
(
    select target_code, payload_sha256, committed_at, settled_at
    from mart_target_vintage
    where target_code = {target:String} and area_code = {area:String} and period_year = {year:UInt16}
) as b on b.target_code = t.target_code
