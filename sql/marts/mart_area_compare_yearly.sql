-- mart_area_compare_yearly
-- One row per indicator, street, breakdown and year with a value: the street against the whole.
-- Reads   core_point, core_series, core_indicator, core_area, core_threshold_yearly
-- Method  Funnel around the pooled value, sum over sum of the streets: limits of 95 % and
--         99.8 %, normal for proportions, square root for rates (Spiegelhalter, 2005). A
--         street is flagged when its value lies outside and the exact binomial or
--         Poisson tail is as rare as the limit says; near 100 % and with few events the
--         limits alone would flag too often. A rank is given only to a street whose
--         interval overlaps with that of no other, and only when none is missing
create or replace view mart_area_compare_yearly
(
    indicator_code   LowCardinality(String) comment 'Code in core_indicator, or publisher:code',
    name_zh          String                 comment 'Official name',
    name_en          String                 comment 'Name in English',
    parent_code      LowCardinality(String) comment 'Area that the streets make up',
    area_code        LowCardinality(String) comment 'Street',
    area_name_zh     String                 comment 'Name of the street',
    sex              LowCardinality(String) comment 'SDMX CL_SEX',
    age_group        LowCardinality(String) comment 'SDMX CL_AGE',
    residence        LowCardinality(String) comment 'SDMX CL_RESIDENCE',
    category         LowCardinality(String) comment 'Further breakdown, _T when none',
    period_year      UInt16                 comment 'Statistical year',
    unit_code        LowCardinality(String) comment 'Unit of the values',
    polarity         Int8                   comment '1 higher is better, -1 lower is better, 0 neither',
    value            Float64                comment 'Value of the street',
    numerator        Nullable(Float64)      comment 'Numerator of the street',
    denominator      Nullable(Float64)      comment 'Denominator of the street',
    value_lower      Nullable(Float64)      comment 'Lower end of the 95 % interval of value',
    value_upper      Nullable(Float64)      comment 'Upper end of it',
    pooled_value     Nullable(Float64)      comment 'Value of all streets together, sum over sum; null below two streets with counts',
    limit_lower_95   Nullable(Float64)      comment 'Lower limit that chance alone keeps to in 95 of 100 cases',
    limit_upper_95   Nullable(Float64)      comment 'Upper limit of these',
    limit_lower_998  Nullable(Float64)      comment 'Lower limit that chance alone keeps to in 998 of 1000 cases',
    limit_upper_998  Nullable(Float64)      comment 'Upper limit of these',
    tail_probability Nullable(Float64)      comment 'Exact chance of a count as far out or farther on that side; null inside the 95 % limits and above 10 000 persons or 1000 events',
    flag             LowCardinality(String) comment 'within, low_2s, high_2s (outside 95 %), low_3s, high_3s (outside 99.8 %), or empty without limits',
    flag_zh          String                 comment 'The flag in words, Chinese',
    flag_en          String                 comment 'The same in English',
    is_worse         Nullable(UInt8)        comment '1 when the flag is on the bad side; null without a flag or where polarity is 0',
    street_codes     Array(String)          comment 'Streets that should have a value: the monitored ones less those reported as not applicable',
    rank             Nullable(UInt16)       comment '1 for the best (the highest where polarity is 0); null where the intervals do not allow a rank',
    rank_reason      LowCardinality(String) comment 'Empty when there is a rank, else street_missing, no_interval or intervals_overlap',
    data_version     UInt64                 comment 'Batch that loaded the figure, key of core_commit'
)
as
with
street as (
    select
        p.indicator_code as indicator_code,
        i.name_zh as name_zh,
        i.name_en as name_en,
        a.parent_code as parent_code,
        p.area_code as area_code,
        a.name_zh as area_name_zh,
        p.sex as sex,
        p.age_group as age_group,
        p.residence as residence,
        p.category as category,
        p.period_year as period_year,
        p.unit_code as unit_code,
        i.polarity as polarity,
        p.value as value,
        p.numerator as numerator,
        p.denominator as denominator,
        p.value_lower as value_lower,
        p.value_upper as value_upper,
        p.data_version as data_version,
        i.measure = 'proportion' as is_proportion,
        i.measure = 'rate' as is_rate,
        nullIf(i.multiplier, 0) as multiplier,
        isNotNull(p.numerator) and p.denominator > 0 as is_counted,
        t.bounds['funnel_warning_probability'] as warning_probability,
        t.bounds['funnel_alarm_probability'] as alarm_probability
    from core_point as p
    inner join core_area as a on a.area_code = p.area_code
    left join core_indicator as i on i.indicator_code = p.indicator_code
    left join core_threshold_yearly as t on t.period_year = p.period_year
    where
        a.is_monitored = 1
        and a.level = 'street'
),
-- Streets that were reported as not applicable are not missing: no school of the
-- kind, nobody of the age.
exempt as (
    select
        indicator_code,
        area_code,
        sex,
        age_group,
        residence,
        category,
        arrayJoin(arrayFilter(p -> p.obs_status = 'M', points)).year as period_year
    from core_series
    where area_code in (select area_code from core_area where is_monitored = 1 and level = 'street')
),
exempt_of as (
    select
        a.parent_code as parent_code,
        e.indicator_code as indicator_code,
        e.sex as sex,
        e.age_group as age_group,
        e.residence as residence,
        e.category as category,
        e.period_year as period_year,
        groupArray(toString(e.area_code)) as codes
    from exempt as e
    inner join core_area as a on a.area_code = e.area_code
    group by
        a.parent_code,
        e.indicator_code,
        e.sex,
        e.age_group,
        e.residence,
        e.category,
        e.period_year
),
sister as (
    select
        parent_code,
        arraySort(groupArray(toString(area_code))) as codes
    from core_area
    where
        is_monitored = 1
        and level = 'street'
    group by parent_code
),
-- Each street beside all streets of the area.
together as (
    select
        *,
        countIf(is_counted) over area as counted_count,
        sumIf(numerator, is_counted) over area as events,
        sumIf(denominator, is_counted) over area as base,
        groupArray((area_code, value, value_lower, value_upper)) over area as places
    from street
    window area as (
        partition by indicator_code, parent_code, sex, age_group, residence, category, period_year
    )
),
pooled as (
    select
        * except (events, base, counted_count),
        if(counted_count > 1, events / base, null) as share
    from together
),
limited as (
    select
        *,
        if(
            is_proportion,
            bw_funnel_proportion(if(is_proportion, share, null), denominator),
            bw_funnel_rate(if(is_rate, share, null), denominator)
        ) as limits
    from pooled
),
outside as (
    select
        *,
        coalesce(value < multiplier * limits.lower_2s, 0) as is_low,
        coalesce(value > multiplier * limits.upper_2s, 0) as is_high,
        coalesce(
            value < multiplier * limits.lower_3s or value > multiplier * limits.upper_3s,
            0
        ) as is_far
    from limited
),
-- The exact tail, worked out only where the limits are left.
tailed as (
    select
        *,
        if(is_low, numerator, null) as low_count,
        if(is_high, numerator, null) as high_count,
        multiIf(
            is_proportion and is_low, bw_binomial_cdf(low_count, denominator, share),
            is_proportion and is_high, bw_binomial_survival(high_count, denominator, share),
            is_rate and is_low, bw_poisson_cdf(low_count, share * denominator),
            is_rate and is_high, 1 - bw_poisson_cdf(high_count - 1, share * denominator),
            null
        ) as tail_probability
    from outside
),
flagged as (
    select
        t.* except (parent_code, indicator_code, sex, age_group, residence, category, period_year),
        t.parent_code as parent_code,
        t.indicator_code as indicator_code,
        t.sex as sex,
        t.age_group as age_group,
        t.residence as residence,
        t.category as category,
        t.period_year as period_year,
        multiIf(
            isNull(limits.lower_2s), '',
            not (is_low or is_high), 'within',
            is_far and coalesce(tail_probability <= 1 - alarm_probability, 1),
            if(is_low, 'low_3s', 'high_3s'),
            coalesce(tail_probability <= 1 - warning_probability, 1),
            if(is_low, 'low_2s', 'high_2s'),
            'within'
        ) as flag,
        arrayFilter(p -> p.1 != t.area_code, places) as others,
        arrayFilter(c -> not has(e.codes, c), s.codes) as street_codes
    from tailed as t
    inner join sister as s on s.parent_code = t.parent_code
    left join exempt_of as e on
        e.parent_code = t.parent_code
        and e.indicator_code = t.indicator_code
        and e.sex = t.sex
        and e.age_group = t.age_group
        and e.residence = t.residence
        and e.category = t.category
        and e.period_year = t.period_year
),
ranked as (
    select
        *,
        multiIf(
            length(places) < length(street_codes), 'street_missing',
            isNull(value_lower) or arrayExists(p -> isNull(p.3), others), 'no_interval',
            arrayExists(p -> p.3 <= value_upper and value_lower <= p.4, others),
            'intervals_overlap',
            ''
        ) as rank_reason
    from flagged
)
select
    indicator_code,
    name_zh,
    name_en,
    parent_code,
    area_code,
    area_name_zh,
    sex,
    age_group,
    residence,
    category,
    period_year,
    unit_code,
    polarity,
    value,
    numerator,
    denominator,
    value_lower,
    value_upper,
    share * multiplier as pooled_value,
    multiplier * limits.lower_2s as limit_lower_95,
    multiplier * limits.upper_2s as limit_upper_95,
    multiplier * limits.lower_3s as limit_lower_998,
    multiplier * limits.upper_3s as limit_upper_998,
    tail_probability,
    flag,
    transform(
        flag,
        ['within', 'low_2s', 'high_2s', 'low_3s', 'high_3s'],
        [
            '与全区无显著差异',
            '低于全区（超出95%界限）', '高于全区（超出95%界限）',
            '显著低于全区（超出99.8%界限）', '显著高于全区（超出99.8%界限）'
        ],
        '没有分子分母，不能比较'
    ) as flag_zh,
    transform(
        flag,
        ['within', 'low_2s', 'high_2s', 'low_3s', 'high_3s'],
        [
            'no significant difference from the whole', 'below the whole (outside 95 %)',
            'above the whole (outside 95 %)', 'far below the whole (outside 99.8 %)',
            'far above the whole (outside 99.8 %)'
        ],
        'no counts to compare'
    ) as flag_en,
    if(
        flag = '' or polarity = 0,
        null,
        flag in (if(polarity > 0, 'low_2s', 'high_2s'), if(polarity > 0, 'low_3s', 'high_3s'))
    ) as is_worse,
    street_codes,
    if(
        rank_reason = '',
        toUInt16(1 + arrayCount(p -> if(polarity < 0, p.2 < value, p.2 > value), others)),
        null
    ) as rank,
    rank_reason,
    data_version
from ranked
settings optimize_and_compare_chain = 0
comment 'One row per indicator, street, breakdown and year with a value: the street against the whole.';
