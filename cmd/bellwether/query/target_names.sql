-- The targets of the catalog, to find one by code or name.
select
    target_code,
    name_zh,
    name_en
from core_target
order by target_code
