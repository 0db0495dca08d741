-- mart_area_gap_yearly
-- One row per indicator, area, breakdown and year with a value of a street: how unequal its streets are.
-- Reads   mart_area_compare_yearly, core_point, core_indicator, core_target, core_threshold_yearly
-- Method  Pooled value as sum over sum; coefficient of variation weighted by the
--         denominators, and as annex figures Theil index and mean log deviation
--         (Schlotheuber and Hosseinpoor, 2022, WHO healthequal); beside them the chance
--         that equal streets differ as much (chi-square of homogeneity, Fisher, 1950).
--         They are refused with few streets or many missing, by core_threshold
create or replace view mart_area_gap_yearly
(
    indicator_code      LowCardinality(String) comment 'Code in core_indicator, or publisher:code',
    name_zh             String                 comment 'Official name',
    name_en             String                 comment 'Name in English',
    area_code           LowCardinality(String) comment 'Area that the streets make up',
    sex                 LowCardinality(String) comment 'SDMX CL_SEX',
    age_group           LowCardinality(String) comment 'SDMX CL_AGE',
    residence           LowCardinality(String) comment 'SDMX CL_RESIDENCE',
    category            LowCardinality(String) comment 'Further breakdown, _T when none',
    period_year         UInt16                 comment 'Statistical year',
    unit_code           LowCardinality(String) comment 'Unit of the values',
    polarity            Int8                   comment '1 higher is better, -1 lower is better, 0 neither',
    area_value          Nullable(Float64)      comment 'Figure of the area itself, as reported; null when it has none',
    pooled_value        Nullable(Float64)      comment 'Value of the streets together, sum over sum; null below two streets with counts',
    street_count        UInt16                 comment 'Streets that should have a value',
    valued_count        UInt16                 comment 'Streets that have one',
    missing_area_codes  Array(String)          comment 'Streets that have none and no status that says not applicable',
    min_value           Float64                comment 'Lowest value of a street',
    min_area_code       LowCardinality(String) comment 'Street that has it, the first by code where several have',
    max_value           Float64                comment 'Highest value of a street',
    max_area_code       LowCardinality(String) comment 'Street that has it, the first by code where several have',
    range_value         Float64                comment 'max_value - min_value, in unit_code (percentage points for percentages)',
    target_code         LowCardinality(String) comment 'Target whose number the streets are held against: the floor of every street before any other; empty without one',
    target_number       Nullable(Float64)      comment 'That number',
    meeting_count       Nullable(UInt16)       comment 'Streets that meet it; a missing one does not',
    meeting_percent     Nullable(Float64)      comment 'meeting_count of valued_count, percent; read it with missing_area_codes',
    cov_percent         Nullable(Float64)      comment 'Coefficient of variation between the streets, weighted by their denominators, n and not n - 1',
    theil               Nullable(Float64)      comment 'Theil index x 1000; annex figure',
    mean_log_deviation  Nullable(Float64)      comment 'Mean log deviation x 1000; annex figure',
    disparity_reason    LowCardinality(String) comment 'Empty when these are given, else too_few_groups, too_many_missing or weight_missing',
    dispersion_chi2     Nullable(Float64)      comment 'Chi-square of homogeneity of the streets',
    dispersion_df       Nullable(UInt16)       comment 'Its degrees of freedom',
    dispersion_p        Nullable(Float64)      comment 'Chance that streets which are equal differ as much; read no disparity where it is not small',
    dispersion_reason   LowCardinality(String) comment 'Empty when it is given, else why not: as disparity_reason, or other_measure, no_counts, no_variation, no_events',
    outside_count       UInt16                 comment 'Streets outside the 99.8 % limits of the funnel',
    data_version        UInt64                 comment 'Newest batch that loaded a figure of a street, key of core_commit'
)
as
with
-- The number that every street, or else the area, is to meet.
aim as (
    select
        indicator_code,
        sex,
        age_group,
        residence,
        category,
        argMin((target_code, kind, target_value), (kind != 'per_area_floor', target_code)) as target
    from core_target
    where
        isNotNull(target_value)
        and kind in ('per_area_floor', 'at_least', 'at_most', 'equals')
    group by
        indicator_code,
        sex,
        age_group,
        residence,
        category
),
-- The streets of an area together; what is only shown goes along in one column.
gathered as (
    select
        indicator_code,
        parent_code,
        sex,
        age_group,
        residence,
        category,
        period_year,
        tuple(
            any(name_zh) as name_zh,
            any(name_en) as name_en,
            any(unit_code) as unit_code,
            any(polarity) as polarity,
            any(pooled_value) as pooled_value,
            countIf(flag in ('low_3s', 'high_3s')) as outside_count,
            max(data_version) as data_version
        ) as shown,
        any(street_codes) as street_codes,
        count() as valued_count,
        arraySort(groupArray((toString(area_code), value, numerator, denominator))) as places
    from mart_area_compare_yearly
    group by
        indicator_code,
        parent_code,
        sex,
        age_group,
        residence,
        category,
        period_year
),
-- Why no measure of disparity is given, if so; reasons in the order in which they are
-- tried.
judged as (
    select
        g.parent_code as area_code,
        g.indicator_code as indicator_code,
        g.sex as sex,
        g.age_group as age_group,
        g.residence as residence,
        g.category as category,
        g.period_year as period_year,
        shown,
        street_codes,
        valued_count,
        places,
        i.measure = 'proportion' as is_proportion,
        i.measure = 'rate' as is_rate,
        if(own.data_version = 0, null, own.value) as area_value,
        a.target.1 as target_code,
        if(target_code = '', null, a.target.3) as target_number,
        if(
            target_code = '',
            null,
            arrayCount(
                p -> if(a.target.2 = 'at_most', p.2 <= a.target.3 + 1e-9, p.2 >= a.target.3 - 1e-9),
                places
            )
        ) as meeting_count,
        arrayFilter(c -> not has(places.1, c), street_codes) as missing_area_codes,
        multiIf(
            100 * length(missing_area_codes) / length(street_codes) > t.bounds['dispersion_max_missing_percent'],
            'too_many_missing',
            valued_count < t.bounds['dispersion_min_groups'], 'too_few_groups',
            ''
        ) as refusal
    from gathered as g
    left join core_indicator as i on i.indicator_code = g.indicator_code
    left join core_threshold_yearly as t on t.period_year = g.period_year
    left join core_point as own on
        own.indicator_code = g.indicator_code
        and own.area_code = g.parent_code
        and own.sex = g.sex
        and own.age_group = g.age_group
        and own.residence = g.residence
        and own.category = g.category
        and own.period_year = g.period_year
    left join aim as a on
        a.indicator_code = g.indicator_code
        and a.sex = g.sex
        and a.age_group = g.age_group
        and a.residence = g.residence
        and a.category = g.category
),
measured as (
    select
        *,
        arrayMin(places.2) as min_value,
        arrayMax(places.2) as max_value,
        if(refusal = '', places, []) as compared,
        bw_disparity(compared.2, compared.4) as disparity,
        if(
            is_proportion,
            bw_dispersion_binomial(compared.3, compared.4),
            bw_dispersion_poisson(if(is_rate, compared.3, []), if(is_rate, compared.4, []))
        ) as dispersion
    from judged
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
    area_value,
    shown.pooled_value as pooled_value,
    length(street_codes) as street_count,
    valued_count,
    missing_area_codes,
    min_value,
    arrayFirst(p -> p.2 = min_value, places).1 as min_area_code,
    max_value,
    arrayFirst(p -> p.2 = max_value, places).1 as max_area_code,
    max_value - min_value as range_value,
    target_code,
    target_number,
    meeting_count,
    100 * meeting_count / valued_count as meeting_percent,
    disparity.cov as cov_percent,
    disparity.theil as theil,
    disparity.mld as mean_log_deviation,
    if(refusal = '', disparity.reason, refusal) as disparity_reason,
    dispersion.chi2 as dispersion_chi2,
    if(isNull(dispersion.chi2), null, dispersion.df) as dispersion_df,
    dispersion.p as dispersion_p,
    multiIf(
        refusal != '', refusal,
        not is_proportion and not is_rate, 'other_measure',
        dispersion.reason = 'too_few_points', 'no_counts',
        dispersion.reason
    ) as dispersion_reason,
    shown.outside_count as outside_count,
    shown.data_version as data_version
from measured
settings optimize_and_compare_chain = 0, enable_named_columns_in_function_tuple = 1
comment 'One row per indicator, area, breakdown and year with a value of a street: how unequal its streets are.';
