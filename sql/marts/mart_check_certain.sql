-- mart_check_certain
-- One row per yearly figure of a monitored area that is 100 % or 0: is that credible (rule 17).
-- Reads   core_step
-- Method  100 % of at least validation_full_min_denominator persons, where it was less the year
--         before (a series that is always full is asked once); no event in the last
--         validation_zero_years years although as many as the years before had would have
--         left less than validation_zero_max_p for none (Poisson). Without a denominator or
--         earlier events to go by it is not run
create or replace view mart_check_certain
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
edge as (
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
        denominator,
        event_count,
        past,
        version,
        bounds,
        measure = 'proportion' and value = multiplier as is_full,
        ifNull(previous_value = multiplier, 0) as was_full,
        toUInt8(bounds.validation_zero_years) as span,
        arraySlice(past, -toInt64(span)) as recent,
        arraySlice(past, 1, toInt64(length(past)) - toInt64(span)) as earlier,
        arraySum(arrayMap(p -> ifNull(p.event_count, 0), earlier))
        / nullIf(
            if(
                multiplier > 0, arraySum(arrayMap(p -> ifNull(p.denominator, 0), earlier)),
                toFloat64(length(earlier))
            ),
            0
        ) as usual_rate,
        usual_rate
        * if(
            multiplier > 0, arraySum(arrayMap(p -> ifNull(p.denominator, 0), recent)),
            toFloat64(length(recent))
        ) as expected_events
    from core_step
    where (
        measure = 'proportion' and value = multiplier
    ) or (value = 0 and measure in ('rate', 'count'))
),
held as (
    select
        *,
        multiIf(
            is_full and isNull(denominator), 'no_denominator',
            is_full, '',
            length(recent) < span or recent[1].year != period_year - span + 1
            or arrayExists(p -> p.value != 0, recent), 'too_few_years',
            isNull(expected_events), 'nothing_to_go_by',
            ''
        ) as why_not,
        if(
            is_full,
            denominator >= bounds.validation_full_min_denominator and not was_full,
            exp(-expected_events) < bounds.validation_zero_max_p
        ) as is_doubtful
    from edge
),
judged as (
    select
        *,
        multiIf(why_not != '', 'not_run', coalesce(is_doubtful, 0), 'failed', 'passed') as verdict
    from held
)
select
    'certain' as check_code,
    verdict as result,
    multiIf(why_not != '', why_not, is_full and was_full, 'as_before', '') as reason,
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
    multiIf(
        why_not != '', '',
        is_full, concat('< ', toString(multiplier)),
        concat('≈ ', toString(round(ifNull(expected_events, 0), 1)))
    ) as expected_text,
    if(verdict = 'failed', toJSONString(map(
        'denominator', ifNull(toString(denominator), ''),
        'years', toString(past.year),
        'values', toString(past.value),
        'expected_events', ifNull(toString(round(expected_events, 3)), ''),
        'bound_denominator', ifNull(toString(bounds.validation_full_min_denominator), ''),
        'bound_p', ifNull(toString(bounds.validation_zero_max_p), '')
    )), '') as evidence,
    multiIf(
        verdict != 'failed', '',
        is_full,
        concat(name_zh, '为100%，', toString(ifNull(denominator, 0)), '人无一例外，请核实并说明'),
        concat(
            name_zh, '连续', toString(span), '年为0，按以往应有约',
            toString(round(ifNull(expected_events, 0), 1)), '例，是否漏报？请核实并说明'
        )
    ) as message_zh,
    multiIf(
        verdict != 'failed', '',
        is_full,
        concat(
            name_en, ' is 100 %, not one of ', toString(ifNull(denominator, 0)),
            ' left out; please check'
        ),
        concat(
            name_en, ' has been 0 for ', toString(span),
            ' years where earlier years would lead one to expect ',
            toString(round(ifNull(expected_events, 0), 1)), '; are cases missing?'
        )
    ) as message_en
from judged
comment 'One row per yearly figure of a monitored area that is 100 % or 0: is that credible (rule 17).';
