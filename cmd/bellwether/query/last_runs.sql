-- The newest run of each job and source that was not skipped.
select
    job_code,
    source_code,
    started_at,
    state,
    message
from core_run
where state != 'skipped'
order by started_at desc, run_id desc
limit 1 by job_code, source_code
