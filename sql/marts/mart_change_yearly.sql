-- mart_change_yearly
-- One row per series of a monitored area and year with a value: its change, held against chance.
-- Reads   core_point, core_indicator, core_area, core_threshold_yearly
-- Method  Change from the year before with its 95 % interval (Newcombe, 1998; Zou and
--         Donner, 2008), and for rates and counts the noise of both counts as well; the
--         change held against the earlier ones by a prediction interval (bw_surprise),
--         and the values against their own straight line (bw_residual_cv) with the chance
--         of such a scatter (bw_dispersion_trend). A bent trend and a single jump also
--         leave a line: a scatter is only what keeps changing its direction. At most the newest values that
--         core_threshold says, and none from before a break
create or replace view mart_change_yearly
(
    indicator_code      LowCardinality(String) comment 'Code in core_indicator',
    name_zh             String                 comment 'Official name',
    name_en             String                 comment 'Name in English',
    area_code           LowCardinality(String) comment 'Code in core_area',
    sex                 LowCardinality(String) comment 'SDMX CL_SEX',
    age_group           LowCardinality(String) comment 'SDMX CL_AGE',
    residence           LowCardinality(String) comment 'SDMX CL_RESIDENCE',
    category            LowCardinality(String) comment 'Further breakdown, _T when none',
    period_year         UInt16                 comment 'Statistical year',
    unit_code           LowCardinality(String) comment 'Unit of the values',
    polarity            Int8                   comment '1 higher is better, -1 lower is better, 0 neither',
    data_kind           LowCardinality(String) comment 'administrative, survey, term, milestone or assessment',
    value               Float64                comment 'Value of the year',
    numerator           Nullable(Float64)      comment 'Numerator of value',
    denominator         Nullable(Float64)      comment 'Denominator of value',
    previous_value      Nullable(Float64)      comment 'Value of the year before; null without it or across a break',
    previous_numerator  Nullable(Float64)      comment 'Numerator of previous_value',
    previous_denominator Nullable(Float64)     comment 'Denominator of previous_value',
    change_value        Nullable(Float64)      comment 'value - previous_value',
    change_percent      Nullable(Float64)      comment 'Change in percent of previous_value, null when that is 0',
    change_lower        Nullable(Float64)      comment 'Lower end of the 95 % interval of the change; null for other measures than proportions, rates and counts',
    change_upper        Nullable(Float64)      comment 'Upper end of it',
    noise_value         Nullable(Float64)      comment 'Change that the noise of both counts may make, for rates and counts: factor x sqrt of the sum of their variances',
    is_beyond_noise     Nullable(UInt8)        comment '1 when 0 lies outside the interval and the change exceeds noise_value; null where chance cannot be told',
    surprise_t          Nullable(Float64)      comment 'How far the change lies from the earlier ones, in standard errors; null with fewer than volatile_surprise_min_changes earlier changes or equal ones',
    surprise_df         Nullable(UInt16)       comment 'Degrees of freedom of it',
    surprise_p          Nullable(Float64)      comment 'How often chance alone makes as unusual a change',
    surprise_scale      LowCardinality(String) comment 'Scale on which the changes are compared: logit, ln or identity',
    expected_value      Nullable(Float64)      comment 'Value of the year if it had changed as the years before did on average, on surprise_scale',
    residual_cv_percent Nullable(Float64)      comment 'Scatter about the own straight line, percent; null below volatile_min_points values',
    dispersion_p        Nullable(Float64)      comment 'Chance that the counts alone scatter as much about a straight line; null without counts',
    turn_count          UInt8                  comment 'Changes of direction in the last five changes',
    years               Array(UInt16)          comment 'Years of the values that were looked at, oldest first',
    past_values         Array(Float64)         comment 'These values, that of period_year last',
    past_numerators     Array(Nullable(Float64)) comment 'Their numerators',
    past_denominators   Array(Nullable(Float64)) comment 'Their denominators',
    is_surprise         UInt8                  comment '1 when surprise_p is below its bound, and value as far from expected_value as a large change is',
    is_scattered        UInt8                  comment '1 when residual_cv_percent and turn_count reach their bounds and dispersion_p, where there is one, is below its own',
    is_volatile         UInt8                  comment '1 when the change is large enough, beyond noise, and a surprise or one of many swings',
    was_beyond_noise    Nullable(UInt8)        comment 'is_beyond_noise of the year before',
    previous_change     Nullable(Float64)      comment 'change_value of the year before',
    data_version        UInt64                 comment 'Batch that loaded the value, key of core_commit'
)
as
with
-- Each value beside those before it in the same stretch; counts have a noise, too.
point as (
    select
        p.indicator_code as indicator_code,
        p.area_code as area_code,
        p.sex as sex,
        p.age_group as age_group,
        p.residence as residence,
        p.category as category,
        p.period_year as period_year,
        p.comparable_from as comparable_from,
        p.data_version as data_version,
        i.multiplier as multiplier,
        i.measure = 'proportion' as is_proportion,
        i.measure = 'rate' as is_rate,
        i.measure = 'count' as is_count,
        tuple(
            i.name_zh as name_zh,
            i.name_en as name_en,
            p.unit_code as unit_code,
            i.polarity as polarity,
            i.data_kind as data_kind
        ) as shown,
        tuple(
            p.period_year as year,
            p.value as value,
            p.numerator as numerator,
            p.denominator as denominator,
            if(is_count, bw_poisson_lower(p.value), p.value_lower) as lower,
            if(is_count, bw_poisson_upper(p.value), p.value_upper) as upper,
            multiIf(
                is_count, toNullable(abs(p.value)),
                is_rate, p.numerator * pow(multiplier / nullIf(p.denominator, 0), 2),
                null
            ) as variance
        ) as now,
        t.bounds as bounds
    from core_point as p
    left join core_indicator as i on i.indicator_code = p.indicator_code
    left join core_threshold_yearly as t on t.period_year = p.period_year
    where p.area_code in (select area_code from core_area where is_monitored = 1)
),
gathered as (
    select
        *,
        arraySlice(
            groupArray(now) over (
                partition by
                    indicator_code, area_code, sex, age_group, residence, category, comparable_from
                order by period_year
                rows between unbounded preceding and current row
            ),
            -toInt64(ifNull(bounds['volatile_max_points'], 0))
        ) as recent
    from point
),
compared as (
    select
        *,
        recent[-2] as before,
        before.year = period_year - 1 as has_before,
        bw_interval_difference(
            now.value, now.lower, now.upper,
            if(has_before, before.value, null), before.lower, before.upper
        ) as change,
        bounds['volatile_noise_factor'] * sqrt(now.variance + before.variance) as noise_value,
        bw_scale(recent.value, is_proportion) as scale,
        bw_transform(recent[1].value, scale) as oldest,
        bw_transform(before.value, scale) as newest,
        arrayFilter(
            d -> d != 0,
            arraySlice(arrayPopFront(arrayDifference(recent.value)), -5)
        ) as moves,
        if(is_proportion or is_rate, recent, []) as counted
    from gathered
),
tested as (
    select
        *,
        if(
            is_proportion,
            change.is_significant,
            change.is_significant and abs(change.difference) > noise_value
        ) as is_beyond_noise,
        100 * change.difference / nullIf(abs(before.value), 0) as change_percent,
        bw_surprise(recent.year, recent.value, scale) as surprise,
        bw_untransform(
            newest + (newest - oldest) / nullIf(before.year - recent[1].year, 0),
            scale
        ) as expected_value,
        arrayCount(
            (d, next) -> d * next < 0,
            arrayPopBack(moves),
            arrayPopFront(moves)
        ) as turn_count,
        if(
            length(recent) >= bounds['volatile_min_points'],
            100 * bw_residual_cv(recent.year, recent.value, scale),
            null
        ) as residual_cv_percent,
        bw_dispersion_trend(
            counted.year, counted.numerator, counted.denominator, is_proportion
        ) as dispersion
    from compared
),
judged as (
    select
        *,
        surprise.change_count >= bounds['volatile_surprise_min_changes'] as has_history,
        bounds['surprise_min_change_percent'] / 100 * abs(before.value) as large,
        coalesce(change.difference != 0 and abs(change.difference) >= large, 0) as is_large,
        coalesce(
            has_before and has_history
            and surprise.p < bounds['surprise_max_p']
            and abs(now.value - expected_value) >= large,
            0
        ) as is_surprise,
        coalesce(
            residual_cv_percent >= bounds['volatile_strong_cv_percent']
            and turn_count >= bounds['volatile_direction_changes'],
            0
        ) as has_swings,
        has_swings
        and coalesce(dispersion.p < bounds['volatile_max_p'], dispersion.reason != '') as is_scattered
    from tested
)
select
    indicator_code,
    shown.name_zh as name_zh,
    shown.name_en as name_en,
    area_code,
    sex,
    age_group,
    residence,
    category,
    period_year,
    shown.unit_code as unit_code,
    shown.polarity as polarity,
    shown.data_kind as data_kind,
    now.value as value,
    now.numerator as numerator,
    now.denominator as denominator,
    if(has_before, before.value, null) as previous_value,
    if(has_before, before.numerator, null) as previous_numerator,
    if(has_before, before.denominator, null) as previous_denominator,
    change.difference as change_value,
    if(has_before, change_percent, null) as change_percent,
    change.lower as change_lower,
    change.upper as change_upper,
    if(has_before, noise_value, null) as noise_value,
    is_beyond_noise,
    if(has_before and has_history, surprise.t, null) as surprise_t,
    if(has_before and has_history, surprise.df, null) as surprise_df,
    if(has_before and has_history, surprise.p, null) as surprise_p,
    scale as surprise_scale,
    if(has_before, expected_value, null) as expected_value,
    residual_cv_percent,
    dispersion.p as dispersion_p,
    turn_count,
    recent.year as years,
    recent.value as past_values,
    recent.numerator as past_numerators,
    recent.denominator as past_denominators,
    is_surprise,
    is_scattered,
    is_large and coalesce(is_beyond_noise, 1) and (is_surprise or is_scattered) as is_volatile,
    if(has_before, lagInFrame(is_beyond_noise) over stretch, null) as was_beyond_noise,
    if(has_before, lagInFrame(change.difference) over stretch, null) as previous_change,
    data_version
from judged
window stretch as (
    partition by indicator_code, area_code, sex, age_group, residence, category, comparable_from
    order by period_year
    rows between 1 preceding and current row
)
settings optimize_and_compare_chain = 0, enable_named_columns_in_function_tuple = 1
comment 'One row per series of a monitored area and year with a value: its change, held against chance.';
