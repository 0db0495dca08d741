-- core_moment
-- One row: the moment that every view answers for.
-- Reads   raw_commit, raw_evaluation, dim_catalog, core_settlement
-- Method  Nothing reads the clock. The moment is that of bw_as_of(); the day
--         that due dates are held against is that of the newest evaluation
create or replace view core_moment
(
    as_of        DateTime64(3, 'UTC') comment 'Moment asked for; in the far future when the newest state is meant',
    data_version UInt64               comment 'Newest batch committed by then; rows of later batches are not shown',
    catalog_at   DateTime64(3, 'UTC') comment 'When the catalog shown was recorded',
    on_date      Date32               comment 'Day of the newest evaluation by then; due dates are held against it',
    settlement   UInt64               comment 'Settlement of the verdicts that marts show; 0 before the first',
    evaluated_at DateTime64(3, 'UTC') comment 'When the newest evaluation by then was made; long past before the first'
)
as
select
    bw_as_of() as as_of,
    (select max(version) from raw_commit where committed_at <= bw_as_of()) as data_version,
    (select max(recorded_at) from dim_catalog where recorded_at <= bw_as_of()) as catalog_at,
    (select argMax(on_date, evaluated_at) from raw_evaluation where evaluated_at <= bw_as_of()) as on_date,
    (select max(settlement) from core_settlement where rank = 1) as settlement,
    (select max(evaluated_at) from raw_evaluation where evaluated_at <= bw_as_of()) as evaluated_at
comment 'One row: the moment that every view answers for.';
