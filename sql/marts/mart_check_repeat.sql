-- mart_check_repeat
-- One row per yearly figure of a monitored area: is it the same as in the years before (rule 12).
-- Reads   core_step
-- Method  The same value and numerator in validation_repeat_years years on end. 0 and 100 %
--         repeat by nature, and so do a few events (below validation_repeat_min_count),
--         amounts set by decree, and what moves at elections only: these are not held
create or replace view mart_check_repeat
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
        measure,
        multiplier,
        area_code,
        sex,
        age_group,
        residence,
        category,
        period_year,
        value,
        event_count,
        previous_value,
        past,
        version,
        bounds,
        toUInt8(bounds.validation_repeat_years) as span,
        arraySlice(past, -toInt64(span)) as recent,
        multiIf(
            length(recent) < span or recent[1].year != period_year - span + 1, 'too_few_years',
            event_count < bounds.validation_repeat_min_count, 'few_events',
            ''
        ) as why_not,
        arrayUniq(arrayMap(p -> (p.value, ifNull(p.numerator, -1)), recent)) = 1 as is_repeated
    from core_step
    where
        data_kind = 'administrative'
        and measure not in ('amount', 'index')
        and value != 0
        and not (measure = 'proportion' and value = multiplier)
),
judged as (
    select
        *,
        multiIf(why_not != '', 'not_run', is_repeated, 'failed', 'passed') as verdict
    from held
)
select
    'repeat' as check_code,
    verdict as result,
    why_not as reason,
    0 as is_required,
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
    if(
        why_not = '', concat('≠ ', toString(round(ifNull(previous_value, 0), 4))), ''
    ) as expected_text,
    if(verdict = 'failed', toJSONString(map(
        'years', toString(recent.year),
        'values', toString(recent.value),
        'numerators', toString(recent.numerator),
        'bound_years', toString(span)
    )), '') as evidence,
    if(verdict = 'failed', concat(
        name_zh, '连续', toString(span), '年都是', toString(round(value, 4)),
        '，是否沿用了上年数？请核实并说明'
    ), '') as message_zh,
    if(verdict = 'failed', concat(
        name_en, ' has been ', toString(round(value, 4)), ' for ', toString(span),
        ' years; was last year''s figure copied?'
    ), '') as message_en
from judged
comment 'One row per yearly figure of a monitored area: is it the same as in the years before (rule 12).';
