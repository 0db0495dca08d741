-- mart_check_population
-- One row per yearly figure of a monitored area with a denominator: does that jump (rule 18).
-- Reads   core_step
-- Method  The denominator (population, births) differs from last year's by more than
--         validation_denominator_jump_percent and by more than chance does to a count.
--         Indicators with the same pair of denominators are one cause
create or replace view mart_check_population
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
with
held as (
    select
        indicator_code,
        name_zh,
        name_en,
        area_code,
        sex,
        age_group,
        residence,
        category,
        period_year,
        denominator,
        previous_denominator,
        version,
        bounds,
        isNull(previous_denominator) as is_alone,
        100 * (denominator / nullIf(previous_denominator, 0) - 1) as change_percent,
        coalesce(
            abs(change_percent) > bounds.validation_denominator_jump_percent
            and abs(denominator - previous_denominator)
            > bounds.volatile_noise_factor * sqrt(denominator + previous_denominator),
            0
        ) as is_jump
    from core_step
    where multiplier > 0 and data_kind = 'administrative'
),
judged as (
    select
        *,
        multiIf(
            isNull(denominator), 'no_denominator',
            is_alone, 'no_last_year',
            ''
        ) as why_not,
        multiIf(why_not != '', 'not_run', is_jump, 'failed', 'passed') as verdict
    from held
)
select
    'population' as check_code,
    verdict as result,
    why_not as reason,
    0 as is_required,
    concat(
        ifNull(toString(previous_denominator), ''), '>', ifNull(toString(denominator), '')
    ) as cause_key,
    indicator_code,
    area_code,
    sex,
    age_group,
    residence,
    category,
    period_year,
    '' as source_code,
    version,
    denominator as observed_value,
    if(why_not = '', concat('≈ ', toString(previous_denominator)), '') as expected_text,
    if(verdict = 'failed', toJSONString(map(
        'denominator', ifNull(toString(denominator), ''),
        'previous_denominator', ifNull(toString(previous_denominator), ''),
        'change_percent', ifNull(toString(round(change_percent, 2)), ''),
        'bound_percent', ifNull(toString(bounds.validation_denominator_jump_percent), '')
    )), '') as evidence,
    if(verdict = 'failed', concat(
        name_zh, '的分母由上年', ifNull(toString(previous_denominator), ''), '变为',
        ifNull(toString(denominator), ''),
        '（', toString(round(ifNull(change_percent, 0), 1)), '%），口径是否有变？请核实并说明'
    ), '') as message_zh,
    if(verdict = 'failed', concat(
        'the denominator of ', name_en, ' went from ', ifNull(toString(previous_denominator), ''),
        ' to ', ifNull(toString(denominator), ''),
        ' (', toString(round(ifNull(change_percent, 0), 1)), ' %); has its definition changed?'
    ), '') as message_en
from judged
comment 'One row per yearly figure of a monitored area with a denominator: does that jump (rule 18).';
