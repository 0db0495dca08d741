-- alert_missing_cell
-- One row per form and year that came without some of the figures it must bring (缺项).
-- Reads   core_submission_state, core_cell_state, core_indicator, core_agency, core_plan, core_moment, alert_missing_breakdown
-- Rule    Warning when a submission came and an expected cell has neither a value
--         nor a status; a split that alert_missing_breakdown reports is not said twice
-- Why     A partly empty file is not a return: 缺项 are asked for while the clerk remembers
-- Owner   Monitoring group (监测组)
create or replace view alert_missing_cell
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
came as (
    select
        form_code,
        period_year,
        data_version
    from core_submission_state
    where
        data_version > 0
        and period_year >= (select min(baseline_year) from core_plan)
),
-- Every cell that a form which came must bring, in each area of its level.
cell as (
    select
        k.form_code as form_code,
        k.agency_code as agency_code,
        k.period_year as period_year,
        s.data_version as data_version,
        k.indicator_code as indicator_code,
        k.area_code as area_code,
        k.sex as sex,
        k.age_group as age_group,
        k.residence as residence,
        k.category as category,
        k.is_answered as is_answered,
        multiIf(
            k.sex != '_T', 'sex', k.residence != '_T', 'residence', k.age_group != '_T', 'age', ''
        ) as part
    from core_cell_state as k
    inner join came as s on s.form_code = k.form_code and s.period_year = k.period_year
),
checked as (
    select
        cell.form_code as form_code,
        cell.agency_code as agency_code,
        cell.period_year as period_year,
        cell.data_version as data_version,
        i.name_zh as name_zh,
        i.name_en as name_en,
        concat(
            cell.indicator_code, ' ', cell.area_code, ' ', cell.sex, '/', cell.age_group, '/',
            cell.residence, '/', cell.category
        ) as address,
        cell.is_answered = 0
        and (cell.indicator_code, cell.area_code, cell.period_year, cell.part) not in (
            select
                indicator_code,
                area_code,
                period_year,
                breakdown
            from alert_missing_breakdown
        ) as is_missing
    from cell
    left join core_indicator as i on i.indicator_code = cell.indicator_code
)
select
    'missing_cell' as rule_code,
    '' as target_code,
    '' as indicator_code,
    assumeNotNull((select min(area_code) from core_plan)) as area_code,
    concat('form=', k.form_code, ';year=', toString(k.period_year)) as breakdown,
    k.period_year as period_year,
    'warning' as severity,
    toFloat64(countIf(k.is_missing)) as observed_value,
    toFloat64(0) as reference_value,
    toJSONString(map(
        'form_code', toString(k.form_code),
        'agency_code', toString(k.agency_code),
        'expected_count', toString(count()),
        'missing_count', toString(countIf(k.is_missing)),
        'cells',
        arrayStringConcat(
            arraySlice(arraySort(groupArrayIf(k.address, k.is_missing)), 1, 200), ', '
        ),
        'version', toString(any(k.data_version))
    )) as evidence,
    assumeNotNull((select data_version from core_moment)) as data_version,
    concat(
        '缺项：', any(a.name_zh), '报送的', toString(k.period_year), '年数据（', k.form_code,
        '）缺', toString(countIf(k.is_missing)), '项：',
        arrayStringConcat(
            arraySlice(arraySort(groupUniqArrayIf(k.name_zh, k.is_missing)), 1, 5), '、'
        )
    ) as message_zh,
    concat(
        'Cells missing: ', any(a.name_en), ' sent ', k.form_code, ' for ', toString(k.period_year),
        ' without ', toString(countIf(k.is_missing)), ' of its figures: ',
        arrayStringConcat(
            arraySlice(arraySort(groupUniqArrayIf(k.name_en, k.is_missing)), 1, 5), ', '
        )
    ) as message_en,
    '缺的是数值本身，没有变化可分解' as cause_zh,
    'the figures themselves are missing, so there is no change to take apart' as cause_en
from checked as k
left join core_agency as a on a.agency_code = k.agency_code
group by
    k.form_code,
    k.agency_code,
    k.period_year
having countIf(k.is_missing) > 0
comment 'One row per form and year that came without some of the figures it must bring (缺项).';
