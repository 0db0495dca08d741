-- alert_source_conflict
-- One row per series of a monitored area for which two sources give different values.
-- Reads   core_observation, core_indicator, core_area, mart_cause_yearly, core_threshold, core_moment
-- Rule    Warning when another source differs by more than
--         validation_source_difference_percent from the one that is believed, in the
--         newest year in which one does
-- Why     A fact has one value; which one is shown must not be decided in silence
-- Owner   Monitoring group (监测组)
create or replace view alert_source_conflict
(
    rule_code       LowCardinality(String) comment 'Rule, the name of this view without alert_',
    target_code     LowCardinality(String) comment 'Target concerned, empty when the rule is about an indicator or a submission',
    indicator_code  LowCardinality(String) comment 'Indicator concerned, empty when the rule is about a submission',
    area_code       LowCardinality(String) comment 'Area concerned',
    breakdown       LowCardinality(String) comment 'Breakdown concerned as name=code joined by ;  empty for the total',
    period_year     UInt16                 comment 'Statistical year it speaks of',
    severity        LowCardinality(String) comment 'critical, warning or notice',
    observed_value  Nullable(Float64)      comment 'Figure that made the rule fire',
    reference_value Nullable(Float64)      comment 'Figure it was held against',
    evidence        String                 comment 'All a person needs to recompute it, JSON',
    data_version    UInt64                 comment 'Newest committed batch that was read',
    message_zh      String                 comment 'One sentence for people, Chinese',
    message_en      String                 comment 'The same in English',
    cause_zh        String                 comment 'What made the figure change, in parts that sum to the change, Chinese; never empty',
    cause_en        String                 comment 'The same in English'
)
as
with
fact as (
    select
        o.indicator_code as indicator_code,
        o.area_code as area_code,
        toString(o.sex) as sex,
        o.age_group as age_group,
        toString(o.residence) as residence,
        o.category as category,
        o.period_year as period_year,
        any(i.name_zh) as name_zh,
        any(i.name_en) as name_en,
        arraySort(groupArray(tuple(
            o.source_code != i.agency_code as is_of_another,
            toString(o.source_code) as source_code,
            assumeNotNull(o.value) as value,
            toString(o.form_code) as form_code,
            o.version as version
        ))) as figures
    from core_observation as o
    left join core_indicator as i on i.indicator_code = o.indicator_code
    where
        o.freq = 'A'
        and isNotNull(o.value)
        and o.area_code in (select area_code from core_area where is_monitored = 1)
    group by
        o.indicator_code,
        o.area_code,
        o.sex,
        o.age_group,
        o.residence,
        o.category,
        o.period_year
    having uniqExact(o.source_code) > 1
),
-- The source that is believed, as in core_series, and the one farthest from it.
conflict as (
    select
        fact.*,
        h.value as threshold_percent,
        figures[1] as believed,
        arraySort(f -> -abs(f.value - believed.value), arrayFilter(f -> f.source_code != believed.source_code, figures))[1] as other
    from fact
    cross join core_threshold as h
    where
        h.threshold_code = 'validation_source_difference_percent'
        and makeDate32(period_year, 12, 31) between h.valid_from and h.valid_to
        and abs(other.value - believed.value) > h.value / 100 * abs(believed.value)
    order by period_year desc
    limit 1 by
        indicator_code,
        area_code,
        sex,
        age_group,
        residence,
        category
)
select
    'source_conflict' as rule_code,
    '' as target_code,
    k.indicator_code as indicator_code,
    k.area_code as area_code,
    arrayStringConcat(
        arrayFilter(
            part -> part != '',
            [
                if(k.sex = '_T', '', concat('sex=', k.sex)),
                if(k.age_group = '_T', '', concat('age=', k.age_group)),
                if(k.residence = '_T', '', concat('residence=', k.residence)),
                if(k.category = '_T', '', k.category)
            ]
        ),
        ';'
    ) as breakdown,
    k.period_year as period_year,
    'warning' as severity,
    k.other.value as observed_value,
    k.believed.value as reference_value,
    toJSONString(map(
        'agency_code', concat(k.believed.source_code, ',', k.other.source_code),
        'sources', arrayStringConcat(arrayMap(f -> concat(f.source_code, ' ', f.form_code, ' ', toString(f.value), ' version ', toString(f.version)), k.figures), '; '),
        'difference_percent', toString(round(100 * abs(k.other.value - k.believed.value) / nullIf(abs(k.believed.value), 0), 2)),
        'threshold_percent', toString(k.threshold_percent)
    )) as evidence,
    assumeNotNull((select data_version from core_moment)) as data_version,
    concat('来源不一致：', a.name_zh, k.name_zh, toString(k.period_year), '年，', k.believed.source_code, '报', toString(round(k.believed.value, 4)), '，', k.other.source_code, '报', toString(round(k.other.value, 4))) as message_zh,
    concat('Sources disagree: ', k.name_en, ' of ', a.name_en, ' for ', toString(k.period_year), ' is ', toString(round(k.believed.value, 4)), ' by ', k.believed.source_code, ' and ', toString(round(k.other.value, 4)), ' by ', k.other.source_code) as message_en,
    if(c.cause_zh = '', '没有可比的数值，无法分解变化', c.cause_zh) as cause_zh,
    if(c.cause_en = '', 'no two values to compare, so there is no change to take apart', c.cause_en) as cause_en
from conflict as k
left join core_area as a on a.area_code = k.area_code
left join mart_cause_yearly as c on
    c.indicator_code = k.indicator_code
    and c.area_code = k.area_code
    and c.sex = k.sex
    and c.age_group = k.age_group
    and c.residence = k.residence
    and c.category = k.category
    and c.period_year = k.period_year
settings enable_named_columns_in_function_tuple = 1
comment 'One row per series of a monitored area for which two sources give different values.';
