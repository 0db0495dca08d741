create database if not exists bellwether on cluster 'prefecture';

create table if not exists raw_commit_local on cluster 'prefecture'
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
engine = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/bellwether/raw_commit_local', '{replica}', committed_at)
order by version
comment 'One row per finished load, written last: the moment a payload becomes visible, and its account of every figure.';

create table if not exists raw_commit on cluster 'prefecture' as raw_commit_local engine = Distributed('prefecture', bellwether, raw_commit_local, 0);

create table if not exists fct_observation_local on cluster 'prefecture'
(
    area_code      LowCardinality(String)              comment 'GB/T 2260 code, or SDMX REF_AREA for countries; code in dim_area',
    indicator_code LowCardinality(String)              comment 'Code in dim_indicator, or publisher:code for a public series outside the catalog',
    sex            Enum8('_T' = 0, 'F' = 1, 'M' = 2, '_U' = 9) comment 'SDMX CL_SEX; _T is both sexes, _U not known, never blank',
    age_group      LowCardinality(String)              comment 'SDMX CL_AGE such as Y0T4 or Y_GE65; _T is all ages; code in dim_age_group',
    residence      Enum8('_T' = 0, 'U' = 1, 'R' = 2, '_U' = 9) comment 'SDMX CL_RESIDENCE: urban, rural, _T both, _U not known',
    category       LowCardinality(String)              comment 'Further breakdown as DIMENSION=code, several joined by ;  _T is none',
    source_code    LowCardinality(String)              comment 'Agency or publisher that gave the figure, code in dim_agency',
    period_year    UInt16                              comment 'Statistical year the figure is counted under',
    period_start   Date32                              comment 'First day the figure describes; health years begin in October, school years in September',
    period_end     Date32                              comment 'Last day the figure describes',
    freq           LowCardinality(String)              comment 'SDMX CL_FREQ: A yearly, S, Q, M',
    numerator      Nullable(Float64)                   comment 'Events or persons counted, null when the source gives only a rate' codec(ZSTD(1)),
    denominator    Nullable(Float64)                   comment 'Population or total the numerator belongs to, null when not given' codec(ZSTD(1)),
    value          Nullable(Float64)                   comment 'Figure in unit_code: numerator / denominator x multiplier where both are given, else as reported; null only with a status that says why' codec(ZSTD(1)),
    reported_value Nullable(Float64)                   comment 'Figure as the source printed it, null when it printed none' codec(ZSTD(1)),
    lower_bound    Nullable(Float64)                   comment 'Lower end of the interval the publisher gives, in unit_code' codec(ZSTD(1)),
    upper_bound    Nullable(Float64)                   comment 'Upper end of the interval the publisher gives, in unit_code' codec(ZSTD(1)),
    unit_code      LowCardinality(String)              comment 'Unit of value, code in the catalog such as percent or per_100000',
    obs_status     LowCardinality(String)              comment 'SDMX CL_OBS_STATUS: A normal, P provisional, E estimated, B break, O missing, L not collected, M not applicable, Q suppressed, …',
    conf_status    LowCardinality(String)              comment 'SDMX CL_CONF_STATUS: F free, N not for publication, C confidential',
    note           String                              comment 'Remark of the source on this figure, may be empty' codec(ZSTD(1)),
    form_code      LowCardinality(String)              comment 'Form the payload was read with',
    sheet          LowCardinality(String)              comment 'Sheet of a workbook, empty for other files',
    cell           String                              comment 'Spreadsheet address of the figure such as C7, or a JSON path' codec(ZSTD(1)),
    version        UInt64                              comment 'Batch that loaded the row, key of raw_commit, which leads to the payload and its SHA-256' codec(Delta, ZSTD(1)),
    is_withdrawn   UInt8                               comment '1 when a later complete submission no longer holds the figure',
    recorded_at    DateTime64(3, 'UTC')                       comment 'When the version was written' codec(Delta, ZSTD(1))
)
engine = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/bellwether/fct_observation_local', '{replica}', recorded_at)
partition by period_year
order by (area_code, indicator_code, sex, age_group, residence, category, source_code, period_year, period_start, period_end, version)
comment 'One row per figure and version: every value ever submitted. Append-only; read core_observation instead.';

