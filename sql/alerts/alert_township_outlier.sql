-- alert_township_outlier
-- One row per indicator and street of the district that lies outside the funnel on the bad side.
-- Reads   mart_area_compare_yearly, core_series_state, core_indicator, core_target, core_plan, core_threshold_yearly, mart_cause_yearly, core_moment
-- Rule    Warning when the newest value of a street lies outside the 99.8 % limits around the
--         pooled value of all streets, on the bad side, and its exact tail is as rare;
--         notice where more reports may mean better reporting. What differs by no more
--         than the numbers explain is silent, however it ranks
-- Why     A league table of small streets is mostly chance; the funnel names those that are not
-- Owner   Monitoring group (监测组)
create or replace view alert_township_outlier
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
outlier as (
    select
        indicator_code,
        name_zh,
        name_en,
        area_code,
        area_name_zh,
        sex,
        age_group,
        residence,
        category,
        period_year,
        value,
        numerator,
        denominator,
        pooled_value,
        limit_lower_998,
        limit_upper_998,
        tail_probability,
        flag_zh,
        flag_en,
        street_codes,
        data_version,
        indicator_code in (
            select indicator_code
            from core_indicator
            where is_reporting_sensitive = 1
        ) as is_sensitive
    from mart_area_compare_yearly
    where
        flag in ('low_3s', 'high_3s')
        and is_worse = 1
        and parent_code in (select area_code from core_plan)
        and (indicator_code, sex, age_group, residence, category) in (
            select indicator_code, sex, age_group, residence, category
            from core_target
        )
        and (indicator_code, area_code, sex, age_group, residence, category, period_year) in (
            select indicator_code, area_code, sex, age_group, residence, category, newest_year
            from core_series_state
            where is_recent = 1
        )
)
select
    'township_outlier' as rule_code,
    '' as target_code,
    o.indicator_code as indicator_code,
    o.area_code as area_code,
    arrayStringConcat(
        arrayFilter(
            part -> not endsWith(part, '_T'),
            [
                concat('sex=', o.sex),
                concat('age_group=', o.age_group),
                concat('residence=', o.residence),
                toString(o.category)
            ]
        ),
        ';'
    ) as breakdown,
    o.period_year as period_year,
    if(o.is_sensitive, 'notice', 'warning') as severity,
    toNullable(o.value) as observed_value,
    o.pooled_value as reference_value,
    toJSONString(map(
        'method', 'funnel around the pooled value of the streets',
        'value', toString(o.value),
        'numerator', toString(o.numerator),
        'denominator', toString(o.denominator),
        'pooled_value', toString(o.pooled_value),
        'limit_lower_998', toString(o.limit_lower_998),
        'limit_upper_998', toString(o.limit_upper_998),
        'tail_probability', toString(o.tail_probability),
        'bound_tail_probability', toString(1 - t.bounds['funnel_alarm_probability']),
        'streets', toString(o.street_codes),
        'version', toString(o.data_version)
    )) as evidence,
    assumeNotNull((select data_version from core_moment)) as data_version,
    concat(
        '街道异常：', o.area_name_zh, o.name_zh, toString(o.period_year), '年为',
        toString(round(o.value, 2)),
        '，各街道合计', ifNull(toString(round(o.pooled_value, 2)), ''), '，', o.flag_zh
    ) as message_zh,
    concat(
        'Street out of line: ', o.name_en, ' in ', o.area_name_zh, ' is ',
        toString(round(o.value, 2)), ' in ', toString(o.period_year),
        ', all streets together ', ifNull(toString(round(o.pooled_value, 2)), ''), '; ', o.flag_en
    ) as message_en,
    if(c.cause_zh = '', '没有可比的数值，无法分解变化', c.cause_zh) as cause_zh,
    if(
        c.cause_en = '',
        'no two values to compare, so there is no change to take apart',
        c.cause_en
    ) as cause_en
from outlier as o
left join core_threshold_yearly as t on t.period_year = o.period_year
left join mart_cause_yearly as c on
    c.indicator_code = o.indicator_code
    and c.area_code = o.area_code
    and c.sex = o.sex
    and c.age_group = o.age_group
    and c.residence = o.residence
    and c.category = o.category
    and c.period_year = o.period_year
comment 'One row per indicator and street of the district that lies outside the funnel on the bad side.';
