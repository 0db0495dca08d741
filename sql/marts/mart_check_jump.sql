-- mart_check_jump
-- One row per yearly figure of a monitored area: does it jump against last year (rule 11).
-- Reads   core_step
-- Method  A jump is beyond the noise of its counts and either out of line with the earlier
--         changes (bw_surprise, p below validation_surprise_max_p; it and the distance
--         from what they led to expect from surprise_min_change_percent on) or above
--         validation_jump_percent; where the earlier changes can be asked, a series that
--         always swings does not jump (p from surprise_max_p on). Above
--         validation_jump_must_explain_percent it must be explained. A slip of scale is
--         rule 13, another denominator rule 18. What moves at elections only is not held
create or replace view mart_check_jump
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
scaled as (
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
        arraySlice(past, -toInt64(ifNull(bounds.volatile_max_points, 0))) as recent,
        bw_scale(recent.value, measure = 'proportion') as scale
    from core_step
    where data_kind in ('administrative', 'survey')
),
tested as (
    select
        *,
        bw_surprise(recent.year, recent.value, scale) as surprise,
        bw_transform(recent[1].value, scale) as oldest,
        bw_transform(recent[-2].value, scale) as newest
    from scaled
),
held as (
    select
        *,
        if(
            surprise.change_count >= bounds.volatile_surprise_min_changes,
            surprise.p,
            null
        ) as surprise_p,
        -- as if it had changed as the years before did on average
        bw_untransform(
            newest + (newest - oldest) / nullIf(recent[-2].year - recent[1].year, 0),
            scale
        ) as usual_value,
        100 * (value / nullIf(previous_value, 0) - 1) * sign(previous_value) as change_percent,
        multiIf(
            isNull(previous_value), 'no_last_year',
            previous_value = 0 and isNull(is_beyond_noise), 'last_year_zero',
            ''
        ) as why_not,
        if(previous_value = 0, 1e9, abs(change_percent)) as size,
        100 * abs(value - usual_value) / nullIf(abs(previous_value), 0) as distance,
        surprise_p < bounds.validation_surprise_max_p
        and least(size, distance) >= bounds.surprise_min_change_percent as is_surprise,
        size > bounds.validation_jump_percent
        and coalesce(surprise_p < bounds.surprise_max_p, 1) as is_large,
        coalesce(coalesce(is_beyond_noise, 1) and (is_surprise or is_large), 0) as is_jump
    from tested
),
judged as (
    select
        *,
        multiIf(
            why_not != '', 'not_run', is_jump and not is_other_base, 'failed', 'passed'
        ) as verdict,
        size > bounds.validation_jump_must_explain_percent as is_must
    from held
)
select
    'jump' as check_code,
    verdict as result,
    multiIf(why_not != '', why_not, is_jump and is_other_base, 'other_base', '') as reason,
    verdict = 'failed' and is_must as is_required,
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
        isNotNull(surprise_p), concat('≈ ', toString(round(ifNull(usual_value, 0), 2))),
        concat('≈ ', toString(round(ifNull(previous_value, 0), 2)))
    ) as expected_text,
    if(verdict = 'failed', toJSONString(map(
        'years', toString(past.year),
        'values', toString(past.value),
        'change_percent', ifNull(toString(round(change_percent, 2)), ''),
        'surprise_p', ifNull(toString(surprise_p), ''),
        'surprise_t', ifNull(toString(surprise.t), ''),
        'surprise_df', ifNull(toString(surprise.df), ''),
        'scale', scale,
        'bound_percent', ifNull(toString(bounds.validation_jump_percent), ''),
        'bound_must_percent', ifNull(toString(bounds.validation_jump_must_explain_percent), ''),
        'bound_p', ifNull(toString(bounds.validation_surprise_max_p), '')
    )), '') as evidence,
    if(verdict = 'failed', concat(
        name_zh, '比上年变动',
        if(
            previous_value = 0, '（上年为0）',
            concat(toString(round(ifNull(change_percent, 0), 1)), '%')
        ),
        '：上年', toString(round(ifNull(previous_value, 0), 4)), '，今年',
        toString(round(value, 4)),
        if(is_must, '，必须说明原因', '，请核实并说明原因')
    ), '') as message_zh,
    if(verdict = 'failed', concat(
        name_en, ' changed by ',
        if(
            previous_value = 0, '(last year was 0)',
            concat(toString(round(ifNull(change_percent, 0), 1)), ' %')
        ),
        ': ', toString(round(ifNull(previous_value, 0), 4)), ' last year, ',
        toString(round(value, 4)), ' this year',
        if(is_must, '; it must be explained', '; please check and explain')
    ), '') as message_en
from judged
comment 'One row per yearly figure of a monitored area: does it jump against last year (rule 11).';
