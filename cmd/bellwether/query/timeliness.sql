-- How much of what each agency owed came, in time and complete.
select
    agency_code,
    agency_zh,
    agency_en,
    period_year,
    owed_count,
    came_count,
    complete_count,
    on_time_count,
    on_time_percent,
    working_days_late,
    completeness_percent
from mart_timeliness
where
    owed_count > 0
    and ({agency:String} = '' or agency_code = {agency:String})
    and ({year:UInt16} = 0 or period_year = {year:UInt16})
order by
    period_year desc,
    agency_code
