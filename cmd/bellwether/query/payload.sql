-- The loads that a person may mean: by the beginning of a SHA-256, by the run that
-- loaded it, or by the number of the version.
select
    c.version as version,
    c.payload_sha256 as payload_sha256,
    c.source_code as source_code,
    c.form_code as form_code,
    c.period_years as period_years,
    c.committed_at as committed_at,
    c.run_id as run_id,
    p.file_name as file_name,
    p.location as location,
    p.submitter as submitter
from (select * from raw_commit final) as c
left join (select * from raw_payload final) as p
    on p.payload_sha256 = c.payload_sha256 and p.source_code = c.source_code
where
    ({version:UInt64} != 0 and c.version = {version:UInt64})
    or ({run:String} != '' and c.run_id = {run:String})
    or ({sha256:String} != '' and startsWith(c.payload_sha256, {sha256:String}))
order by c.version
limit 20
