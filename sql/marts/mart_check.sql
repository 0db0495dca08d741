-- mart_check
-- One row per figure or submission of a monitored area and validation rule that was held against it.
-- Reads   mart_check_certain, mart_check_chain, mart_check_jump, mart_check_late, mart_check_population, mart_check_repeat, mart_check_revision, mart_check_rounding, mart_check_scale, mart_check_source, mart_check_street
-- Method  All rules that look again at what was loaded. Those held while a file is read are
--         counted by mart_check_entry; what they refused is in core_reject
create or replace view mart_check
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
    check_code,
    result,
    reason,
    is_required,
    cause_key,
    indicator_code,
    area_code,
    sex,
    age_group,
    residence,
    category,
    period_year,
    source_code,
    version,
    observed_value,
    expected_text,
    evidence,
    message_zh,
    message_en
from mart_check_certain

union all

select
    check_code,
    result,
    reason,
    is_required,
    cause_key,
    indicator_code,
    area_code,
    sex,
    age_group,
    residence,
    category,
    period_year,
    source_code,
    version,
    observed_value,
    expected_text,
    evidence,
    message_zh,
    message_en
from mart_check_chain

union all

select
    check_code,
    result,
    reason,
    is_required,
    cause_key,
    indicator_code,
    area_code,
    sex,
    age_group,
    residence,
    category,
    period_year,
    source_code,
    version,
    observed_value,
    expected_text,
    evidence,
    message_zh,
    message_en
from mart_check_jump

union all

select
    check_code,
    result,
    reason,
    is_required,
    cause_key,
    indicator_code,
    area_code,
    sex,
    age_group,
    residence,
    category,
    period_year,
    source_code,
    version,
    observed_value,
    expected_text,
    evidence,
    message_zh,
    message_en
from mart_check_late

union all

select
    check_code,
    result,
    reason,
    is_required,
    cause_key,
    indicator_code,
    area_code,
    sex,
    age_group,
    residence,
    category,
    period_year,
    source_code,
    version,
    observed_value,
    expected_text,
    evidence,
    message_zh,
    message_en
from mart_check_population

union all

select
    check_code,
    result,
    reason,
    is_required,
    cause_key,
    indicator_code,
    area_code,
    sex,
    age_group,
    residence,
    category,
    period_year,
    source_code,
    version,
    observed_value,
    expected_text,
    evidence,
    message_zh,
    message_en
from mart_check_repeat

union all

select
    check_code,
    result,
    reason,
    is_required,
    cause_key,
    indicator_code,
    area_code,
    sex,
    age_group,
    residence,
    category,
    period_year,
    source_code,
    version,
    observed_value,
    expected_text,
    evidence,
    message_zh,
    message_en
from mart_check_revision

union all

select
    check_code,
    result,
    reason,
    is_required,
    cause_key,
    indicator_code,
    area_code,
    sex,
    age_group,
    residence,
    category,
    period_year,
    source_code,
    version,
    observed_value,
    expected_text,
    evidence,
    message_zh,
    message_en
from mart_check_rounding

union all

select
    check_code,
    result,
    reason,
    is_required,
    cause_key,
    indicator_code,
    area_code,
    sex,
    age_group,
    residence,
    category,
    period_year,
    source_code,
    version,
    observed_value,
    expected_text,
    evidence,
    message_zh,
    message_en
from mart_check_scale

union all

select
    check_code,
    result,
    reason,
    is_required,
    cause_key,
    indicator_code,
    area_code,
    sex,
    age_group,
    residence,
    category,
    period_year,
    source_code,
    version,
    observed_value,
    expected_text,
    evidence,
    message_zh,
    message_en
from mart_check_source

union all

select
    check_code,
    result,
    reason,
    is_required,
    cause_key,
    indicator_code,
    area_code,
    sex,
    age_group,
    residence,
    category,
    period_year,
    source_code,
    version,
    observed_value,
    expected_text,
    evidence,
    message_zh,
    message_en
from mart_check_street
comment 'One row per figure or submission of a monitored area and validation rule that was held against it.';
