-- core_commit
-- One row per load that was committed by the moment asked for, with its account of every figure.
-- Reads   raw_commit
-- Method  A committed batch stays committed; re-writing its row changes nothing
create or replace view core_commit
(
    version         UInt64                 comment 'Number of the batch; views show no row of a version that is not here',
    run_id          String                 comment 'Run that loaded it, key of raw_run',
    payload_sha256  String                 comment 'Payload that was loaded, key of raw_payload',
    source_code     LowCardinality(String) comment 'Agency or publisher',
    form_code       LowCardinality(String) comment 'Form the payload was read with',
    form_hash       LowCardinality(String) comment 'Content hash of the form file',
    parameters      String                 comment 'Year, area and other parameters of the load, canonical JSON',
    period_years    Array(UInt16)          comment 'Statistical years that the payload holds figures for',
    encoding        LowCardinality(String) comment 'Character encoding that was declared or detected',
    read_count      UInt64                 comment 'Figures read; equals loaded + rejected + skipped',
    loaded_count    UInt64                 comment 'Figures that passed every hard rule',
    rejected_count  UInt64                 comment 'Figures refused',
    skipped_count   UInt64                 comment 'Empty cells that the form does not require',
    version_count   UInt64                 comment 'Figures that were new or changed, withdrawals included',
    withdrawn_count UInt64                 comment 'Figures that an earlier submission held and this complete one no longer does',
    committed_at    DateTime64(3, 'UTC')   comment 'The moment from which views show the batch'
)
as
select
    version,
    run_id,
    payload_sha256,
    source_code,
    form_code,
    form_hash,
    parameters,
    period_years,
    encoding,
    read_count,
    loaded_count,
    rejected_count,
    skipped_count,
    version_count,
    withdrawn_count,
    committed_at
from raw_commit final
where version <= (select max(version) from raw_commit where committed_at <= bw_as_of())
comment 'One row per load that was committed by the moment asked for, with its account of every figure.';
