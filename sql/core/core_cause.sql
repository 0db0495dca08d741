-- core_cause
-- One row per series of a monitored area and year with a value: what made it change since the value before.
-- Reads   core_series, core_indicator, core_area
-- Method  A rate x / n changes from x0 / n0 to x1 / n1. The denominator first:
--         x0 / n1 - x0 / n0; then the events: x1 / n1 - x0 / n1 (Kitagawa, 1955,
--         taken in this order). Where the streets add up to the area in both years,
--         the same change by streets: the mix, change of shares x old rates, and the
--         rates, new shares x change of rates; a street that had nobody counts with
--         the old rate of the area. Either pair sums to the change
create or replace view core_cause
(
    indicator_code       LowCardinality(String) comment 'Code in core_indicator',
    area_code            LowCardinality(String) comment 'Code in core_area',
    sex                  String                 comment 'SDMX CL_SEX',
    age_group            LowCardinality(String) comment 'SDMX CL_AGE',
    residence            String                 comment 'SDMX CL_RESIDENCE',
    category             LowCardinality(String) comment 'Further breakdown, _T when none',
    period_year          UInt16                 comment 'Statistical year',
    previous_year        Nullable(UInt16)       comment 'Year of the value before; null for the first',
    value                Float64                comment 'Value of period_year',
    previous_value       Nullable(Float64)      comment 'Value of previous_year',
    change_value         Nullable(Float64)      comment 'value - previous_value',
    previous_numerator   Nullable(Float64)      comment 'x0: events of previous_year',
    numerator            Nullable(Float64)      comment 'x1: events of period_year',
    previous_denominator Nullable(Float64)      comment 'n0: denominator of previous_year',
    denominator          Nullable(Float64)      comment 'n1: denominator of period_year',
    denominator_part     Nullable(Float64)      comment 'Part of the change that the denominator made; null where it cannot be told',
    event_part           Nullable(Float64)      comment 'Part of the change that the events made; the two sum to change_value',
    mix_part             Nullable(Float64)      comment 'Part of the change that the shares of the streets made; null where the streets do not add up',
    rate_part            Nullable(Float64)      comment 'Part of the change that the rates of the streets made; the two sum to change_value',
    cause_zh             String                 comment 'The cause in one sentence, Chinese; never empty',
    cause_en             String                 comment 'The same in English'
)
as
with
-- The series with the values that it has, oldest first.
series as (
    select
        s.indicator_code as indicator_code,
        s.area_code as area_code,
        s.sex as sex,
        s.age_group as age_group,
        s.residence as residence,
        s.category as category,
        arrayFilter(p -> isNotNull(p.value), s.points) as kept,
        i.multiplier as multiplier,
        i.measure in ('count', 'amount', 'years', 'index') as is_level,
        if(i.numerator_zh = '', '分子', i.numerator_zh) as events_zh,
        if(i.denominator_zh = '', '分母', i.denominator_zh) as base_zh,
        greatest(2, i.decimals) as digits,
        concat('%.', toString(digits), 'f') as plain,
        concat('%+.', toString(digits), 'f') as signed
    from core_series as s
    left join core_indicator as i on i.indicator_code = s.indicator_code
    where s.area_code in (select area_code from core_area where is_monitored = 1)
),
-- The same series of the streets of an area.
street as (
    select
        s.indicator_code as indicator_code,
        a.parent_code as area_code,
        s.sex as sex,
        s.age_group as age_group,
        s.residence as residence,
        s.category as category,
        groupArray(arrayFilter(p -> isNotNull(p.numerator) and isNotNull(p.denominator), s.points)) as streets
    from core_series as s
    inner join core_area as a on a.area_code = s.area_code
    where
        a.is_monitored = 1
        and a.level = 'street'
    group by
        s.indicator_code,
        a.parent_code,
        s.sex,
        s.age_group,
        s.residence,
        s.category
),
-- Each value beside the one before it, and the counts of every street in the
-- two years as (x0, n0, x1, n1).
pair as (
    select
        series.* except (kept),
        place,
        kept[place] as now,
        kept[place - 1] as before,
        arrayMap(
            points -> (
                coalesce(arrayFirst(p -> p.year = before.year, points).numerator, 0),
                coalesce(arrayFirst(p -> p.year = before.year, points).denominator, 0),
                coalesce(arrayFirst(p -> p.year = now.year, points).numerator, 0),
                coalesce(arrayFirst(p -> p.year = now.year, points).denominator, 0)
            ),
            street.streets
        ) as counts
    from series
    left join street using (indicator_code, area_code, sex, age_group, residence, category)
    array join arrayEnumerate(kept) as place
),
-- Only a value that is its numerator over its denominator can be taken apart.
measured as (
    select
        *,
        place > 1 as has_before,
        before.numerator as x0,
        before.denominator as n0,
        now.numerator as x1,
        now.denominator as n1,
        coalesce(
            has_before and n0 > 0 and n1 > 0
            and abs(before.value - multiplier * x0 / n0) <= 1e-9 * greatest(1, abs(before.value))
            and abs(now.value - multiplier * x1 / n1) <= 1e-9 * greatest(1, abs(now.value)),
            0
        ) as is_quotient,
        coalesce(
            is_quotient and notEmpty(counts)
            and arraySum(counts.1) = x0 and arraySum(counts.2) = n0
            and arraySum(counts.3) = x1 and arraySum(counts.4) = n1,
            0
        ) as is_sum_of_streets
    from pair
),
parted as (
    select
        *,
        now.value - before.value as change,
        if(is_quotient, multiplier * (x0 / n1 - x0 / n0), null) as by_base,
        if(is_quotient, multiplier * (x1 / n1 - x0 / n1), null) as by_events,
        if(
            is_sum_of_streets,
            multiplier * arraySum(
                c -> coalesce(if(c.2 > 0, (c.4 / n1 - c.2 / n0) * (c.1 / c.2 - x0 / n0), 0), 0),
                counts
            ),
            null
        ) as by_mix,
        if(
            is_sum_of_streets,
            multiplier * arraySum(
                c -> coalesce(
                    if(c.4 > 0, c.4 / n1 * (c.3 / c.4 - if(c.2 > 0, c.1 / c.2, x0 / n0)), 0),
                    0
                ),
                counts
            ),
            null
        ) as by_rates,
        concat(if(x1 < x0, '', '+'), toString(round(x1 - x0, 2))) as more_events,
        100 * (coalesce(n1 / n0, 1) - 1) as percent,
        if(abs(percent) < 10, printf('%+.1f', round(percent, 1) + 0), printf('%+.0f', percent)) as more_base -- + 0: no minus before a zero
    from measured
)
select
    indicator_code,
    area_code,
    sex,
    age_group,
    residence,
    category,
    now.year as period_year,
    if(has_before, before.year, null) as previous_year,
    assumeNotNull(now.value) as value,
    if(has_before, before.value, null) as previous_value,
    if(has_before, change, null) as change_value,
    if(has_before, x0, null) as previous_numerator,
    x1 as numerator,
    if(has_before, n0, null) as previous_denominator,
    n1 as denominator,
    by_base as denominator_part,
    by_events as event_part,
    by_mix as mix_part,
    by_rates as rate_part,
    concat(
        if(
            has_before,
            concat(
                toString(before.year),
                '年为',
                printf(plain, coalesce(before.value, 0)),
                '，',
                toString(now.year),
                '年为',
                printf(plain, coalesce(now.value, 0)),
                '，变化',
                printf(signed, round(coalesce(change, 0), digits) + 0)
            ),
            ''
        ),
        multiIf(
            not has_before, concat('首个有数值的年份是', toString(now.year), '年，没有可比的变化'),
            is_quotient,
                concat(
                    '：',
                    base_zh,
                    more_base,
                    '%，影响',
                    printf(signed, round(coalesce(by_base, 0), digits) + 0),
                    '；',
                    events_zh,
                    coalesce(more_events, ''),
                    '，影响',
                    printf(signed, round(coalesce(by_events, 0), digits) + 0)
                ),
            is_level, '：该指标不是比率，变化即为数值本身的增减',
            '；没有可用的分子和分母，无法分解'
        ),
        if(
            is_sum_of_streets,
            concat(
                '；按街道看：构成影响',
                printf(signed, round(coalesce(by_mix, 0), digits) + 0),
                '，各街道水平影响',
                printf(signed, round(coalesce(by_rates, 0), digits) + 0)
            ),
            ''
        )
    ) as cause_zh,
    concat(
        if(
            has_before,
            concat(
                printf(plain, coalesce(before.value, 0)),
                ' in ',
                toString(before.year),
                ', ',
                printf(plain, coalesce(now.value, 0)),
                ' in ',
                toString(now.year),
                ', ',
                printf(signed, round(coalesce(change, 0), digits) + 0)
            ),
            ''
        ),
        multiIf(
            not has_before,
                concat(
                    toString(now.year),
                    ' is the first year with a value; there is no change to explain'
                ),
            is_quotient,
                concat(
                    ': denominator ',
                    more_base,
                    ' % = ',
                    printf(signed, round(coalesce(by_base, 0), digits) + 0),
                    ', events ',
                    coalesce(more_events, ''),
                    ' = ',
                    printf(signed, round(coalesce(by_events, 0), digits) + 0)
                ),
            is_level, ': no quotient, so the change is that of the figure itself',
            '; it came without a numerator and denominator to take it apart'
        ),
        if(
            is_sum_of_streets,
            concat(
                '; by streets: mix ',
                printf(signed, round(coalesce(by_mix, 0), digits) + 0),
                ', rates ',
                printf(signed, round(coalesce(by_rates, 0), digits) + 0)
            ),
            ''
        )
    ) as cause_en
from parted
settings optimize_and_compare_chain = 0, enable_named_columns_in_function_tuple = 1
comment 'One row per series of a monitored area and year with a value: what made it change since the value before.';
