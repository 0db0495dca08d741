-- core_code
-- One row per code of the small code lists: sex, residence, observation status, units.
-- Reads   dim_code, dim_catalog
-- Method  Newest state of each entry recorded by the moment of the catalog shown
create or replace view core_code
(
    list_code  LowCardinality(String) comment 'Code list: SEX, RESIDENCE, OBS_STATUS, CONF_STATUS, FREQ, UNIT, VERDICT, REASON, …',
    code       LowCardinality(String) comment 'Code',
    name_zh    String                 comment 'Name',
    name_en    String                 comment 'Name in English',
    sort_order UInt16                 comment 'Place in lists'
)
as
select
    list_code,
    code,
    name_zh,
    name_en,
    sort_order
from dim_code
where
    is_removed = 0
    and (list_code, code, recorded_at) in (
        select
            list_code,
            code,
            max(recorded_at)
        from dim_code
        where recorded_at <= (select max(recorded_at) from dim_catalog where recorded_at <= bw_as_of())
        group by list_code, code
    )
comment 'One row per code of the small code lists: sex, residence, observation status, units.';
