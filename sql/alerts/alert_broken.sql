-- alert_broken
-- One row per target of the district that has to hold every year, or in every street, and does not (未保持).
-- Reads   mart_verdict_evidence, core_moment
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
select
    'broken' as rule_code,
    target_code,
    indicator_code,
    area_code,
    '' as breakdown,
    period_year,
    if(is_met = 0, 'critical', 'warning') as severity,
    value as observed_value,
    target_number as reference_value,
    evidence,
    assumeNotNull((select data_version from core_moment)) as data_version,
    concat('未保持：', name_zh, '，', reason_zh) as message_zh,
    concat('Not held: ', name_en, '; ', reason_en) as message_en,
    cause_zh,
    cause_en
from mart_verdict_evidence
where verdict = 'broken'
comment 'One row per target of the district that has to hold every year, or in every street, and does not (未保持).';
