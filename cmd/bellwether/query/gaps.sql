-- The register of gaps (缺项).
select
    g.agency_code as agency_code,
    g.indicator_code as indicator_code,
    g.name_zh as name_zh,
    g.name_en as name_en,
    g.area_code as area_code,
    g.period_year as period_year,
    g.sex as sex,
    g.age_group as age_group,
    g.residence as residence,
    g.gap_reason as gap_reason,
    r.name_zh as reason_zh,
    r.name_en as reason_en,
    g.form_code as form_code,
    g.target_codes as target_codes,
    g.note as note,
    g.survey as survey,
    g.noted_by as noted_by
from mart_gap as g
left join core_code as r on r.list_code = 'GAP_REASON' and r.code = g.gap_reason
where
    ({year:UInt16} = 0 or g.period_year = {year:UInt16})
    and ({area:String} = '' or g.area_code = {area:String})
    and ({agency:String} = '' or g.agency_code = {agency:String})
    and ({reason:String} = '' or g.gap_reason = {reason:String})
order by
    g.agency_code,
    g.indicator_code,
    g.area_code,
    g.period_year,
    g.sex,
    g.age_group,
    g.residence
