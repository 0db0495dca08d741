-- One code list, in its order.
select
    code,
    name_zh,
    name_en
from core_code
where list_code = {list:String}
order by sort_order, code
