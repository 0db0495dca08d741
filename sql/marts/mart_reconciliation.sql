-- mart_reconciliation
-- One row per fact of a monitored area and year that several figures give: side by side.
-- Reads   core_observation, core_indicator, core_area, core_comparison, core_threshold_yearly
-- Method  Two kinds of facts: an indicator that several sources report, and the figures of
--         a core_comparison, which stand in different indicators, forms or agencies. The
--         figure of the agency that answers for its indicator is believed first, as in
--         core_series; the difference is that of the figure farthest from it
create or replace view mart_reconciliation
(
    fact_code          LowCardinality(String) comment 'Code in core_indicator, or in core_comparison',
    kind               LowCardinality(String) comment 'indicator or comparison',
    name_zh            String                 comment 'Name of the fact, Chinese',
    name_en            String                 comment 'Name of the fact, English',
    area_code          LowCardinality(String) comment 'Code in core_area',
    sex                LowCardinality(String) comment 'SDMX CL_SEX',
    age_group          LowCardinality(String) comment 'SDMX CL_AGE',
    residence          LowCardinality(String) comment 'SDMX CL_RESIDENCE',
    category           LowCardinality(String) comment 'Further breakdown, _T when none',
    period_year        UInt16                 comment 'Statistical year',
    figures            Array(Tuple(
        is_of_another UInt8,
        source_code String,
        indicator_code String,
        operand String,
        amount Float64,
        form_code String,
        version UInt64
    )) comment 'The figures, the one that is believed first; amount is in the unit of the fact',
    figures_text       String                 comment 'The same in words',
    source_count       UInt64                 comment 'Agencies that give one',
    believed           Tuple(
        is_of_another UInt8,
        source_code String,
        indicator_code String,
        operand String,
        amount Float64,
        form_code String,
        version UInt64
    ) comment 'Figure that is believed',
    farthest           Tuple(
        is_of_another UInt8,
        source_code String,
        indicator_code String,
        operand String,
        amount Float64,
        form_code String,
        version UInt64
    ) comment 'Figure farthest from it',
    difference         Float64                comment 'farthest - believed',
    difference_percent Nullable(Float64)      comment 'Size of the difference in percent of believed; null when that is 0',
    tolerance_percent  Float64                comment 'Size up to which it is no finding',
    is_within          UInt8                  comment '1 when the difference is within the tolerance'
)
as
with
figure as (
    select
        toString(o.indicator_code) as fact_code,
        'indicator' as kind,
        i.name_zh as name_zh,
        i.name_en as name_en,
        o.indicator_code as indicator_code,
        'value' as operand,
        o.value as amount,
        cast(null, 'Nullable(Float64)') as tolerance,
        o.source_code != i.agency_code as is_of_another,
        o.source_code as source_code,
        o.form_code as form_code,
        o.version as version,
        o.area_code as area_code,
        o.sex as sex,
        o.age_group as age_group,
        o.residence as residence,
        o.category as category,
        o.period_year as period_year
    from core_observation as o
    left join core_indicator as i on i.indicator_code = o.indicator_code
    where o.freq = 'A'

    union all

    select
        toString(k.comparison_code) as fact_code,
        'comparison' as kind,
        k.name_zh as name_zh,
        k.name_en as name_en,
        o.indicator_code as indicator_code,
        toString(k.operand) as operand,
        k.factor * multiIf(
            k.operand = 'numerator', o.numerator,
            k.operand = 'denominator', o.denominator,
            o.value
        ) as amount,
        k.tolerance_percent as tolerance,
        o.source_code != i.agency_code as is_of_another,
        o.source_code as source_code,
        o.form_code as form_code,
        o.version as version,
        o.area_code as area_code,
        o.sex as sex,
        o.age_group as age_group,
        o.residence as residence,
        o.category as category,
        o.period_year as period_year
    from core_observation as o
    inner join core_comparison as k on k.indicator_code = o.indicator_code
    left join core_indicator as i on i.indicator_code = o.indicator_code
    where o.freq = 'A'
),
fact as (
    select
        fact_code,
        kind,
        any(name_zh) as name_zh,
        any(name_en) as name_en,
        area_code,
        sex,
        age_group,
        residence,
        category,
        period_year,
        min(tolerance) as own_tolerance,
        uniqExact(source_code) as source_count,
        arraySort(groupArray(tuple(
            is_of_another as is_of_another,
            toString(source_code) as source_code,
            toString(indicator_code) as indicator_code,
            operand as operand,
            assumeNotNull(amount) as amount,
            toString(form_code) as form_code,
            version as version
        ))) as figures
    from figure
    where
        isNotNull(amount)
        and area_code in (select area_code from core_area where is_monitored = 1)
    group by
        fact_code,
        kind,
        area_code,
        sex,
        age_group,
        residence,
        category,
        period_year
    having source_count > 1 or (kind = 'comparison' and count() > 1)
),
compared as (
    select
        fact.*,
        fact.figures[1] as believed,
        arraySort(
            f -> -abs(f.amount - believed.amount), arrayPopFront(fact.figures)
        )[1] as farthest,
        assumeNotNull(
            coalesce(fact.own_tolerance, t.bounds['validation_source_difference_percent'], 0)
        ) as tolerance_percent
    from fact
    left join core_threshold_yearly as t on t.period_year = fact.period_year
)
select
    fact_code,
    kind,
    name_zh,
    name_en,
    area_code,
    toString(sex) as sex,
    age_group,
    toString(residence) as residence,
    category,
    period_year,
    figures,
    arrayStringConcat(
        arrayMap(
            f -> concat(
                f.source_code, ' ', f.form_code, ' ',
                if(kind = 'comparison', concat(f.indicator_code, ' ', f.operand, ' '), ''),
                toString(f.amount), ' version ', toString(f.version)
            ),
            figures
        ),
        '; '
    ) as figures_text,
    source_count,
    believed,
    farthest,
    farthest.amount - believed.amount as difference,
    100 * abs(difference) / nullIf(abs(believed.amount), 0) as difference_percent,
    tolerance_percent,
    abs(difference) <= tolerance_percent / 100 * abs(believed.amount) as is_within
from compared
settings enable_named_columns_in_function_tuple = 1
comment 'One row per fact of a monitored area and year that several figures give: side by side.';
