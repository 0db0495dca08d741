-- The cells that a submission must answer and does not.
select
    k.period_year as period_year,
    k.indicator_code as indicator_code,
    i.name_zh as name_zh,
    i.name_en as name_en,
    k.area_code as area_code,
    a.name_zh as area_zh,
    a.name_en as area_en,
    k.sex as sex,
    s.name_zh as sex_zh,
    s.name_en as sex_en,
    k.age_group as age_group,
    k.residence as residence,
    k.category as category
from core_cell_state as k
left join core_indicator as i on i.indicator_code = k.indicator_code
left join core_area as a on a.area_code = k.area_code
left join core_code as s on s.list_code = 'SEX' and s.code = k.sex
where
    k.is_answered = 0
    and k.form_code = {form:String}
    and has({years:Array(UInt16)}, k.period_year)
order by
    k.period_year,
    k.area_code,
    k.indicator_code,
    k.sex,
    k.age_group,
    k.residence,
    k.category
