-- Every vintage of one figure, from the value to the file it came from.
select
    o.version,
    c.committed_at,
    o.period_year,
    o.sex,
    o.age_group,
    o.residence,
    o.category,
    o.value,
    o.unit_code,
    o.numerator,
    o.denominator,
    o.reported_value,
    o.obs_status,
    o.is_withdrawn,
    p.file_name,
    o.sheet,
    o.cell,
    c.payload_sha256,
    p.location,
    p.submitter,
    p.retrieved_at,
    o.source_code,
    o.form_code,
    c.run_id,
    o.note,
    o.indicator_code,
    o.area_code
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
