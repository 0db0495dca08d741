-- alert_missing_breakdown
-- One row per indicator of the district whose total came without the split by sex, residence or age that it needs.
-- Reads   core_series, core_indicator, core_target, core_plan, core_area_class, core_moment
-- Rule    Warning when the newest total has a value and a required part of the same
--         year has none and no status that says why
-- Why     Plans, chapter 四: 加强部门分性别统计工作; 加强部门分年龄统计工作
-- Owner   Monitoring group (监测组)
create or replace view alert_missing_breakdown
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
point as (
    select
        indicator_code,
        area_code,
        sex,
        age_group,
        residence,
        p.year as year,
        p.value as value,
        p.obs_status as obs_status
    from core_series
    array join points as p
    where
        area_code in (select area_code from core_plan)
        and category = '_T'
),
total as (
    select
        indicator_code,
        area_code,
        max(year) as newest_year,
        argMax(value, year) as value
    from point
    where
        sex = '_T'
        and age_group = '_T'
        and residence = '_T'
        and isNotNull(point.value)
    group by
        indicator_code,
        area_code
),
required as (
    select
        i.indicator_code as indicator_code,
        i.name_zh as name_zh,
        i.name_en as name_en,
        i.agency_code as agency_code,
        piece.1 as part,
        piece.2 as sex,
        piece.3 as age_group,
        piece.4 as residence
    from core_indicator as i
    array join
        arrayConcat(
            if(i.requires_sex = 1, [('sex', 'F', '_T', '_T'), ('sex', 'M', '_T', '_T')], []),
            if(i.requires_residence = 1, [('residence', '_T', '_T', 'U'), ('residence', '_T', '_T', 'R')], []),
            arrayMap(age -> ('age', '_T', age, '_T'), i.required_age_groups)
        ) as piece
    where i.indicator_code in (select indicator_code from core_target)
)
select
    'missing_breakdown' as rule_code,
    '' as target_code,
    r.indicator_code as indicator_code,
    t.area_code as area_code,
    r.part as breakdown,
    t.newest_year as period_year,
    'warning' as severity,
    any(t.value) as observed_value,
    cast(null, 'Nullable(Float64)') as reference_value,
    toJSONString(map(
        'year', toString(t.newest_year),
        'missing', arrayStringConcat(arraySort(groupArray(concat(r.sex, '/', r.age_group, '/', r.residence))), ','),
        'agency_code', any(r.agency_code)
    )) as evidence,
    assumeNotNull((select data_version from core_moment)) as data_version,
    concat(
        '缺分组数据：', any(r.name_zh), toString(t.newest_year), '年有合计，缺',
        transform(r.part, ['sex', 'residence', 'age'], ['分性别', '分城乡', '分年龄'], ''), '数据'
    ) as message_zh,
    concat('Split missing: ', any(r.name_en), ' ', toString(t.newest_year), ' came without its split by ', r.part) as message_en,
    '缺的是分组数据，没有数值变化可分解' as cause_zh,
    'a split is missing; no figure changed' as cause_en
from required as r
inner join total as t on t.indicator_code = r.indicator_code
left join point as p on
    p.indicator_code = r.indicator_code
    and p.area_code = t.area_code
    and p.year = t.newest_year
    and p.sex = r.sex
    and p.age_group = r.age_group
    and p.residence = r.residence
where
    isNull(p.value)
    and p.obs_status in ('', 'O')
    and (r.part != 'residence' or t.area_code in (select area_code from core_area_class where residence != 'U'))
group by
    r.indicator_code,
    t.area_code,
    r.part,
    t.newest_year
comment 'One row per indicator of the district whose total came without the split by sex, residence or age that it needs.';
