-- Every vintage of one figure, from the value to the file it came from.
select
    o.version as version,
    c.committed_at as committed_at,
    o.period_year as period_year,
    o.sex as sex,
    o.age_group as age_group,
    o.residence as residence,
    o.category as category,
    o.value as value,
    o.unit_code as unit_code,
    o.numerator as numerator,
    o.denominator as denominator,
    o.reported_value as reported_value,
    o.obs_status as obs_status,
    o.is_withdrawn as is_withdrawn,
    p.file_name as file_name,
    o.sheet as sheet,
    o.cell as cell,
    c.payload_sha256 as payload_sha256,
    p.location as location,
    p.submitter as submitter,
    p.retrieved_at as retrieved_at,
    o.source_code as source_code,
    o.form_code as form_code,
    c.run_id as run_id,
    o.note as note,
    o.indicator_code as indicator_code,
    o.area_code as area_code
from
(
    select *
    from fct_observation final
    where
        indicator_code = {indicator:String}
        and area_code = {area:String}
        and ({year:UInt16} = 0 or period_year = {year:UInt16})
        and ({sex:String} = '*' or toString(sex) = {sex:String})
) as o
inner join (select * from raw_commit final) as c on c.version = o.version
left join (select * from raw_payload final) as p
    on p.payload_sha256 = c.payload_sha256 and p.source_code = c.source_code
order by
    o.period_year,
    o.sex,
    o.age_group,
    o.residence,
    o.category,
    o.source_code,
    o.version
