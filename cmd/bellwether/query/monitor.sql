-- The yearly monitoring table: one row per target.
select
    t.target_code,
    t.name_zh,
    t.name_en,
    t.period_year,
    t.value,
    t.target_number,
    u.name_zh as unit_zh,
    u.name_en as unit_en,
    v.name_zh as verdict_zh,
    v.name_en as verdict_en,
    c.name_zh as certainty_zh,
    c.name_en as certainty_en,
    t.reason_zh,
    t.reason_en,
    t.unit_code,
    t.verdict,
    t.verdict_reason,
    t.certainty,
    t.plan_code,
    t.domain_code,
    t.item_code,
    t.section,
    t.indicator_code,
    t.agency_code,
    t.area_code,
    t.kind,
    t.trend_rule,
    t.mode,
    t.value_origin,
    t.polarity,
    t.data_kind,
    t.data_year,
    t.numerator,
    t.denominator,
    t.value_lower,
    t.value_upper,
    t.previous_value,
    t.change_value,
    t.baseline_year,
    t.baseline_value,
    t.tolerance,
    t.gap_value,
    t.progress,
    t.elapsed,
    t.relative_progress,
    t.required_change,
    t.best_change,
    t.point_count,
    t.forecast_value,
    t.forecast_lower,
    t.forecast_upper,
    t.attain_probability,
    t.pooled_value,
    t.pooled_lower,
    t.pooled_upper,
    t.is_met,
    t.deadline_year,
    t.sentence_zh,
    t.data_version,
    t.method_version
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
