create table raw_backup
(
    name        String                 comment 'Name of the backup: database and moment',
    state       LowCardinality(String) comment 'begun (written into the backup itself, with what it holds), done, failed, verified (a drill restored it and found it equal) or deleted',
    destination String                 comment 'Where it is, as the engine names it',
    contents    String                 comment 'Rows and content hash of each table, JSON; empty unless it is begun',
    byte_count  UInt64                 comment 'Size, 0 while it is not known',
    message     String                 comment 'What went wrong, empty otherwise',
    run_id      String                 comment 'Run that did it, key of raw_run',
    recorded_at DateTime64(3, 'UTC')   comment 'When it was recorded'
)
engine = MergeTree
order by (name, recorded_at)
comment 'One row per state of a backup: the ledger. Append-only; read core_backup for how each one stands.';
