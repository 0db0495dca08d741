-- alert_gap_widening
-- One row per indicator of the district whose gap between the sexes, or town and land, has grown.
-- Reads   core_pair_yearly, core_series_state, core_target, core_plan, mart_change_yearly, mart_cause_yearly, core_moment
-- Rule    Warning when the gap of the newest year exceeds that of the year before beyond the
--         interval of the change, the two gaps taken as independent, or when the last five
--         gaps grow significantly; notice while the ratio is within parity. Silent when
--         either side is volatile in that year: then the swing is the news, not the gap
-- Why     Plans, basic principles: 男女平等, 儿童平等发展; 缩小城乡差距
-- Owner   Monitoring group (监测组)
create or replace view alert_gap_widening
(
    rule_code       LowCardinality(String) comment 'Rule, the name of this view without alert_',
    target_code     LowCardinality(String) comment 'Target concerned, empty when the rule is about an indicator or a submission',
    indicator_code  LowCardinality(String) comment 'Indicator concerned, empty when the rule is about a submission',
    area_code       LowCardinality(String) comment 'Area concerned',
    breakdown       LowCardinality(String) comment 'Breakdown concerned as name=code joined by ;  empty for the total',
    period_year     UInt16                 comment 'Statistical year it speaks of',
    severity        LowCardinality(String) comment 'critical, warning or notice',
    observed_value  Nullable(Float64)      comment 'Figure that made the rule fire',
    reference_value Nullable(Float64)      comment 'Figure it was held against',
    evidence        String                 comment 'All a person needs to recompute it, JSON',
    data_version    UInt64                 comment 'Newest committed batch that was read',
    message_zh      String                 comment 'One sentence for people, Chinese',
    message_en      String                 comment 'The same in English',
    cause_zh        String                 comment 'What made the figure change, in parts that sum to the change, Chinese; never empty',
    cause_en        String                 comment 'The same in English'
)
as
with
-- What is volatile by itself is told by its own rule.
swinging as (
    select distinct
        if(sex in ('F', 'M'), 'sex', 'residence') as dimension,
        indicator_code,
        area_code,
        period_year
    from mart_change_yearly
    where
        is_volatile = 1
        and (age_group, category) = ('_T', '_T')
        and (sex, residence) in (('F', '_T'), ('M', '_T'), ('_T', 'U'), ('_T', 'R'))
),
widened as (
    select
        dimension,
        indicator_code,
        name_zh,
        name_en,
        area_code,
        period_year,
        first_value,
        first_numerator,
        first_denominator,
        second_value,
        second_numerator,
        second_denominator,
        difference,
        difference_lower,
        difference_upper,
        previous_difference,
        gap_change,
        gap_change_lower,
        gap_change_upper,
        gap_movement,
        gap_trend,
        gap_years,
        gap_sizes,
        gap_lowers,
        gap_uppers,
        ratio,
        is_in_parity,
        data_version
    from core_pair_yearly
    where
        (gap_movement = 'widened' or gap_trend = 'widening')
        and (sex, age_group, residence, category) = ('_T', '_T', '_T', '_T')
        and area_code in (select area_code from core_plan)
        and indicator_code in (select indicator_code from core_target)
        and (dimension, indicator_code, area_code, period_year) in (
            select
                if(sex = 'F', 'sex', 'residence'),
                indicator_code,
                area_code,
                newest_year
            from core_series_state
            where
                is_recent = 1
                and (age_group, category) = ('_T', '_T')
                and (sex, residence) in (('F', '_T'), ('_T', 'U'))
        )
),
-- What changed on either side.
side as (
    select
        if(sex in ('F', 'M'), 'sex', 'residence') as dimension,
        indicator_code,
        area_code,
        period_year,
        anyIf(cause_zh, sex = 'F' or residence = 'U') as first_zh,
        anyIf(cause_en, sex = 'F' or residence = 'U') as first_en,
        anyIf(cause_zh, sex = 'M' or residence = 'R') as second_zh,
        anyIf(cause_en, sex = 'M' or residence = 'R') as second_en
    from mart_cause_yearly
    where
        (age_group, category) = ('_T', '_T')
        and (sex, residence) in (('F', '_T'), ('M', '_T'), ('_T', 'U'), ('_T', 'R'))
    group by
        dimension,
        indicator_code,
        area_code,
        period_year
)
select
    'gap_widening' as rule_code,
    '' as target_code,
    g.indicator_code as indicator_code,
    g.area_code as area_code,
    g.dimension as breakdown,
    g.period_year as period_year,
    if(g.is_in_parity = 1, 'notice', 'warning') as severity,
    toNullable(g.difference) as observed_value,
    g.previous_difference as reference_value,
    toJSONString(map(
        'method', if(g.gap_movement = 'widened', 'change of the gap', 'trend of the gap'),
        'first', if(g.dimension = 'sex', 'F', 'U'),
        'first_value', toString(g.first_value),
        'first_numerator', toString(g.first_numerator),
        'first_denominator', toString(g.first_denominator),
        'second', if(g.dimension = 'sex', 'M', 'R'),
        'second_value', toString(g.second_value),
        'second_numerator', toString(g.second_numerator),
        'second_denominator', toString(g.second_denominator),
        'difference', toString(g.difference),
        'difference_lower', toString(g.difference_lower),
        'difference_upper', toString(g.difference_upper),
        'previous_difference', toString(g.previous_difference),
        'gap_change', toString(g.gap_change),
        'gap_change_lower', toString(g.gap_change_lower),
        'gap_change_upper', toString(g.gap_change_upper),
        'ratio', toString(g.ratio),
        'is_in_parity', toString(g.is_in_parity),
        'gap_trend', toString(g.gap_trend),
        'gap_years', toString(g.gap_years),
        'gap_sizes', toString(g.gap_sizes),
        'gap_lowers', toString(g.gap_lowers),
        'gap_uppers', toString(g.gap_uppers),
        'version', toString(g.data_version)
    )) as evidence,
    assumeNotNull((select data_version from core_moment)) as data_version,
    concat(
        if(g.dimension = 'sex', '性别差距扩大：', '城乡差距扩大：'),
        g.name_zh, toString(g.period_year), '年',
        if(g.dimension = 'sex', '女', '城镇'), toString(round(g.first_value, 2)),
        if(g.dimension = 'sex', '、男', '、农村'), toString(round(g.second_value, 2)),
        '，相差', toString(round(abs(g.difference), 2)),
        if(
            g.gap_movement = 'widened',
            concat('，比上年扩大', ifNull(toString(round(g.gap_change, 2)), ''), '，超出偶然'),
            '，五年来持续扩大'
        ),
        if(g.is_in_parity = 1, '；比值仍在均等范围内', '')
    ) as message_zh,
    concat(
        if(g.dimension = 'sex', 'Sex gap widens: ', 'Urban-rural gap widens: '),
        g.name_en, ' ', toString(g.period_year), ': ',
        if(g.dimension = 'sex', 'women ', 'urban '), toString(round(g.first_value, 2)),
        if(g.dimension = 'sex', ', men ', ', rural '), toString(round(g.second_value, 2)),
        ', ', toString(round(abs(g.difference), 2)), ' apart',
        if(
            g.gap_movement = 'widened',
            concat(
                ', ', ifNull(toString(round(g.gap_change, 2)), ''),
                ' more than a year before and beyond chance'
            ),
            ', growing over five years'
        ),
        if(g.is_in_parity = 1, '; the ratio is still within parity', '')
    ) as message_en,
    concat(
        if(g.dimension = 'sex', '女：', '城镇：'), c.first_zh,
        if(g.dimension = 'sex', '。男：', '。农村：'), c.second_zh
    ) as cause_zh,
    concat(
        if(g.dimension = 'sex', 'women: ', 'urban: '), c.first_en,
        if(g.dimension = 'sex', '. men: ', '. rural: '), c.second_en
    ) as cause_en
from widened as g
left anti join swinging as v on
    v.dimension = g.dimension
    and v.indicator_code = g.indicator_code
    and v.area_code = g.area_code
    and v.period_year = g.period_year
left join side as c on
    c.dimension = g.dimension
    and c.indicator_code = g.indicator_code
    and c.area_code = g.area_code
    and c.period_year = g.period_year
comment 'One row per indicator of the district whose gap between the sexes, or town and land, has grown.';
