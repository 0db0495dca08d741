-- core_backup
-- One row per backup: how it stands.
-- Reads   raw_backup
-- Method  The newest state by the moment asked for; whether a drill has restored it
--         stays known after that
create or replace view core_backup
(
    name        String                 comment 'Name of the backup',
    state       LowCardinality(String) comment 'begun, done, failed, verified or deleted',
    destination String                 comment 'Where it is, as the engine names it',
    byte_count  UInt64                 comment 'Size in bytes',
    message     String                 comment 'What went wrong last, empty otherwise',
    begun_at    DateTime64(3, 'UTC')   comment 'When it was begun',
    done_at     Nullable(DateTime64(3, 'UTC')) comment 'When it was finished, null unless it was',
    verified_at Nullable(DateTime64(3, 'UTC')) comment 'When a drill last restored it and found it equal'
)
as
select
    name,
    argMax(state, recorded_at) as state,
    any(destination) as destination,
    max(byte_count) as byte_count,
    argMax(message, recorded_at) as message,
    min(recorded_at) as begun_at,
    maxOrNullIf(recorded_at, raw_backup.state = 'done') as done_at,
    maxOrNullIf(recorded_at, raw_backup.state = 'verified') as verified_at
from raw_backup
where recorded_at <= bw_as_of()
group by name
comment 'One row per backup: how it stands.';
