-- One indicator through time. An empty breakdown asks for the total, * for every part.
select
    m.area_code as area_code,
    m.area_name_zh as area_name_zh,
    m.sex as sex,
    m.age_group as age_group,
    m.residence as residence,
    m.category as category,
    m.period_year as period_year,
    m.value as value,
    m.unit_code as unit_code,
    m.numerator as numerator,
    m.denominator as denominator,
    m.change_value as change_value,
    m.change_percent as change_percent,
    m.lower_bound as lower_bound,
    m.upper_bound as upper_bound,
    m.obs_status as obs_status,
    m.source_code as source_code,
    m.data_version as data_version,
    m.indicator_code as indicator_code,
    m.name_zh as name_zh,
    m.name_en as name_en,
    i.decimals as decimals
from mart_indicator_yearly as m
left join core_indicator as i on i.indicator_code = m.indicator_code
where
    m.indicator_code = {indicator:String}
    and if({area:String} = '*', 1, m.area_code = {area:String})
    and if({sex:String} = '*', 1, m.sex = {sex:String})
    and if({age:String} = '*', 1, m.age_group = {age:String})
    and if({residence:String} = '*', 1, m.residence = {residence:String})
    and if({category:String} = '*', 1, m.category = {category:String})
order by m.area_code, m.sex, m.age_group, m.residence, m.category, m.period_year
