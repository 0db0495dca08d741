-- alert_definition_break
-- One row per monitored indicator of the district whose series broke lately.
-- Reads   core_break, core_series, core_target, core_indicator, core_plan, mart_cause_yearly, core_threshold, core_moment, mart_target_yearly
-- Rule    Notice when the catalog names a break, a figure carries the status B, or a
--         series jumps by more than break_min_ratio (see core_target_yearly), in the
--         newest definition_break_years years that the indicator has figures for
-- Why     A change of definition looks like a change of the world: trends and verdicts
--         across it are not to be believed before a person has looked
-- Owner   Monitoring group (监测组)
create or replace view alert_definition_break
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
cause as (
    select
        indicator_code,
        area_code,
        sex,
        age_group,
        residence,
        category,
        period_year,
        cause_zh,
        cause_en
    from mart_cause_yearly
    where area_code in (select area_code from core_plan)
),
monitored as (
    select
        s.indicator_code as indicator_code,
        s.area_code as area_code,
        max(s.points[-1].year) as newest_year,
        arrayFlatten(groupArray(arrayMap(p -> p.year, arrayFilter(p -> p.obs_status = 'B', s.points)))) as marked_years
    from core_series as s
    where
        s.area_code in (select area_code from core_plan)
        and s.indicator_code in (select indicator_code from core_target)
    group by
        s.indicator_code,
        s.area_code
),
-- Breaks of the catalog, and those that a source marks by itself.
break as (
    select
        m.indicator_code as indicator_code,
        m.area_code as area_code,
        m.newest_year as newest_year,
        b.break_year as break_year,
        toString(b.kind) as kind,
        b.text_zh as text_zh,
        b.text_en as text_en,
        b.source as source
    from monitored as m
    inner join core_break as b on b.indicator_code = m.indicator_code
    where b.area_code in ('*', m.area_code)

    union all

    select
        indicator_code,
        area_code,
        newest_year,
        arrayJoin(arrayDistinct(marked_years)) as break_year,
        'obs_status B' as kind,
        '报送单位标注序列中断' as text_zh,
        'the source marks a break of the series' as text_en,
        'obs_status' as source
    from monitored

    union all

    select
        m.indicator_code as indicator_code,
        m.area_code as area_code,
        m.newest_year as newest_year,
        assumeNotNull(t.break_year) as break_year,
        'suspected' as kind,
        '数值与前一年相差太大，疑为口径、单位或抽样比变化' as text_zh,
        'the value is too far from the one before; a change of definition, unit or sample is suspected' as text_en,
        'break_min_ratio' as source
    from monitored as m
    inner join mart_target_yearly as t on t.indicator_code = m.indicator_code
        and t.area_code = m.area_code
    where
        t.is_latest = 1
        and isNotNull(t.break_year)
        and not has(m.marked_years, t.break_year)
        and (m.indicator_code, t.break_year) not in (select indicator_code, break_year from core_break)
),
recent as (
    select
        b.indicator_code as indicator_code,
        b.area_code as area_code,
        arraySort(
            x -> -x.1,
            groupUniqArray((b.break_year, b.kind, b.text_zh, b.text_en, b.source))
        ) as breaks,
        any(h.value) as threshold_years
    from break as b
    cross join core_threshold as h
    where
        h.threshold_code = 'definition_break_years'
        and makeDate32(b.newest_year, 12, 31) between h.valid_from and h.valid_to
        and b.break_year + h.value > b.newest_year
        and b.break_year <= b.newest_year
    group by
        b.indicator_code,
        b.area_code
)
select
    'definition_break' as rule_code,
    '' as target_code,
    r.indicator_code as indicator_code,
    r.area_code as area_code,
    '' as breakdown,
    r.breaks[1].1 as period_year,
    'notice' as severity,
    cast(null, 'Nullable(Float64)') as observed_value,
    cast(null, 'Nullable(Float64)') as reference_value,
    toJSONString(map(
        'breaks',
            arrayStringConcat(
                arrayMap(b -> concat(toString(b.1), ' ', b.2, ': ', b.4, ' (', b.5, ')'), r.breaks),
                '; '
            ),
        'threshold_years', toString(r.threshold_years)
    )) as evidence,
    assumeNotNull((select data_version from core_moment)) as data_version,
    concat(
        '口径变更：',
        i.name_zh,
        '自',
        toString(r.breaks[1].1),
        '年起前后不可比：',
        r.breaks[1].3
    ) as message_zh,
    concat(
        'Break: ',
        i.name_en,
        ' cannot be compared across ',
        toString(r.breaks[1].1),
        ': ',
        r.breaks[1].4
    ) as message_en,
    concat('口径变更，前后不可比；', if(c.cause_zh = '', '该年没有可比的数值', c.cause_zh)) as cause_zh,
    concat(
        'not comparable across the break; ',
        if(c.cause_en = '', 'no two values to compare', c.cause_en)
    ) as cause_en
from recent as r
left join core_indicator as i on i.indicator_code = r.indicator_code
left join cause as c on
    c.indicator_code = r.indicator_code
    and c.area_code = r.area_code
    and c.sex = '_T'
    and c.age_group = '_T'
    and c.residence = '_T'
    and c.category = '_T'
    and c.period_year = r.breaks[1].1
comment 'One row per monitored indicator of the district whose series broke lately.';
