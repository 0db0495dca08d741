-- How many figures are missing, by the agency that answers for them and why.
select
    g.agency_code as agency_code,
    any(a.name_zh) as name_zh,
    any(a.name_en) as name_en,
    g.gap_reason as gap_reason,
    any(r.name_zh) as reason_zh,
    any(r.name_en) as reason_en,
    uniqExact(g.indicator_code) as indicator_count,
    min(g.period_year) as first_year,
    max(g.period_year) as last_year,
    count() as gap_count
from mart_gap as g
left join core_agency as a on a.agency_code = g.agency_code
left join core_code as r on r.list_code = 'GAP_REASON' and r.code = g.gap_reason
where {year:UInt16} = 0 or g.period_year = {year:UInt16}
group by agency_code, gap_reason
order by
    gap_reason in ('no_form', 'not_owed', 'survey_only'),
    gap_reason,
    gap_count desc,
    agency_code
