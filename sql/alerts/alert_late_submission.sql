-- alert_late_submission
-- One row per submission that is owed and has not come by its due date plus grace.
-- Reads   core_submission_state, core_agency, core_plan, core_moment
-- Rule    Warning from the late date on, in working days; critical 30 days after it
-- Why     Plans, chapter 四: 各成员单位向同级统计部门报送年度监测数据
-- Owner   Monitoring group (监测组)
create or replace view alert_late_submission
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
    'late_submission' as rule_code,
    '' as target_code,
    '' as indicator_code,
    assumeNotNull((select min(area_code) from core_plan)) as area_code,
    concat('form=', s.form_code, ';year=', toString(s.period_year)) as breakdown,
    s.period_year as period_year,
    if(s.days_late >= 30, 'critical', 'warning') as severity,
    toFloat64(s.days_late) as observed_value,
    toFloat64(0) as reference_value,
    toJSONString(map(
        'form_code', toString(s.form_code),
        'agency_code', toString(s.agency_code),
        'due_date', toString(s.due_date),
        'late_date', toString(s.late_date),
        'on_date', toString((select on_date from core_moment))
    )) as evidence,
    assumeNotNull((select data_version from core_moment)) as data_version,
    concat(
        '逾期未报：', a.name_zh, '应于', toString(s.due_date), '前报送', toString(s.period_year),
        '年数据（', s.form_code, '）'
    ) as message_zh,
    concat(
        'Late: ', a.name_en, ' owes ', s.form_code, ' for ', toString(s.period_year), ', due ',
        toString(s.due_date)
    ) as message_en,
    '没有报送，没有可分解的变化' as cause_zh,
    'nothing came, so there is no change to take apart' as cause_en
from core_submission_state as s
left join core_agency as a on a.agency_code = s.agency_code
where
    s.state = 'late'
    and s.period_year >= (select min(baseline_year) from core_plan)
comment 'One row per submission that is owed and has not come by its due date plus grace.';
