-- alert_source_conflict
-- One row per fact of a monitored area for which two figures differ.
-- Reads   mart_reconciliation, core_area, mart_cause_yearly, core_moment
-- Rule    Warning when a figure of mart_reconciliation, of another source or of another
--         indicator that counts the same, is farther from the one that is believed than
--         the tolerance (validation_source_difference_percent, or that of the comparison),
--         in the newest year in which one is
-- Why     A fact has one value; which one is shown must not be decided in silence
-- Owner   Monitoring group (监测组)
create or replace view alert_source_conflict
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
conflict as (
    select
        fact_code,
        kind,
        name_zh,
        name_en,
        area_code,
        sex,
        age_group,
        residence,
        category,
        period_year,
        figures,
        figures_text,
        believed,
        farthest,
        difference_percent,
        tolerance_percent
    from mart_reconciliation
    where is_within = 0
    order by period_year desc
    limit 1 by
        fact_code,
        area_code,
        sex,
        age_group,
        residence,
        category
)
select
    'source_conflict' as rule_code,
    '' as target_code,
    k.believed.indicator_code as indicator_code,
    k.area_code as area_code,
    arrayStringConcat(
        arrayFilter(
            part -> part != '',
            [
                if(k.sex = '_T', '', concat('sex=', k.sex)),
                if(k.age_group = '_T', '', concat('age=', k.age_group)),
                if(k.residence = '_T', '', concat('residence=', k.residence)),
                if(k.category = '_T', '', k.category),
                if(k.kind = 'comparison', concat('comparison=', k.fact_code), '')
            ]
        ),
        ';'
    ) as breakdown,
    k.period_year as period_year,
    'warning' as severity,
    k.farthest.amount as observed_value,
    k.believed.amount as reference_value,
    toJSONString(map(
        'agency_code', concat(k.believed.source_code, ',', k.farthest.source_code),
        'sources', k.figures_text,
        'difference_percent', ifNull(toString(round(k.difference_percent, 2)), ''),
        'threshold_percent', toString(k.tolerance_percent)
    )) as evidence,
    assumeNotNull((select data_version from core_moment)) as data_version,
    concat(
        '来源不一致：', a.name_zh, k.name_zh, toString(k.period_year), '年，',
        k.believed.source_code, '报', toString(round(k.believed.amount, 4)), '，',
        k.farthest.source_code, '报', toString(round(k.farthest.amount, 4))
    ) as message_zh,
    concat(
        'Sources disagree: ', k.name_en, ' of ', a.name_en, ' for ', toString(k.period_year),
        ' is ', toString(round(k.believed.amount, 4)), ' by ', k.believed.source_code, ' and ',
        toString(round(k.farthest.amount, 4)), ' by ', k.farthest.source_code
    ) as message_en,
    if(
        c.cause_zh = '' or k.kind = 'comparison', '没有可比的数值，无法分解变化', c.cause_zh
    ) as cause_zh,
    if(
        c.cause_en = '' or k.kind = 'comparison',
        'no two values to compare, so there is no change to take apart', c.cause_en
    ) as cause_en
from conflict as k
left join core_area as a on a.area_code = k.area_code
left join mart_cause_yearly as c on
    c.indicator_code = k.believed.indicator_code
    and c.area_code = k.area_code
    and c.sex = k.sex
    and c.age_group = k.age_group
    and c.residence = k.residence
    and c.category = k.category
    and c.period_year = k.period_year
comment 'One row per fact of a monitored area for which two figures differ.';
