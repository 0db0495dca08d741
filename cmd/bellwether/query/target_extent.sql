-- The monitored areas and, where verdicts are settled, the years that a target is judged for.
select
    a.area_code as area_code,
    a.name_zh as name_zh,
    a.name_en as name_en,
    a.level as area_level,
    a.parent_code as parent_code,
    toUInt8(a.area_code in (select area_code from core_plan)) as is_of_plan,
    y.first_year as first_year,
    y.last_year as last_year
from core_area as a
cross join
(
    select min(period_year) as first_year, max(period_year) as last_year
    from mart_target_yearly
    where target_code = {target:String}
) as y
where a.is_monitored = 1
order by a.area_code
