-- mart_check_chain
-- One row per figure of a monitored area that is a subset of another one: is it at most that (rule 8).
-- Reads   core_sum, core_area, core_indicator, mart_indicator_yearly
-- Method  The file that brings both figures is refused when it is read; here they are held
--         against each other when they came in different files, or one was revised. The
--         counts are compared where both have them, else values of one unit
create or replace view mart_check_chain
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
subset as (
    select distinct whole_code, part_code
    from core_sum
    where kind = 'subset'
),
figure as (
    select
        indicator_code,
        area_code,
        sex,
        age_group,
        residence,
        category,
        period_year,
        value,
        numerator,
        unit_code,
        source_code,
        data_version
    from mart_indicator_yearly
    where
        isNotNull(value)
        and area_code in (select area_code from core_area where is_monitored = 1)
        and indicator_code in (select arrayJoin([whole_code, part_code]) from subset)
),
held as (
    select
        s.whole_code as whole_code,
        p.indicator_code as indicator_code,
        p.area_code as area_code,
        p.sex as sex,
        p.age_group as age_group,
        p.residence as residence,
        p.category as category,
        p.period_year as period_year,
        p.source_code as source_code,
        p.data_version as version,
        isNotNull(p.numerator) and isNotNull(w.numerator) as has_counts,
        if(has_counts, p.numerator, p.value) as part,
        if(has_counts, w.numerator, w.value) as whole,
        multiIf(
            isNull(w.value), 'no_whole',
            not has_counts and p.unit_code != w.unit_code, 'other_unit',
            ''
        ) as why_not
    from figure as p
    inner join subset as s on s.part_code = p.indicator_code
    left join figure as w on
        w.indicator_code = s.whole_code
        and w.area_code = p.area_code
        and w.sex = p.sex
        and w.age_group = p.age_group
        and w.residence = p.residence
        and w.category = p.category
        and w.period_year = p.period_year
),
judged as (
    select
        h.whole_code as whole_code,
        h.indicator_code as indicator_code,
        h.area_code as area_code,
        h.sex as sex,
        h.age_group as age_group,
        h.residence as residence,
        h.category as category,
        h.period_year as period_year,
        h.source_code as source_code,
        h.version as version,
        h.has_counts as has_counts,
        h.part as part,
        h.whole as whole,
        h.why_not as why_not,
        part_indicator.name_zh as part_zh,
        part_indicator.name_en as part_en,
        whole_indicator.name_zh as whole_zh,
        whole_indicator.name_en as whole_en,
        multiIf(h.why_not != '', 'not_run', h.part > h.whole, 'failed', 'passed') as verdict
    from held as h
    inner join core_indicator as part_indicator on part_indicator.indicator_code = h.indicator_code
    inner join core_indicator as whole_indicator on whole_indicator.indicator_code = h.whole_code
)
select
    'chain' as check_code,
    verdict as result,
    why_not as reason,
    1 as is_required,
    concat(toString(indicator_code), '<', toString(whole_code)) as cause_key,
    indicator_code,
    area_code,
    sex,
    age_group,
    residence,
    category,
    period_year,
    source_code,
    version,
    part as observed_value,
    if(why_not = '', concat('≤ ', toString(whole)), '') as expected_text,
    if(verdict = 'failed', toJSONString(map(
        'part', toString(indicator_code),
        'whole', toString(whole_code),
        'part_amount', toString(part),
        'whole_amount', ifNull(toString(whole), ''),
        'compared', if(has_counts, 'numerators', 'values')
    )), '') as evidence,
    if(verdict = 'failed', concat(
        part_zh, '（', toString(part), '）大于', whole_zh, '（', ifNull(toString(whole), ''),
        '），其中项不应大于总数，请更正'
    ), '') as message_zh,
    if(verdict = 'failed', concat(
        part_en, ' (', toString(part), ') exceeds ', whole_en, ' (', ifNull(toString(whole), ''),
        '), of which it is a part; please correct it'
    ), '') as message_en
from judged
comment 'One row per figure of a monitored area that is a subset of another one: is it at most that (rule 8).';
