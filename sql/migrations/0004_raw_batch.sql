create table raw_batch
(
    version        UInt64                 comment 'Number of the batch, strictly increasing; the version of every row it loads',
    run_id         String                 comment 'Run that opened the batch, key of raw_run',
    payload_sha256 String                 comment 'Payload that is loaded, key of raw_payload',
    source_code    LowCardinality(String) comment 'Agency or publisher',
    form_code      LowCardinality(String) comment 'Form the payload was read with',
    form_hash      LowCardinality(String) comment 'Content hash of the form file, so that a changed form is loaded anew',
    parameters     String                 comment 'Year, area and other parameters of the load, canonical JSON',
    is_complete    UInt8                  comment '1 when figures that the payload no longer holds are to be withdrawn',
    state          LowCardinality(String) comment 'open, staged or abandoned; committed batches are in raw_commit',
    read_count     UInt64                 comment 'Figures read',
    loaded_count   UInt64                 comment 'Figures staged',
    rejected_count UInt64                 comment 'Figures refused',
    skipped_count  UInt64                 comment 'Empty cells that the form does not require',
    encoding       LowCardinality(String) comment 'Character encoding that was declared or detected',
    recorded_at    DateTime64(3, 'UTC')   comment 'When this state was written'
)
engine = MergeTree
order by (version, recorded_at)
comment 'One row per batch and state before its commit: what recovery needs to finish or drop a load that was cut short.';
