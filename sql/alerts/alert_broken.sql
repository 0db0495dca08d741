-- alert_broken
-- One row per target of the district that has to hold every year, or in every street, and does not (未保持).
-- Reads   mart_target_yearly, core_plan, mart_cause_yearly, core_moment
-- Rule    Warning when the verdict of the newest year is broken; critical when the
--         newest value itself does not meet the target
-- Why     保持在, 稳定在 must hold every year: such a target is broken today, not off track
-- Owner   Monitoring group (监测组)
create or replace view alert_broken
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
)
select
    'broken' as rule_code,
    t.target_code as target_code,
    t.indicator_code as indicator_code,
    t.area_code as area_code,
    '' as breakdown,
    t.period_year as period_year,
    if(t.is_met = 0, 'critical', 'warning') as severity,
    t.value as observed_value,
    t.target_number as reference_value,
    toJSONString(map(
        'method_version', toString(t.method_version),
        'verdict_reason', toString(t.verdict_reason),
        'data_year', toString(t.data_year),
        'value', toString(t.value),
        'target_number', toString(t.target_number),
        'failed_years', arrayStringConcat(arrayMap(y -> toString(y), t.failed_years), ','),
        'failing_area_codes', arrayStringConcat(t.failing_area_codes, ','),
        'version', toString(t.data_version)
    )) as evidence,
    assumeNotNull((select data_version from core_moment)) as data_version,
    concat('未保持：', t.name_zh, '，', t.reason_zh) as message_zh,
    concat('Not held: ', t.name_en, '; ', t.reason_en) as message_en,
    concat(if(t.kind = 'relative_to_indicator', '指标自身：', ''), if(c.cause_zh = '', '没有可比的数值，无法分解变化', c.cause_zh)) as cause_zh,
    concat(if(t.kind = 'relative_to_indicator', 'the indicator itself: ', ''), if(c.cause_en = '', 'no two values to compare, so there is no change to take apart', c.cause_en)) as cause_en
from mart_target_yearly as t
inner join core_plan as p on p.plan_code = t.plan_code and p.area_code = t.area_code
left join cause as c on
    c.indicator_code = t.indicator_code
    and c.area_code = t.area_code
    and c.sex = t.sex
    and c.age_group = t.age_group
    and c.residence = t.residence
    and c.category = t.category
    and c.period_year = t.data_year
where
    t.is_latest = 1
    and t.verdict = 'broken'
comment 'One row per target of the district that has to hold every year, or in every street, and does not (未保持).';
