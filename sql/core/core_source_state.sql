-- core_source_state
-- One row per source that was ever pulled: how its last run ended, and when it last went well.
-- Reads   core_run, core_commit, core_agency
-- Method  Runs that have ended; one that was skipped because the run before had not
--         ended says nothing. A run went well when it is done or partial. Forms and
--         agencies are those of everything the source ever brought; of one that never
--         brought anything, the agency that its name is or begins with
create or replace view core_source_state
(
    source_code  LowCardinality(String)         comment 'Source of the configuration',
    run_id       String                         comment 'Last run that ended, key of core_run',
    state        LowCardinality(String)         comment 'How it ended: done, partial, failed or interrupted',
    message      String                         comment 'Its error or remark',
    started_at   DateTime64(3, 'UTC')           comment 'When it began',
    first_at     DateTime64(3, 'UTC')           comment 'When the first run began',
    good_at      Nullable(DateTime64(3, 'UTC')) comment 'When the last run that went well began, null when none did',
    is_scheduled UInt8                          comment '1 when a timetable ever asked for it',
    form_codes   Array(String)                  comment 'Forms it brought',
    agency_codes Array(String)                  comment 'Agencies it brought figures of, or is named for'
)
as
with
ended as (
    select
        r.source_code as source_code,
        argMax((r.run_id, r.state, r.message), r.started_at) as newest,
        max(r.started_at) as started_at,
        min(r.started_at) as first_at,
        if(
            countIf(r.state in ('done', 'partial')) = 0,
            null,
            maxIf(r.started_at, r.state in ('done', 'partial'))
        ) as good_at,
        max(r.trigger in ('schedule', 'catch_up')) as is_scheduled
    from core_run as r
    where
        r.job_code in ('load', 'backfill')
        and r.source_code != ''
        and r.state in ('done', 'partial', 'failed', 'interrupted')
    group by r.source_code
),
brought as (
    select
        r.source_code as source_code,
        arraySort(groupUniqArray(toString(c.form_code))) as form_codes,
        arraySort(groupUniqArray(toString(c.source_code))) as agency_codes
    from core_commit as c
    inner join core_run as r on r.run_id = c.run_id
    where r.source_code != ''
    group by r.source_code
)
select
    e.source_code as source_code,
    e.newest.1 as run_id,
    e.newest.2 as state,
    e.newest.3 as message,
    e.started_at as started_at,
    e.first_at as first_at,
    e.good_at as good_at,
    e.is_scheduled as is_scheduled,
    b.form_codes as form_codes,
    if(
        notEmpty(b.agency_codes),
        b.agency_codes,
        arrayFilter(
            code -> e.source_code = code or startsWith(e.source_code, concat(code, '_')),
            assumeNotNull((select arraySort(groupArray(toString(agency_code))) from core_agency where kind = 'agency'))
        )
    ) as agency_codes
from ended as e
left join brought as b on b.source_code = e.source_code
comment 'One row per source that was ever pulled: how its last run ended, and when it last went well.';
