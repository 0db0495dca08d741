-- core_step
-- One row per yearly figure of a monitored area that has a value: it and the one of the year before.
-- Reads   core_point, core_indicator, core_area, core_threshold_yearly
-- Method  Nothing is compared across a break. What chance may do to a count, or to the
--         events of a rate, is volatile_noise_factor standard errors of two Poisson counts,
--         |x1 - x2| > 2 sqrt(x1 + x2); proportions change when 0 lies outside the interval
--         of their difference (Newcombe, 1998)
create or replace view core_step
(
    indicator_code       LowCardinality(String) comment 'Code in core_indicator',
    name_zh              String                 comment 'Official name',
    name_en              String                 comment 'Name in English',
    measure              LowCardinality(String) comment 'proportion, rate, ratio, count, amount, years or index',
    data_kind            LowCardinality(String) comment 'administrative, survey, term, milestone or assessment',
    multiplier           Float64                comment 'value = numerator / denominator x multiplier; 0 when it is not a quotient',
    area_code            LowCardinality(String) comment 'Code in core_area',
    sex                  LowCardinality(String) comment 'SDMX CL_SEX',
    age_group            LowCardinality(String) comment 'SDMX CL_AGE',
    residence            LowCardinality(String) comment 'SDMX CL_RESIDENCE',
    category             LowCardinality(String) comment 'Further breakdown, _T when none',
    period_year          UInt16                 comment 'Statistical year',
    value                Float64                comment 'Figure in its unit',
    numerator            Nullable(Float64)      comment 'Events or persons counted',
    denominator          Nullable(Float64)      comment 'Population or total',
    event_count          Nullable(Float64)      comment 'Events: the numerator, or the value of a count; null where nothing is counted',
    previous_value       Nullable(Float64)      comment 'Value of the year before; null without it or across a break',
    previous_numerator   Nullable(Float64)      comment 'Its numerator',
    previous_denominator Nullable(Float64)      comment 'Its denominator',
    is_beyond_noise      Nullable(UInt8)        comment '1 when it changed by more than chance does; null where nothing is counted',
    is_other_base        UInt8                  comment '1 when the denominator jumped and the figure on the old one would not have',
    past                 Array(Tuple(
        year UInt16,
        value Float64,
        numerator Nullable(Float64),
        denominator Nullable(Float64),
        event_count Nullable(Float64),
        lower Nullable(Float64),
        upper Nullable(Float64)
    )) comment 'This figure and those before it in the same stretch, oldest first',
    version              UInt64                 comment 'Batch that loaded the figure, key of core_commit',
    bounds               Tuple(
        volatile_noise_factor Nullable(Float64),
        volatile_max_points Nullable(Float64),
        volatile_surprise_min_changes Nullable(Float64),
        surprise_max_p Nullable(Float64),
        surprise_min_change_percent Nullable(Float64),
        validation_jump_percent Nullable(Float64),
        validation_jump_must_explain_percent Nullable(Float64),
        validation_surprise_max_p Nullable(Float64),
        validation_scale_max_log10 Nullable(Float64),
        validation_repeat_years Nullable(Float64),
        validation_repeat_min_count Nullable(Float64),
        validation_denominator_jump_percent Nullable(Float64),
        validation_full_min_denominator Nullable(Float64),
        validation_zero_years Nullable(Float64),
        validation_zero_max_p Nullable(Float64),
        outlier_min_units Nullable(Float64),
        outlier_modified_z Nullable(Float64)
    ) comment 'Parameters of the validation rules for the year, by threshold_code'
)
as
with
-- Only what the rules ask for: a map of every parameter beside every figure would be
-- larger than all figures.
bound as (
    select
        period_year,
        tuple(
            bounds['volatile_noise_factor'] as volatile_noise_factor,
            bounds['volatile_max_points'] as volatile_max_points,
            bounds['volatile_surprise_min_changes'] as volatile_surprise_min_changes,
            bounds['surprise_max_p'] as surprise_max_p,
            bounds['surprise_min_change_percent'] as surprise_min_change_percent,
            bounds['validation_jump_percent'] as validation_jump_percent,
            bounds['validation_jump_must_explain_percent'] as validation_jump_must_explain_percent,
            bounds['validation_surprise_max_p'] as validation_surprise_max_p,
            bounds['validation_scale_max_log10'] as validation_scale_max_log10,
            bounds['validation_repeat_years'] as validation_repeat_years,
            bounds['validation_repeat_min_count'] as validation_repeat_min_count,
            bounds['validation_denominator_jump_percent'] as validation_denominator_jump_percent,
            bounds['validation_full_min_denominator'] as validation_full_min_denominator,
            bounds['validation_zero_years'] as validation_zero_years,
            bounds['validation_zero_max_p'] as validation_zero_max_p,
            bounds['outlier_min_units'] as outlier_min_units,
            bounds['outlier_modified_z'] as outlier_modified_z
        ) as bounds
    from core_threshold_yearly
),
point as (
    select
        p.indicator_code as indicator_code,
        i.name_zh as name_zh,
        i.name_en as name_en,
        i.measure as measure,
        i.data_kind as data_kind,
        i.multiplier as multiplier,
        p.area_code as area_code,
        p.sex as sex,
        p.age_group as age_group,
        p.residence as residence,
        p.category as category,
        p.period_year as period_year,
        p.data_version as version,
        groupArray(tuple(
            p.period_year as year,
            p.value as value,
            p.numerator as numerator,
            p.denominator as denominator,
            if(i.measure = 'count', toNullable(p.value), p.numerator) as event_count,
            p.value_lower as lower,
            p.value_upper as upper
        )) over (
            partition by
                p.indicator_code, p.area_code,
                p.sex, p.age_group, p.residence, p.category, p.comparable_from
            order by p.period_year
            rows between unbounded preceding and current row
        ) as past,
        t.bounds as bounds
    from core_point as p
    left join core_indicator as i on i.indicator_code = p.indicator_code
    left join bound as t on t.period_year = p.period_year
    where p.area_code in (select area_code from core_area where is_monitored = 1)
),
beside as (
    select
        *,
        past[-1] as now,
        if(
            past[-2].year = period_year - 1, past[-2], (0, null, null, null, null, null, null)
        ) as before,
        now.denominator / nullIf(before.4, 0) as base_ratio,
        now.numerator / nullIf(before.4, 0) * multiplier as on_old_base
    from point
)
select
    indicator_code,
    name_zh,
    name_en,
    measure,
    data_kind,
    multiplier,
    area_code,
    sex,
    age_group,
    residence,
    category,
    period_year,
    now.value as value,
    now.numerator as numerator,
    now.denominator as denominator,
    now.event_count as event_count,
    before.2 as previous_value,
    before.3 as previous_numerator,
    before.4 as previous_denominator,
    if(
        measure = 'proportion',
        bw_interval_difference(
            now.value, now.lower, now.upper, before.2, before.6, before.7
        ).is_significant,
        abs(now.event_count - before.5)
        > bounds.volatile_noise_factor * sqrt(now.event_count + before.5)
    ) as is_beyond_noise,
    coalesce(
        multiplier > 0
        and abs(base_ratio - 1) > bounds.validation_denominator_jump_percent / 100
        and abs(on_old_base - before.2) <= bounds.validation_jump_percent / 100 * abs(before.2),
        0
    ) as is_other_base,
    past,
    version,
    bounds
from beside
settings enable_named_columns_in_function_tuple = 1
comment 'One row per yearly figure of a monitored area that has a value: it and the one of the year before.';
