-- The loads of a submission, the newest first: by the beginning of its SHA-256, or by form and year.
select
    c.version as version,
    c.source_code as source_code,
    a.name_zh as agency_zh,
    a.name_en as agency_en,
    c.form_code as form_code,
    c.period_years as period_years,
    p.file_name as file_name,
    p.submitter as submitter,
    c.payload_sha256 as payload_sha256,
    c.committed_at as committed_at,
    c.encoding as encoding,
    c.read_count as read_count,
    c.loaded_count as loaded_count,
    c.rejected_count as rejected_count,
    c.skipped_count as skipped_count
from core_commit as c
left join core_agency as a on a.agency_code = c.source_code
left join (
    select
        payload_sha256,
        source_code,
        any(file_name) as file_name,
        any(submitter) as submitter
    from raw_payload
    group by
        payload_sha256,
        source_code
) as p on p.payload_sha256 = c.payload_sha256 and p.source_code = c.source_code
where
    startsWith(c.payload_sha256, {sha256:String})
    and ({form:String} = '' or c.form_code = {form:String})
    and ({year:UInt16} = 0 or has(c.period_years, {year:UInt16}))
order by c.version desc