create table if not exists fct_observation on cluster 'prefecture' as fct_observation_local engine = Distributed('prefecture', bellwether, fct_observation_local, cityHash64(area_code));

insert into raw_batch_year (version, period_year)
select version, arrayJoin(period_years)
from raw_commit;

-- Each alert says what caused the change, and a muted one which alert mutes it.
alter table fct_alert_local on cluster 'prefecture'
    add column if not exists cause_zh String comment 'What made the figure change, in parts that sum to the change, Chinese; empty for events from before this column' after message_en,
    add column if not exists cause_en String comment 'The same in English' after cause_zh,
    add column if not exists muted_by String comment 'Alert that mutes this one, key alert_id; empty unless the event is muted' after cause_en;

-- Each alert says what caused the change, and a muted one which alert mutes it.
alter table fct_alert on cluster 'prefecture'
    add column if not exists cause_zh String comment 'What made the figure change, in parts that sum to the change, Chinese; empty for events from before this column' after message_en,
    add column if not exists cause_en String comment 'The same in English' after cause_zh,
    add column if not exists muted_by String comment 'Alert that mutes this one, key alert_id; empty unless the event is muted' after cause_en;

-- bw_as_of()
-- The moment that views answer for, in UTC: taken from the setting log_comment
-- when a query gives one there, otherwise the far future, which means the newest
-- committed state. log_comment is the one free text that every ClickHouse
-- carries with a query and through views, and it leaves the moment in query_log.
--
--     select … from mart_target_yearly settings log_comment = 'as_of=2025-03-01 00:00:00'
create or replace function bw_as_of on cluster 'prefecture' as () ->
    parseDateTime64BestEffort(
        if(
            startsWith(getSetting('log_comment'), 'as_of='),
            substring(getSetting('log_comment'), 7),
            '2299-12-31 00:00:00'
        ),
        3,
        'UTC'
    );

-- core_moment
-- One row: the moment that every view answers for.
-- Reads   raw_commit, raw_evaluation, dim_catalog, core_settlement
-- Method  Nothing reads the clock. The moment is that of bw_as_of(); the day
--         that due dates are held against is that of the newest evaluation
create or replace view core_moment on cluster 'prefecture'
(
    as_of        DateTime64(3, 'UTC') comment 'Moment asked for; in the far future when the newest state is meant',
    data_version UInt64               comment 'Newest batch committed by then; rows of later batches are not shown',
    catalog_at   DateTime64(3, 'UTC') comment 'When the catalog shown was recorded',
    on_date      Date32               comment 'Day of the newest evaluation by then; due dates are held against it',
    settlement   UInt64               comment 'Settlement of the verdicts that marts show; 0 before the first',
    evaluated_at DateTime64(3, 'UTC') comment 'When the newest evaluation by then was made; long past before the first'
)
definer = CURRENT_USER sql security definer
as
select
    bw_as_of() as as_of,
    (select max(version) from raw_commit where committed_at <= bw_as_of()) as data_version,
    (select max(recorded_at) from dim_catalog where recorded_at <= bw_as_of()) as catalog_at,
    (select argMax(on_date, evaluated_at) from raw_evaluation where evaluated_at <= bw_as_of()) as on_date,
    (select max(settlement) from core_settlement where rank = 1) as settlement,
    (select max(evaluated_at) from raw_evaluation where evaluated_at <= bw_as_of()) as evaluated_at
comment 'One row: the moment that every view answers for.';

drop table if exists raw_stage_17 on cluster 'prefecture' sync;

drop table if exists raw_stage_17_local on cluster 'prefecture' sync;
