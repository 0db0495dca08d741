-- The figures that a verdict is made of, year by year, each with what became of it and its address.
with
target as (
    select * from core_target where target_code = {target:String}
),
measured as (
    select years, measured, child_codes
    from core_target_series
    where target_code = {target:String} and area_code = {area:String}
),
-- Its own series, the one it is held against, and for a floor those of the streets.
wanted as (
    select
        part.1 as role,
        part.2 as area_code,
        toString(if(part.1 = 'reference', reference_indicator_code, indicator_code)) as indicator_code,
        toString(if(part.1 = 'reference', reference_sex, sex)) as sex,
        toString(if(part.1 = 'reference', reference_category, category)) as category,
        toString(age_group) as age_group,
        toString(residence) as residence
    from target
    array join arrayConcat(
        [('own', {area:String})],
        if(reference_measure = '', [], [('reference', {area:String})]),
        arrayMap(code -> ('area', code), ifNull((select any(child_codes) from measured), []))
    ) as part
),
figure as (
    select
        w.role as role,
        w.area_code as area_code,
        w.indicator_code as indicator_code,
        w.sex as sex,
        w.age_group as age_group,
        w.residence as residence,
        w.category as category,
        point.year as period_year,
        point.value as value,
        point.numerator as numerator,
        point.denominator as denominator,
        point.obs_status as obs_status,
        point.source_code as source_code,
        point.version as version,
        point.unit_code as unit_code
    from wanted as w
    inner join (
        select * from core_series
        where indicator_code in (select indicator_code from wanted) and area_code in (select area_code from wanted)
    ) as s
        on s.indicator_code = w.indicator_code and s.area_code = w.area_code and s.sex = w.sex
        and s.age_group = w.age_group and s.residence = w.residence and s.category = w.category
    array join s.points as point
    where point.year <= {year:UInt16}
),
verdict as (
    select any(fitted_years) as fitted_years, any(break_year) as break_year, any(forecast_scale) as scale
    from mart_target_yearly
    where target_code = {target:String} and area_code = {area:String} and period_year = {year:UInt16}
)
select
    f.role as role,
    f.area_code as area_code,
    f.period_year as period_year,
    f.value as value,
    f.numerator as numerator,
    f.denominator as denominator,
    if(f.role = 'own' and has(m.years, f.period_year), m.measured[indexOf(m.years, f.period_year)], null) as measured_value,
    f.obs_status as obs_status,
    multiIf(
        f.role != 'own', toString(f.role),
        isNull(f.value), 'no_value',
        not has(m.years, f.period_year), 'no_reference',
        f.period_year < ifNull(v.break_year, 0), 'before_break',
        not has(v.fitted_years, f.period_year), 'beyond_newest',
        v.scale = '', 'not_fitted',
        'fitted'
    ) as point_use,
    f.source_code as source_code,
    p.file_name as file_name,
    o.sheet as sheet,
    o.cell as cell,
    c.payload_sha256 as payload_sha256,
    f.unit_code as unit_code,
    f.indicator_code as indicator_code,
    f.sex as sex,
    f.age_group as age_group,
    f.residence as residence,
    f.category as category,
    c.committed_at as committed_at,
    p.submitter as submitter,
    p.location as location,
    c.run_id as run_id,
    f.version as version
from figure as f
cross join verdict as v
cross join measured as m
left join (
    select * from core_observation
    where indicator_code in (select indicator_code from wanted) and area_code in (select area_code from wanted)
) as o
    on o.indicator_code = f.indicator_code and o.area_code = f.area_code and toString(o.sex) = f.sex
    and o.age_group = f.age_group and toString(o.residence) = f.residence and o.category = f.category
    and o.source_code = f.source_code and o.period_year = f.period_year and o.version = f.version
left join core_commit as c on c.version = f.version
left join (select * from raw_payload final) as p on p.payload_sha256 = c.payload_sha256 and p.source_code = c.source_code
order by
    indexOf(['own', 'reference', 'area'], f.role),
    f.area_code,
    f.period_year,
    o.period_end desc
limit 1 by f.role, f.area_code, f.period_year
