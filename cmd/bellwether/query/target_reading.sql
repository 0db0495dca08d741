-- How a target is measured: what its figures have to be, and between which years it is judged.
select
    t.target_code as target_code,
    t.name_zh as name_zh,
    t.name_en as name_en,
    t.kind as kind,
    t.area_level as area_level,
    t.reference_measure as reference_measure,
    t.reference_indicator_code as reference_indicator_code,
    t.baseline_year as baseline_year,
    t.deadline_year as deadline_year,
    t.indicator_code as indicator_code,
    i.name_zh as indicator_zh,
    i.name_en as indicator_en,
    i.unit_code as unit_code,
    u.name_zh as unit_zh,
    u.name_en as unit_en,
    i.valid_min as valid_min,
    i.valid_max as valid_max,
    i.requires_area as requires_area
from core_target as t
left join core_indicator as i on i.indicator_code = t.indicator_code
left join core_code as u on u.list_code = 'UNIT' and u.code = i.unit_code
where t.target_code = {target:String}
