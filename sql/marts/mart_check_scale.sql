-- mart_check_scale
-- One row per yearly figure of a monitored area: is its decimal point or unit a slip (rule 13).
-- Reads   core_step
-- Method  log10 of the ratio to last year lies within validation_scale_max_log10 of a whole
--         number other than 0: ten, a hundred or a thousand times, or one part of it. What
--         chance does to a few events is no slip, nor is another denominator (rule 18)
create or replace view mart_check_scale
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
        value,
        previous_value,
        is_beyond_noise,
        is_other_base,
        past,
        version,
        bounds,
        multiIf(
            isNull(previous_value), 'no_last_year',
            value = 0 or previous_value = 0, 'zero',
            ''
        ) as why_not,
        log10(abs(value / nullIf(previous_value, 0))) as magnitude,
        coalesce(
            round(magnitude) != 0
            and abs(magnitude - round(magnitude)) <= bounds.validation_scale_max_log10
            and coalesce(is_beyond_noise, 1),
            0
        ) as is_slip
    from core_step
),
judged as (
    select
        *,
        multiIf(
            why_not != '', 'not_run', is_slip and not is_other_base, 'failed', 'passed'
        ) as verdict,
        toString(round(value / exp10(round(ifNull(magnitude, 0))), 4)) as in_scale
    from held
)
select
    'scale' as check_code,
    verdict as result,
    multiIf(why_not != '', why_not, is_slip and is_other_base, 'other_base', '') as reason,
    verdict = 'failed' as is_required,
    toString(indicator_code) as cause_key,
    indicator_code,
    area_code,
    sex,
    age_group,
    residence,
    category,
    period_year,
    '' as source_code,
    version,
    value as observed_value,
    if(why_not = '', in_scale, '') as expected_text,
    if(verdict = 'failed', toJSONString(map(
        'years', toString(past.year),
        'values', toString(past.value),
        'ratio', toString(value / previous_value),
        'log10', toString(magnitude),
        'bound_log10', ifNull(toString(bounds.validation_scale_max_log10), '')
    )), '') as evidence,
    if(verdict = 'failed', concat(
        name_zh, '为', toString(round(value, 4)), '，是上年',
        toString(round(ifNull(previous_value, 0), 4)), '的',
        toString(round(ifNull(value / previous_value, 0), 3)), '倍，疑似小数点或单位错位（是否为',
        in_scale, '？），请核实'
    ), '') as message_zh,
    if(verdict = 'failed', concat(
        name_en, ' is ', toString(round(value, 4)), ', ',
        toString(round(ifNull(value / previous_value, 0), 3)), ' times last year''s ',
        toString(round(ifNull(previous_value, 0), 4)), '; a slip of the decimal point or unit? (',
        in_scale, '?)'
    ), '') as message_en
from judged
comment 'One row per yearly figure of a monitored area: is its decimal point or unit a slip (rule 13).';
