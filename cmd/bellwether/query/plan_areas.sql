-- The areas that the plans are for.
select distinct
    area_code
from core_plan
order by area_code
