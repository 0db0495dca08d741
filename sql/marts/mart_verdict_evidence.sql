-- mart_verdict_evidence
-- One row per target of the district that is achieved_slipping, at_risk, off_track or broken in its newest year, with all a person needs to recompute why.
-- Reads   mart_target_yearly, mart_target_vintage, mart_cause_yearly, core_plan
-- Method  The evidence names every number of the verdict as it was used; the cause takes
--         the change of the newest value apart in parts that sum to it
create or replace view mart_verdict_evidence
(
    target_code    LowCardinality(String) comment 'Target, code in core_target',
    indicator_code LowCardinality(String) comment 'Indicator that is judged, code in core_indicator',
    name_zh        String                 comment 'Short name of the target',
    name_en        String                 comment 'Name of the target, English',
    area_code      LowCardinality(String) comment 'Area of the plan',
    period_year    UInt16                 comment 'Newest year that is judged',
    verdict        LowCardinality(String) comment 'achieved_slipping, at_risk, off_track or broken',
    is_met         Nullable(UInt8)        comment '1 when the newest value meets the target',
    deadline_year  UInt16                 comment 'Year by which the target is to be met',
    value          Nullable(Float64)      comment 'Newest value, in the unit of the indicator',
    target_number  Nullable(Float64)      comment 'Number it was held against',
    evidence       String                 comment 'All numbers of the verdict, JSON',
    reason_zh      String                 comment 'The verdict in one sentence with its numbers, Chinese',
    reason_en      String                 comment 'The same in English',
    cause_zh       String                 comment 'What made the value change, in parts that sum to the change, Chinese; never empty',
    cause_en       String                 comment 'The same in English'
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
)
select
    t.target_code as target_code,
    t.indicator_code as indicator_code,
    t.name_zh as name_zh,
    t.name_en as name_en,
    t.area_code as area_code,
    t.period_year as period_year,
    t.verdict as verdict,
    t.is_met as is_met,
    t.deadline_year as deadline_year,
    t.value as value,
    t.target_number as target_number,
    toJSONString(map(
        'method_version', toString(t.method_version),
        'verdict_reason', toString(t.verdict_reason),
        'certainty', toString(t.certainty),
        'kind', toString(t.kind),
        'mode', toString(t.mode),
        'data_year', toString(t.data_year),
        'value', toString(t.value),
        'numerator', toString(t.numerator),
        'denominator', toString(t.denominator),
        'value_lower', toString(t.value_lower),
        'value_upper', toString(t.value_upper),
        'previous_value', toString(t.previous_value),
        'baseline_year', toString(t.baseline_year),
        'baseline_value', toString(t.baseline_value),
        'target_number', toString(t.target_number),
        'tolerance', toString(t.tolerance),
        'deadline_year', toString(t.deadline_year),
        'progress', toString(t.progress),
        'elapsed', toString(t.elapsed),
        'relative_progress', toString(t.relative_progress),
        'required_change', toString(t.required_change),
        'best_change', toString(t.best_change),
        'point_count', toString(t.point_count),
        'break_year', toString(t.break_year),
        'fitted_years', toString(t.fitted_years),
        'fitted_values', toString(t.fitted_values),
        'recent_trend', toString(t.recent_trend),
        'surprise_probability', toString(t.surprise_probability),
        'forecast_scale', toString(t.forecast_scale),
        'forecast_year', toString(t.forecast_year),
        'forecast_value', toString(t.forecast_value),
        'forecast_lower', toString(t.forecast_lower),
        'forecast_upper', toString(t.forecast_upper),
        'attain_probability', toString(t.attain_probability),
        'forecast_reason', toString(t.forecast_reason),
        'failed_years', toString(t.failed_years),
        'failing_area_codes', toString(t.failing_area_codes),
        'version', toString(s.data_version),
        'payload_sha256', s.payload_sha256
    )) as evidence,
    t.reason_zh as reason_zh,
    t.reason_en as reason_en,
    concat(
        if(t.kind = 'relative_to_indicator', '指标自身：', ''),
        if(c.cause_zh = '', '没有可比的数值，无法分解变化', c.cause_zh)
    ) as cause_zh,
    concat(
        if(t.kind = 'relative_to_indicator', 'the indicator itself: ', ''),
        if(
            c.cause_en = '',
            'no two values to compare, so there is no change to take apart',
            c.cause_en
        )
    ) as cause_en
from mart_target_yearly as t
inner join core_plan as p on p.plan_code = t.plan_code and p.area_code = t.area_code
left join mart_target_vintage as s on
    s.target_code = t.target_code
    and s.area_code = t.area_code
    and s.period_year = t.period_year
left join cause as c on
    c.indicator_code = t.indicator_code
    and c.area_code = t.area_code
    and c.sex = t.sex
    and c.age_group = t.age_group
    and c.residence = t.residence
    and c.category = t.category
    and c.period_year = t.data_year
where
    t.is_latest = 1
    and t.verdict in ('achieved_slipping', 'at_risk', 'off_track', 'broken')
comment 'One row per target of the district that is achieved_slipping, at_risk, off_track or broken in its newest year, with all a person needs to recompute why.';
