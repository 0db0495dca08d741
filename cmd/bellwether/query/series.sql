-- One indicator through time. An empty breakdown asks for the total, * for every part.
select
    area_code,
    area_name_zh,
    sex,
    age_group,
    residence,
    category,
    period_year,
    value,
    unit_code,
    numerator,
    denominator,
    change_value,
    change_percent,
    lower_bound,
    upper_bound,
    obs_status,
    source_code,
    data_version,
    indicator_code,
    name_zh,
    name_en
from mart_indicator_yearly
where
    indicator_code = {indicator:String}
    and if({area:String} = '*', 1, area_code = {area:String})
    and if({sex:String} = '*', 1, sex = {sex:String})
    and if({age:String} = '*', 1, age_group = {age:String})
    and if({residence:String} = '*', 1, residence = {residence:String})
    and if({category:String} = '*', 1, category = {category:String})
order by area_code, sex, age_group, residence, category, period_year
