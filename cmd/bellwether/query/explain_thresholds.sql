-- The bounds that a verdict was held against, in the order of the rules, as they hold at the end of
-- its year. A rule asks only when no rule before it has decided; those after it are left out.
with
-- The reasons in the order in which core_target_yearly tries them.
[
    'zero_denominator', 'empty_stratum', 'floor_broken', 'never_submitted', 'area_missing', 'floor_held',
    'reference_missing', 'not_collected_here', 'no_survey_this_year', 'between_terms', 'stale',
    'reporting_sensitive', 'suspect_value', 'no_baseline', 'not_held', 'met_but_worsening',
    'met_but_not_for_long', 'met_but_worse_than_before', 'improved', 'met', 'broken_series', 'baseline_only', 'deadline_passed',
    'too_early', 'not_yet_done', 'too_few_points', 'few_events', 'trend_wrong', 'trend_not_yet', 'lost',
    'far_behind', 'improbable', 'behind', 'doubtful', 'adverse_surprise', 'faster_than_ever', 'on_schedule'
] as reasons,
judged as (
    select
        m.*,
        indexOf(reasons, toString(m.verdict_reason)) as decided_at,
        ifNull(m.is_met, 0) = 1 as is_reached,
        length(m.fitted_years) as fitted_count,
        m.forecast_scale != '' and isNotNull(m.forecast_value) as is_forecast,
        if(length(m.fitted_values) < 2, null, 100 * (m.fitted_values[-1] / nullIf(m.fitted_values[-2], 0) - 1)) as change_percent
    from mart_target_yearly as m
    where m.target_code = {target:String} and m.area_code = {area:String} and m.period_year = {year:UInt16}
),
read_as as (
    select reference_measure, tolerance as printed_tolerance, area_level as target_area_level
    from core_target
    where target_code = {target:String}
),
-- Bound, the reason that asks it (empty for a bound of the method), what was held against it, how, and
-- whether it was asked at all.
asked as (
    select
        decided_at,
        arrayJoin(arrayFilter(
            ask -> ask.5 and (ask.2 = '' or indexOf(reasons, ask.2) <= decided_at),
            cast([
                ('verdict_stale_years', 'stale', toFloat64(period_year) - data_year, '>', isNotNull(data_year)),
                ('break_min_ratio', 'suspect_value', null, '', isNotNull(value)),
                ('verdict_about_tolerance_share', 'no_baseline', tolerance, '', kind = 'about' and isNull(printed_tolerance)),
                ('parity_low', 'not_held', value, '<', kind = 'relative_to_indicator' and polarity = 0 and reference_measure = 'ratio'),
                ('parity_high', 'not_held', value, '>', kind = 'relative_to_indicator' and polarity = 0 and reference_measure = 'ratio'),
                ('trend_steady_max_bad_years', 'met_but_worsening', null, '', isNotNull(value) and trend_rule != 'slope'),
                ('trend_steady_window_years', 'met_but_worsening', null, '', isNotNull(value) and trend_rule != 'slope'),
                ('small_number_events', 'met_but_worsening', numerator, '<', isNotNull(numerator) and (certainty = 'small_numbers' or forecast_reason != 'not_numeric')),
                ('small_number_pool_years', 'met_but_worsening', toFloat64(length(pooled_years)), '', notEmpty(pooled_years)),
                ('verdict_min_points_p', 'met_but_not_for_long', toFloat64(fitted_count), '>=', is_forecast),
                ('verdict_slipping_max_p', 'met_but_not_for_long', attain_probability, '<', is_reached and isNotNull(attain_probability)),
                ('verdict_too_early_max_e', 'too_early', elapsed, '<', isNotNull(elapsed)),
                ('verdict_min_points_l', 'too_few_points', toFloat64(point_count), '<', isNotNull(value)),
                ('verdict_off_track_max_l', 'far_behind', relative_progress, '<', isNotNull(relative_progress)),
                ('verdict_off_track_max_p', if(kind in ('rise', 'fall'), 'trend_wrong', 'improbable'), attain_probability, '<', isNotNull(attain_probability)),
                ('verdict_on_track_min_l', 'behind', relative_progress, '<', isNotNull(relative_progress)),
                ('verdict_on_track_min_p', 'doubtful', attain_probability, '<', isNotNull(attain_probability)),
                ('surprise_max_p', 'adverse_surprise', surprise_probability, '<', isNotNull(surprise_probability)),
                ('surprise_min_change_percent', 'adverse_surprise', abs(change_percent), '>=', isNotNull(surprise_probability)),
                ('forecast_max_points', '', toFloat64(fitted_count), '', notEmpty(fitted_years)),
                ('verdict_min_points_forecast', '', toFloat64(fitted_count), '>=', forecast_scale != ''),
                ('forecast_damping', '', null, '', is_forecast),
                ('forecast_interval_probability', '', null, '', is_forecast),
                ('forecast_percent_clip', '', null, '', is_forecast and forecast_scale = 'logit'),
                ('trend_test_min_points', '', toFloat64(least(5, fitted_count)), '>=', fitted_count > 0),
                ('trend_test_chi_square', '', null, '', recent_trend not in ('', 'cannot_be_calculated')),
                ('interval_z', '', null, '', isNotNull(value_lower)),
                ('small_number_exact_events', '', numerator, '<', isNotNull(pooled_lower) or (isNotNull(value_lower) and unit_code != 'percent'))
            ], 'Array(Tuple(String, String, Nullable(Float64), String, UInt8))')
        )) as ask,
        relative_progress,
        attain_probability,
        reasons[decided_at] as verdict_reason
    from judged
    cross join read_as
)
select
    t.threshold_code as threshold_code,
    a.ask.2 as reason_code,
    n.name_zh as reason_zh,
    n.name_en as reason_en,
    a.ask.3 as observed_value,
    a.ask.4 as comparison,
    t.value as bound,
    t.unit_code as unit_code,
    multiIf(
        a.ask.4 = '' or isNull(a.ask.3), null,
        a.ask.4 = '<', toUInt8(a.ask.3 < t.value),
        a.ask.4 = '>', toUInt8(a.ask.3 > t.value),
        toUInt8(a.ask.3 >= t.value)
    ) as is_true,
    toUInt8(
        ifNull(is_true, 1)
        and (
            a.ask.2 = a.verdict_reason
            or (a.verdict_reason = 'few_events' and t.threshold_code = 'small_number_events')
            or (a.verdict_reason = 'broken_series' and t.threshold_code = 'break_min_ratio')
        )
    ) as is_decisive,
    t.valid_from as valid_from,
    t.valid_to as valid_to,
    t.decided_by as decided_by,
    t.note as note
from asked as a
inner join core_threshold as t on t.threshold_code = a.ask.1
left join core_code as n on n.list_code = 'REASON' and n.code = a.ask.2
where makeDate32({year:UInt16}, 12, 31) between t.valid_from and t.valid_to
order by
    a.ask.2 = '',
    indexOf(reasons, a.ask.2),
    t.threshold_code
