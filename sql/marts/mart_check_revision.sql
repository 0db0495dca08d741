-- mart_check_revision
-- One row per figure of a monitored area that was changed when its year was past: is there a reason (rule 10).
-- Reads   core_past_revision, core_indicator
-- Method  core_past_revision: the old value is kept as a version. The reason is the remark that
--         came with the new one; without it, an explanation is required
create or replace view mart_check_revision
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
    'revision' as check_code,
    if(r.reason = '', 'failed', 'passed') as result,
    if(r.reason = '', '', 'remark') as reason,
    r.reason = '' as is_required,
    toString(r.indicator_code) as cause_key,
    r.indicator_code as indicator_code,
    r.area_code as area_code,
    r.sex as sex,
    r.age_group as age_group,
    r.residence as residence,
    r.category as category,
    r.period_year as period_year,
    r.source_code as source_code,
    r.version as version,
    r.value as observed_value,
    toString(round(r.previous_value, 4)) as expected_text,
    if(result = 'failed', toJSONString(map(
        'value', toString(r.value),
        'numerator', ifNull(toString(r.numerator), ''),
        'denominator', ifNull(toString(r.denominator), ''),
        'previous_value', toString(r.previous_value),
        'previous_numerator', ifNull(toString(r.previous_numerator), ''),
        'previous_denominator', ifNull(toString(r.previous_denominator), ''),
        'previous_version', toString(r.previous_version)
    )), '') as evidence,
    if(result = 'failed', concat(
        i.name_zh, toString(r.period_year), '年由', toString(round(r.previous_value, 4)), '修订为',
        toString(round(r.value, 4)), '，旧数保留备查，请说明修订原因'
    ), '') as message_zh,
    if(result = 'failed', concat(
        i.name_en, ' for ', toString(r.period_year), ' was changed from ',
        toString(round(r.previous_value, 4)), ' to ', toString(round(r.value, 4)),
        '; the old figure is kept; please give the reason'
    ), '') as message_en
from core_past_revision as r
left join core_indicator as i on i.indicator_code = r.indicator_code
comment 'One row per figure of a monitored area that was changed when its year was past: is there a reason (rule 10).';
