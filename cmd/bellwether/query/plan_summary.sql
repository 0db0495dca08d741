-- Counts by verdict and the three shares of targets met, of one year or of the newest.
select
    s.plan_code as plan_code,
    p.name_zh as plan_name_zh,
    p.name_en as plan_name_en,
    s.is_latest as is_latest,
    s.area_code as area_code,
    s.period_year as period_year,
    s.target_count as target_count,
    s.judged_count as judged_count,
    s.quantitative_count as quantitative_count,
    s.met_count as met_count,
    s.met_quantitative_count as met_quantitative_count,
    s.met_of_all_percent as met_of_all_percent,
    s.met_of_judged_percent as met_of_judged_percent,
    s.met_of_quantitative_percent as met_of_quantitative_percent,
    s.achieved_count as achieved_count,
    s.achieved_slipping_count as achieved_slipping_count,
    s.on_track_count as on_track_count,
    s.at_risk_count as at_risk_count,
    s.off_track_count as off_track_count,
    s.broken_count as broken_count,
    s.too_early_count as too_early_count,
    s.insufficient_count as insufficient_count,
    s.no_data_count as no_data_count,
    s.not_applicable_count as not_applicable_count
from mart_plan_summary as s
inner join core_plan as p on p.plan_code = s.plan_code
where
    ({plan:String} = '' or s.plan_code = {plan:String})
    and if({year:UInt16} = 0, s.is_latest = 1, s.period_year = {year:UInt16})
order by s.plan_code desc
