-- alert_rare_event
-- One row per event of a kind that should not happen, reported at once as a count and never as a rate.
-- Reads   core_series, core_indicator, mart_cause_yearly, core_plan, core_moment
-- Rule    Critical when the numerator (or the count) of a rare-event indicator in the
--         newest year of the district is above zero
-- Why     A maternal death in 2,000 births is a case to review, not a rate of 50 per
--         100,000: one event says nothing about a trend, and does not wait for the year's end
-- Owner   Agency of the indicator; case review by the health authority
create or replace view alert_rare_event
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
cause as (
    select
        indicator_code,
        area_code,
        sex,
        age_group,
        residence,
        category,
        period_year,
        cause_zh,
        cause_en
    from mart_cause_yearly
    where area_code in (select area_code from core_plan)
),
newest as (
    select
        indicator_code,
        area_code,
        arrayFilter(p -> isNotNull(p.value) or isNotNull(p.numerator), points)[-1] as p
    from core_series
    where
        area_code in (select area_code from core_plan)
        and sex = '_T'
        and age_group = '_T'
        and residence = '_T'
        and category = '_T'
)
select
    'rare_event' as rule_code,
    '' as target_code,
    n.indicator_code as indicator_code,
    n.area_code as area_code,
    concat('year=', toString(n.p.year)) as breakdown,
    n.p.year as period_year,
    'critical' as severity,
    if(isNull(n.p.numerator), n.p.value, n.p.numerator) as observed_value,
    toFloat64(0) as reference_value,
    toJSONString(map(
        'year', toString(n.p.year),
        'numerator', toString(n.p.numerator),
        'denominator', toString(n.p.denominator),
        'value', toString(n.p.value),
        'version', toString(n.p.version)
    )) as evidence,
    assumeNotNull((select data_version from core_moment)) as data_version,
    concat(
        '罕见事件：',
        toString(n.p.year),
        '年发生',
        toString(toUInt64(assumeNotNull(observed_value))),
        '例，',
        i.name_zh,
        '。按例数个案评审，不按率判断趋势'
    ) as message_zh,
    concat(
        'Rare event: ',
        toString(toUInt64(assumeNotNull(observed_value))),
        ' in ',
        toString(n.p.year),
        ', ',
        i.name_en,
        '; review the case, a rate says nothing here'
    ) as message_en,
    if(c.cause_zh = '', '没有可比的数值，无法分解变化', c.cause_zh) as cause_zh,
    if(
        c.cause_en = '',
        'no two values to compare, so there is no change to take apart',
        c.cause_en
    ) as cause_en
from newest as n
inner join core_indicator as i on i.indicator_code = n.indicator_code
left join cause as c on
    c.indicator_code = n.indicator_code
    and c.area_code = n.area_code
    and c.sex = '_T'
    and c.age_group = '_T'
    and c.residence = '_T'
    and c.category = '_T'
    and c.period_year = n.p.year
where
    i.is_rare_event = 1
    and observed_value > 0
comment 'One row per event of a kind that should not happen, reported at once as a count and never as a rate.';
