-- mart_check_source
-- One row per fact of a monitored area that several figures give: do they agree (rule 15).
-- Reads   mart_reconciliation
-- Method  mart_reconciliation: further apart than the tolerance. A fact that one source alone
--         gives is not held: nothing can be missing where nothing else is owed
create or replace view mart_check_source
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
    'source' as check_code,
    if(is_within = 1, 'passed', 'failed') as result,
    '' as reason,
    0 as is_required,
    toString(fact_code) as cause_key,
    farthest.indicator_code as indicator_code,
    area_code,
    sex,
    age_group,
    residence,
    category,
    period_year,
    farthest.source_code as source_code,
    farthest.version as version,
    farthest.amount as observed_value,
    concat('≈ ', toString(round(believed.amount, 4))) as expected_text,
    if(is_within = 1, '', toJSONString(map(
        'fact', toString(fact_code),
        'figures', figures_text,
        'difference_percent', ifNull(toString(round(difference_percent, 2)), ''),
        'tolerance_percent', toString(tolerance_percent)
    ))) as evidence,
    if(is_within = 1, '', concat(
        name_zh, '来源不一致：', believed.source_code, '为', toString(round(believed.amount, 4)),
        '，',
        farthest.source_code, '为', toString(round(farthest.amount, 4)), '，请与对方核对并说明'
    )) as message_zh,
    if(is_within = 1, '', concat(
        name_en, ' differs between sources: ', toString(round(believed.amount, 4)), ' by ',
        believed.source_code, ', ',
        toString(round(farthest.amount, 4)), ' by ', farthest.source_code,
        '; please settle it between you'
    )) as message_en
from mart_reconciliation
comment 'One row per fact of a monitored area that several figures give: do they agree (rule 15).';
