-- mart_target_vintage
-- One row per row of mart_target_yearly, with the submission that brought its newest value and when it was judged.
-- Reads   fct_target_yearly, core_commit, core_moment, core_settlement
-- Method  Apart from the verdicts, so that those are the same for the same figures whatever
--         files they came in
create or replace view mart_target_vintage
(
    target_code    LowCardinality(String)           comment 'Target, code in core_target',
    area_code      LowCardinality(String)           comment 'Area that is monitored',
    period_year    UInt16                           comment 'Statistical year that is judged',
    data_version   UInt64                           comment 'Batch that loaded the newest value, key of core_commit; 0 when there is none',
    payload_sha256 String                           comment 'Payload of that batch, key of raw_payload; empty when there is none',
    committed_at   Nullable(DateTime64(3, 'UTC'))   comment 'The moment from which views show that value',
    settled_at     DateTime64(3, 'UTC')             comment 'The moment at which the verdict was worked out'
)
as
select
    t.target_code as target_code,
    t.area_code as area_code,
    t.period_year as period_year,
    t.data_version as data_version,
    k.payload_sha256 as payload_sha256,
    nullIf(k.committed_at, toDateTime64(0, 3, 'UTC')) as committed_at,
    s.settled_at as settled_at
from fct_target_yearly as t
inner join core_settlement as s on s.settlement = t.settlement
left join core_commit as k on k.version = t.data_version
where t.settlement = assumeNotNull((select settlement from core_moment))
comment 'One row per row of mart_target_yearly, with the submission that brought its newest value and when it was judged.';
