-- core_settlement
-- One row per settlement that may answer for the moment asked for, the one to be shown first in rank.
-- Reads   raw_settlement
-- Method  Of the settlements whose figures and catalog were there by the moment, those
--         of the newest state are taken, and of these the last that was finished by
--         the moment, or else the first after it: a settlement that came late answers
--         for its state, one by a later method does not change what had been said
create or replace view core_settlement
(
    settlement   UInt64               comment 'Key of the rows in fct_target_yearly',
    data_version UInt64               comment 'Newest batch that was counted, key of core_commit',
    committed_at DateTime64(3, 'UTC') comment 'When that batch was committed',
    catalog_at   DateTime64(3, 'UTC') comment 'Recording of the catalog that was applied',
    row_count    UInt64               comment 'Rows written',
    settled_at   DateTime64(3, 'UTC') comment 'When it was finished',
    rank         UInt64               comment '1 for the settlement that marts show'
)
as
select
    settlement,
    data_version,
    committed_at,
    catalog_at,
    row_count,
    settled_at,
    row_number() over (
        order by
            greatest(committed_at, catalog_at) desc,
            settled_at <= bw_as_of() desc,
            if(settled_at <= bw_as_of(), -1, 1) * toUnixTimestamp64Milli(settled_at)
    ) as rank
from raw_settlement
where
    committed_at <= bw_as_of()
    and catalog_at <= bw_as_of()
comment 'One row per settlement that may answer for the moment asked for, the one to be shown first in rank.';
