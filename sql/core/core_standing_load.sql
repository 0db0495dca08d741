-- core_standing_load
-- One row per load whose refusals no later submission has put right.
-- Reads   core_commit
-- Method  The newest load of a form, source and area for one of its years at least; of
--         loads without a single figure, the newest of all
create or replace view core_standing_load
(
    version        UInt64                 comment 'Batch, key of core_commit',
    source_code    LowCardinality(String) comment 'Agency or publisher',
    form_code      LowCardinality(String) comment 'Form the payload was read with',
    payload_sha256 String                 comment 'Payload, key of raw_payload',
    newest_year    UInt16                 comment 'Newest statistical year it holds figures for, 0 when it holds none',
    read_count     UInt64                 comment 'Figures read; equals loaded + rejected + skipped',
    loaded_count   UInt64                 comment 'Figures that passed every hard rule',
    rejected_count UInt64                 comment 'Figures refused',
    skipped_count  UInt64                 comment 'Empty cells that the form does not require',
    committed_at   DateTime64(3, 'UTC')   comment 'When it was committed'
)
as
with
load as (
    select
        version,
        source_code,
        form_code,
        JSONExtractString(parameters, 'area') as for_area,
        payload_sha256,
        period_years,
        read_count,
        loaded_count,
        rejected_count,
        skipped_count,
        committed_at
    from core_commit
),
-- The newest load of each form, for each year and whatever year.
newest as (
    select max(version) as version
    from load
    array join period_years as year
    group by
        source_code,
        form_code,
        for_area,
        year
),
last as (
    select max(version) as version
    from load
    group by
        source_code,
        form_code,
        for_area
)
select
    version,
    source_code,
    form_code,
    payload_sha256,
    arrayMax(period_years) as newest_year,
    read_count,
    loaded_count,
    rejected_count,
    skipped_count,
    committed_at
from load
where if(
    empty(period_years),
    version in (select version from last),
    version in (select version from newest)
)
comment 'One row per load whose refusals no later submission has put right.';
