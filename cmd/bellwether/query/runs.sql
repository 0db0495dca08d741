-- The run ledger, newest first.
select
    started_at,
    job_code,
    source_code,
    trigger,
    state,
    read_count,
    loaded_count,
    rejected_count,
    skipped_count,
    version_count,
    message,
    finished_at,
    scheduled_at,
    payload_count,
    run_id,
    reason_code
from core_run
where
    ({failed:UInt8} = 0 or state in ('failed', 'partial', 'interrupted'))
    and ({job:String} = '' or {job:String} in (job_code, source_code))
order by started_at desc, run_id desc
limit {limit:UInt32}
