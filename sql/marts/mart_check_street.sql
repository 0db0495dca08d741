-- mart_check_street
-- One row per yearly figure of a street: does it stand apart from the other streets (rule 14).
-- Reads   core_step, core_area
-- Method  Modified z-score 0.6745 (x - median) / MAD, by the mean absolute deviation x 1.2533
--         where more than half of the streets are equal (Iglewicz and Hoaglin, 1993); above
--         outlier_modified_z, among outlier_min_units streets at least
create or replace view mart_check_street
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
street as (
    select
        s.indicator_code as indicator_code,
        s.name_zh as name_zh,
        s.name_en as name_en,
        s.area_code as area_code,
        s.sex as sex,
        s.age_group as age_group,
        s.residence as residence,
        s.category as category,
        s.period_year as period_year,
        s.value as value,
        s.version as version,
        s.bounds as bounds,
        a.name_zh as street_zh,
        groupArray(s.value) over others as peers
    from core_step as s
    inner join core_area as a on a.area_code = s.area_code
    where a.level = 'street' and s.measure not in ('count', 'amount')
    window others as (
        partition by s.indicator_code, a.parent_code, s.sex, s.age_group, s.residence, s.category,
        s.period_year
        rows between unbounded preceding and unbounded following
    )
),
scored as (
    select
        *,
        arrayReduce('median', peers) as middle,
        arrayMap(v -> abs(v - middle), peers) as deviations,
        arrayReduce('median', deviations) as mad,
        multiIf(
            mad > 0, 0.6745 * (value - middle) / mad,
            arrayAvg(deviations) > 0, (value - middle) / (1.253314 * arrayAvg(deviations)),
            0
        ) as score,
        length(peers) < bounds.outlier_min_units as is_few,
        multiIf(
            is_few, 'not_run', abs(score) > bounds.outlier_modified_z, 'failed', 'passed'
        ) as verdict
    from street
)
select
    'street' as check_code,
    verdict as result,
    if(is_few, 'too_few_streets', '') as reason,
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
    if(is_few, '', concat('≈ ', toString(round(middle, 2)))) as expected_text,
    if(verdict = 'failed', toJSONString(map(
        'median', toString(middle),
        'median_absolute_deviation', toString(mad),
        'modified_z', toString(round(score, 3)),
        'streets', toString(length(peers)),
        'bound_z', ifNull(toString(bounds.outlier_modified_z), '')
    )), '') as evidence,
    if(verdict = 'failed', concat(
        street_zh, name_zh, '为', toString(round(value, 4)), '，各街道中位数',
        toString(round(middle, 4)), '，明显离群，请核实并说明'
    ), '') as message_zh,
    if(verdict = 'failed', concat(
        name_en, ' of one street is ', toString(round(value, 4)),
        ' where the median of the streets is ', toString(round(middle, 4)), '; please check'
    ), '') as message_en
from scored
comment 'One row per yearly figure of a street: does it stand apart from the other streets (rule 14).';
