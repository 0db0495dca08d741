-- The first year of the plans and the newest year with a figure of a monitored area.
select
    min(p.start_year) as start_year,
    (
        select max(period_year)
        from core_observation
        where area_code in (select area_code from core_area where is_monitored = 1)
    ) as newest_year
from core_plan as p
