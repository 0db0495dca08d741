-- The newest data of each source; of a form that learns the publisher from the
-- file, by the form.
select
    if(c.source_code = '', c.form_code, c.source_code) as source_code,
    any(a.name_zh) as name_zh,
    any(a.name_en) as name_en,
    max(c.committed_at) as newest_commit_at,
    max(arrayMax(c.period_years)) as newest_year,
    count() as load_count,
    sum(c.loaded_count) as loaded_count,
    sum(c.rejected_count) as rejected_count
from core_commit as c
left join core_agency as a on a.agency_code = c.source_code
where notEmpty(c.period_years)
group by source_code
order by newest_commit_at desc
