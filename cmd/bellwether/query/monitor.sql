-- The yearly monitoring table: one row per target.
select
    t.target_code as target_code,
    t.name_zh as name_zh,
    t.name_en as name_en,
    t.period_year as period_year,
    t.value as value,
    t.target_number as target_number,
    u.name_zh as unit_zh,
    u.name_en as unit_en,
    v.name_zh as verdict_zh,
    v.name_en as verdict_en,
    c.name_zh as certainty_zh,
    c.name_en as certainty_en,
    t.reason_zh as reason_zh,
    t.reason_en as reason_en,
    t.unit_code as unit_code,
    t.verdict as verdict,
    t.verdict_reason as verdict_reason,
    t.certainty as certainty,
    t.plan_code as plan_code,
    t.domain_code as domain_code,
    t.item_code as item_code,
    t.section as section,
    t.indicator_code as indicator_code,
    t.agency_code as agency_code,
    t.area_code as area_code,
    t.kind as kind,
    t.trend_rule as trend_rule,
    t.mode as mode,
    t.value_origin as value_origin,
    t.polarity as polarity,
    t.data_kind as data_kind,
    t.data_year as data_year,
    t.numerator as numerator,
    t.denominator as denominator,
    t.value_lower as value_lower,
    t.value_upper as value_upper,
    t.previous_value as previous_value,
    t.change_value as change_value,
    t.baseline_year as baseline_year,
    t.baseline_value as baseline_value,
    t.tolerance as tolerance,
    t.gap_value as gap_value,
    t.progress as progress,
    t.elapsed as elapsed,
    t.relative_progress as relative_progress,
    t.required_change as required_change,
    t.best_change as best_change,
    t.point_count as point_count,
    t.forecast_value as forecast_value,
    t.forecast_lower as forecast_lower,
    t.forecast_upper as forecast_upper,
    t.attain_probability as attain_probability,
    t.pooled_value as pooled_value,
    t.pooled_lower as pooled_lower,
    t.pooled_upper as pooled_upper,
    t.is_met as is_met,
    t.deadline_year as deadline_year,
    t.sentence_zh as sentence_zh,
    t.method_version as method_version
from mart_target_yearly as t
left join core_code as v on v.list_code = 'VERDICT' and v.code = t.verdict
left join core_code as c on c.list_code = 'CERTAINTY' and c.code = t.certainty
left join core_code as u on u.list_code = 'UNIT' and u.code = t.unit_code
where
    (
        t.area_code = {area:String}
        or ({area:String} = '' and (t.plan_code, t.area_code) in (select plan_code, area_code from core_plan))
    )
    and if({year:UInt16} = 0, t.is_latest = 1, t.period_year = {year:UInt16})
    and ({plan:String} = '' or t.plan_code = {plan:String})
    and ({domain:String} = '' or t.domain_code = {domain:String})
    and ({verdict:String} = '' or t.verdict = {verdict:String})
order by
    t.plan_code desc,
    length(t.domain_code),
    t.domain_code,
    t.section,
    length(t.item_code),
    t.item_code,
    t.target_code
