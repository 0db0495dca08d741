-- core_run
-- One row per run: its latest state by the moment asked for.
-- Reads   raw_run
-- Method  The state recorded last
create or replace view core_run
(
    run_id         String                         comment 'Unique identifier of the run',
    job_code       LowCardinality(String)         comment 'What ran: load, evaluate, demo, …',
    source_code    LowCardinality(String)         comment 'Source that was pulled, empty when the job has none',
    trigger        LowCardinality(String)         comment 'schedule, catch_up, retry, command or backfill',
    scheduled_at   DateTime64(3, 'UTC')           comment 'Instant the timetable asked for; equals started_at for a command',
    started_at     DateTime64(3, 'UTC')           comment 'When the run began',
    finished_at    Nullable(DateTime64(3, 'UTC')) comment 'When the run ended, null while it runs',
    state          LowCardinality(String)         comment 'running, done, partial, failed, skipped or interrupted',
    payload_count  UInt64                         comment 'Payloads fetched',
    read_count     UInt64                         comment 'Figures read; equals loaded + rejected + skipped',
    loaded_count   UInt64                         comment 'Figures that passed every hard rule',
    rejected_count UInt64                         comment 'Figures refused, each with its reason in raw_reject',
    skipped_count  UInt64                         comment 'Empty cells that the form does not require',
    version_count  UInt64                         comment 'New versions written; 0 when nothing had changed',
    message        String                         comment 'Error or remark in one line, empty when all went well',
    reason_code    LowCardinality(String)         comment 'Why the source could not be pulled as a whole, code in deploy/runbook.md; empty otherwise',
    recorded_at    DateTime64(3, 'UTC')           comment 'When this state of the run was written'
)
as
select
    run_id,
    job_code,
    source_code,
    trigger,
    scheduled_at,
    started_at,
    finished_at,
    state,
    payload_count,
    read_count,
    loaded_count,
    rejected_count,
    skipped_count,
    version_count,
    message,
    reason_code,
    recorded_at
from raw_run
where
    (run_id, recorded_at) in (
        select
            run_id,
            max(recorded_at)
        from raw_run
        where recorded_at <= bw_as_of()
        group by run_id
    )
comment 'One row per run: its latest state by the moment asked for.';
