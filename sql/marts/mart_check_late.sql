-- mart_check_late
-- One row per submission that is due: has it come (rule 16).
-- Reads   core_submission_state, core_plan, core_moment
-- Method  Soft from the day after the due date, hard (required) from the late date on, both in
--         working days. What has come in part has come; its gaps are missing cells
create or replace view mart_check_late
(
    check_code     LowCardinality(String) comment 'Validation rule, code in core_check',
    result         LowCardinality(String) comment 'passed, failed or not_run; a rule whose input is missing is not run, never passed',
    reason         LowCardinality(String) comment 'Why it was not run, or what excused the figure; else empty',
    is_required    UInt8                  comment '1 when a finding must be explained, 0 when an explanation is asked for',
    cause_key      String                 comment 'What findings of one cause share within rule, area and year',
    indicator_code LowCardinality(String) comment 'Code in core_indicator, empty for a submission',
    area_code      LowCardinality(String) comment 'Monitored area',
    sex            LowCardinality(String) comment 'SDMX CL_SEX',
    age_group      LowCardinality(String) comment 'SDMX CL_AGE',
    residence      LowCardinality(String) comment 'SDMX CL_RESIDENCE',
    category       LowCardinality(String) comment 'Further breakdown, _T when none',
    period_year    UInt16                 comment 'Statistical year',
    source_code    LowCardinality(String) comment 'Agency whose figure it is; empty when the series tells',
    version        UInt64                 comment 'Batch of the figure, key of core_commit; 0 when there is none',
    observed_value Nullable(Float64)      comment 'Figure that was held against the rule',
    expected_text  String                 comment 'What would have been in order, empty when not run',
    evidence       String                 comment 'All a person needs to recompute it, JSON; empty unless failed',
    message_zh     String                 comment 'One sentence for the clerk, Chinese; empty unless failed',
    message_en     String                 comment 'The same in English'
)
as
select
    'late' as check_code,
    if(state in ('due', 'late'), 'failed', 'passed') as result,
    '' as reason,
    state = 'late' as is_required,
    toString(form_code) as cause_key,
    '' as indicator_code,
    assumeNotNull((select min(area_code) from core_plan)) as area_code,
    '_T' as sex,
    '_T' as age_group,
    '_T' as residence,
    '_T' as category,
    period_year,
    agency_code as source_code,
    0 as version,
    null as observed_value,
    concat('≤ ', toString(due_date)) as expected_text,
    if(result = 'failed', toJSONString(map(
        'form_code', toString(form_code),
        'due_date', toString(due_date),
        'late_date', toString(late_date),
        'on_date', toString((select on_date from core_moment))
    )), '') as evidence,
    if(
        result = 'failed',
        concat(
            toString(period_year), '年', form_code, '应于', toString(due_date), '前报送，尚未收到'
        ),
        ''
    ) as message_zh,
    if(
        result = 'failed',
        concat(
            form_code, ' for ', toString(period_year), ' was due on ', toString(due_date),
            ' and has not come'
        ),
        ''
    ) as message_en
from core_submission_state
where state != 'not_due'
comment 'One row per submission that is due: has it come (rule 16).';
