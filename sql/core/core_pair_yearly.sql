-- core_pair_yearly
-- One row per dimension, series and year that has both halves: women and men, or urban and rural.
-- Reads   core_point, core_indicator, core_threshold_yearly
-- Method  Difference first - second with the 95 % interval of Newcombe (1998) for
--         proportions, and for rates of the same construction on their exact and Byar's
--         intervals (Zou and Donner, 2008, approximate); ratio and adjusted ratio by the
--         UNESCO Institute for Statistics, parity by the bounds of core_threshold. The
--         gap is the size of the difference; this year's and last year's are compared as
--         two independent estimates, and its trend over the last five points is tested
--         as Fingertips tests trends. Nothing is compared across a break. Head counts have
--         no ratio and no interval: the two halves are of different size
create or replace view core_pair_yearly
(
    dimension           LowCardinality(String) comment 'sex (first F, second M) or residence (first U, second R)',
    indicator_code      LowCardinality(String) comment 'Code in core_indicator, or publisher:code',
    name_zh             String                 comment 'Official name, empty outside the catalog',
    name_en             String                 comment 'Name in English, empty outside the catalog',
    area_code           LowCardinality(String) comment 'Code in core_area',
    sex                 LowCardinality(String) comment 'SDMX CL_SEX of both halves; _T where sex is the dimension',
    age_group           LowCardinality(String) comment 'SDMX CL_AGE of both halves',
    residence           LowCardinality(String) comment 'SDMX CL_RESIDENCE of both halves; _T where residence is the dimension',
    category            LowCardinality(String) comment 'Further breakdown of both halves, _T when none',
    period_year         UInt16                 comment 'Statistical year',
    unit_code           LowCardinality(String) comment 'Unit of the values and of their difference (percentage points for percentages)',
    polarity            Int8                   comment '1 higher is better, -1 lower is better, 0 neither',
    first_value         Float64                comment 'Value of the first half',
    first_numerator     Nullable(Float64)      comment 'Numerator of the first half',
    first_denominator   Nullable(Float64)      comment 'Denominator of the first half',
    first_lower         Nullable(Float64)      comment 'Lower end of the 95 % interval of first_value',
    first_upper         Nullable(Float64)      comment 'Upper end of it',
    second_value        Float64                comment 'Value of the second half',
    second_numerator    Nullable(Float64)      comment 'Numerator of the second half',
    second_denominator  Nullable(Float64)      comment 'Denominator of the second half',
    second_lower        Nullable(Float64)      comment 'Lower end of the 95 % interval of second_value',
    second_upper        Nullable(Float64)      comment 'Upper end of it',
    difference          Float64                comment 'first_value - second_value',
    difference_lower    Nullable(Float64)      comment 'Lower end of its 95 % interval',
    difference_upper    Nullable(Float64)      comment 'Upper end of it',
    interval_reason     LowCardinality(String) comment 'Empty when there is an interval, else head_count, other_measure or no_counts',
    is_beyond_chance    Nullable(UInt8)        comment '1 when 0 lies outside the interval of the difference; null without one',
    ratio               Nullable(Float64)      comment 'first_value / second_value: the parity index (GPI) for women and men',
    ratio_adjusted      Nullable(Float64)      comment 'ratio up to 1, 2 - 1 / ratio above (GPIA): the same gap is as far from 1 on either side',
    ratio_reason        LowCardinality(String) comment 'Empty when there is a ratio, else head_count, both_zero, divisor_zero or negative_value',
    is_in_parity        Nullable(UInt8)        comment '1 when the ratio lies within parity_low and parity_high; null without ratio or bounds',
    behind_code         LowCardinality(String) comment 'Half that is worse off by the polarity: F, M, U or R; empty when neither is or polarity is 0',
    unknown_percent     Nullable(Float64)      comment 'Share of persons (denominators, or the figures of a head count) of unknown half, percent; null when it cannot be told',
    unknown_event_percent Nullable(Float64)    comment 'Share of events (numerators) of unknown half, percent; null when it cannot be told',
    unknown_source      LowCardinality(String) comment 'reported (figure under _U), remainder (total - first - second), parts_exceed_total or no_total',
    previous_difference Nullable(Float64)      comment 'Difference of the year before; null without it or across a break',
    gap_change          Nullable(Float64)      comment 'Size of the difference less that of the year before; above 0 the gap has grown',
    gap_change_lower    Nullable(Float64)      comment 'Lower end of its 95 % interval',
    gap_change_upper    Nullable(Float64)      comment 'Upper end of it',
    gap_movement        LowCardinality(String) comment 'widened or narrowed beyond the interval, no_significant_change, or cannot_be_calculated',
    gap_trend           LowCardinality(String) comment 'Last five points: widening, narrowing, no_significant_change or cannot_be_calculated',
    gap_years           Array(UInt16)          comment 'Years of these points',
    gap_sizes           Array(Float64)         comment 'Size of the difference in each of them',
    gap_lowers          Array(Nullable(Float64)) comment 'Lower end of the 95 % interval of each; below 0 when the other half may be ahead',
    gap_uppers          Array(Nullable(Float64)) comment 'Upper end of it',
    data_version        UInt64                 comment 'Newest batch that loaded either half, key of core_commit'
)
as
with
-- Every figure once for each dimension: the side it is of, and the breakdowns that
-- both sides share.
figure as (
    select
        arrayJoin([
            ('sex', p.sex, '_T', p.residence),
            ('residence', p.residence, p.sex, '_T')
        ]) as cut,
        cut.1 as dimension,
        p.indicator_code as indicator_code,
        p.area_code as area_code,
        cut.3 as sex,
        p.age_group as age_group,
        cut.4 as residence,
        p.category as category,
        p.period_year as period_year,
        cut.2 as side,
        tuple(
            p.value as value,
            p.numerator as numerator,
            p.denominator as denominator,
            p.value_lower as lower,
            p.value_upper as upper,
            p.unit_code as unit_code,
            p.comparable_from as comparable_from,
            p.data_version as data_version
        ) as half
    from core_point as p
),
pair as (
    select
        dimension,
        indicator_code,
        area_code,
        sex,
        age_group,
        residence,
        category,
        period_year,
        anyIf(half, side in ('F', 'U')) as a,
        anyIf(half, side in ('M', 'R')) as b,
        anyIf(half, side = '_U') as unknown,
        anyIf(half, side = '_T') as whole,
        countIf(side = '_U') > 0 as has_unknown,
        countIf(side = '_T') > 0 as has_whole
    from figure
    group by
        dimension,
        indicator_code,
        area_code,
        sex,
        age_group,
        residence,
        category,
        period_year
    having countIf(side in ('F', 'U')) > 0 and countIf(side in ('M', 'R')) > 0
),
-- The difference, and the number of persons and of events in each part: first,
-- second, unknown and the whole.
compared as (
    select
        pair.dimension as dimension,
        pair.indicator_code as indicator_code,
        pair.area_code as area_code,
        pair.sex as sex,
        pair.age_group as age_group,
        pair.residence as residence,
        pair.category as category,
        pair.period_year as period_year,
        a,
        b,
        has_unknown,
        has_whole,
        i.name_zh as name_zh,
        i.name_en as name_en,
        i.polarity as polarity,
        i.measure = 'count' or (
            i.measure = '' and a.unit_code in ('count', 'persons', 'person_times')
        ) as is_head_count,
        i.measure in ('proportion', 'rate', '') as can_have_interval,
        t.bounds['parity_low'] as parity_low,
        t.bounds['parity_high'] as parity_high,
        greatest(a.comparable_from, b.comparable_from) as comparable_from,
        bw_interval_difference(a.value, a.lower, a.upper, b.value, b.lower, b.upper) as gap,
        arrayMap(
            p -> if(is_head_count, toNullable(p.value), p.denominator),
            [a, b, unknown, whole]
        ) as persons,
        [a.numerator, b.numerator, unknown.numerator, whole.numerator] as events
    from pair
    left join core_indicator as i on i.indicator_code = pair.indicator_code
    left join core_threshold_yearly as t on t.period_year = pair.period_year
),
-- The size of the gap; of persons and events those whose half nobody knows, and the
-- ratio where there is one.
sized as (
    select
        * except (persons, events, has_unknown, has_whole),
        if(
            gap.difference < 0,
            (period_year, -gap.difference, -gap.upper, -gap.lower, gap.difference),
            (period_year, gap.difference, gap.lower, gap.upper, gap.difference)
        ) as point,
        arrayMap(
            (known, unknown, total) -> (
                multiIf(
                    has_unknown, unknown,
                    has_whole and total - known >= -1e-9 * total, greatest(0, total - known),
                    null
                ),
                known
            ),
            [persons[1] + persons[2], events[1] + events[2]],
            [persons[3], events[3]],
            [persons[4], events[4]]
        ) as rest,
        multiIf(
            has_unknown, 'reported',
            not has_whole or isNull(persons[4] - persons[1] - persons[2]), 'no_total',
            persons[4] - persons[1] - persons[2] < -1e-9 * persons[4], 'parts_exceed_total',
            'remainder'
        ) as unknown_source,
        multiIf(
            is_head_count, 'head_count',
            a.value < 0 or b.value < 0, 'negative_value',
            a.value = 0 and b.value = 0, 'both_zero',
            b.value = 0, 'divisor_zero',
            ''
        ) as ratio_reason
    from compared
),
-- The gap beside those of the years before, as far as they can be compared.
followed as (
    select
        *,
        if(ratio_reason = '', bw_gpi(a.value, b.value), null) as ratio,
        groupArray(point) over (
            partition by
                dimension, indicator_code, area_code,
                sex, age_group, residence, category, comparable_from
            order by period_year
            rows between 4 preceding and current row
        ) as recent
    from sized
),
changed as (
    select
        *,
        if(recent[-2].1 = period_year - 1, recent[-2], (0, null, null, null, null)) as before,
        bw_recent_trend(recent.1, recent.2, recent.3, recent.4) as trend
    from followed
),
tested as (
    select
        *,
        bw_interval_difference(point.2, point.3, point.4, before.2, before.3, before.4) as change
    from changed
)
select
    dimension,
    indicator_code,
    name_zh,
    name_en,
    area_code,
    sex,
    age_group,
    residence,
    category,
    period_year,
    a.unit_code as unit_code,
    polarity,
    a.value as first_value,
    a.numerator as first_numerator,
    a.denominator as first_denominator,
    a.lower as first_lower,
    a.upper as first_upper,
    b.value as second_value,
    b.numerator as second_numerator,
    b.denominator as second_denominator,
    b.lower as second_lower,
    b.upper as second_upper,
    assumeNotNull(gap.difference) as difference,
    gap.lower as difference_lower,
    gap.upper as difference_upper,
    multiIf(
        isNotNull(gap.lower), '',
        is_head_count, 'head_count',
        not can_have_interval, 'other_measure',
        'no_counts'
    ) as interval_reason,
    gap.is_significant as is_beyond_chance,
    ratio,
    if(ratio_reason = '', bw_gpia(a.value, b.value), null) as ratio_adjusted,
    ratio_reason,
    bw_parity(ratio, parity_low, parity_high) = 'parity' as is_in_parity,
    multiIf(
        polarity = 0 or difference = 0 or is_head_count, '',
        (difference > 0) = (polarity > 0), if(dimension = 'sex', 'M', 'R'),
        if(dimension = 'sex', 'F', 'U')
    ) as behind_code,
    100 * rest[1].1 / nullIf(rest[1].1 + rest[1].2, 0) as unknown_percent,
    100 * rest[2].1 / nullIf(rest[2].1 + rest[2].2, 0) as unknown_event_percent,
    unknown_source,
    before.5 as previous_difference,
    change.difference as gap_change,
    change.lower as gap_change_lower,
    change.upper as gap_change_upper,
    multiIf(
        isNull(change.is_significant), 'cannot_be_calculated',
        change.is_significant = 0, 'no_significant_change',
        change.difference > 0, 'widened',
        'narrowed'
    ) as gap_movement,
    transform(trend, ['increasing', 'decreasing'], ['widening', 'narrowing'], trend) as gap_trend,
    recent.1 as gap_years,
    arrayMap(g -> assumeNotNull(g), recent.2) as gap_sizes,
    recent.3 as gap_lowers,
    recent.4 as gap_uppers,
    greatest(a.data_version, b.data_version) as data_version
from tested
settings optimize_and_compare_chain = 0, enable_named_columns_in_function_tuple = 1
comment 'One row per dimension, series and year that has both halves: women and men, or urban and rural.';
