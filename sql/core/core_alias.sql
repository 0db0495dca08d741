-- core_alias
-- One row per spelling: which code a publishers own code or word stands for.
-- Reads   dim_alias, dim_catalog
-- Method  Newest state of each entry recorded by the moment of the catalog shown
create or replace view core_alias
(
    list_code      LowCardinality(String) comment 'Code list: AREA, SEX, AGE, RESIDENCE, INDICATOR, OBS_STATUS, UNIT',
    publisher_code LowCardinality(String) comment 'Publisher that writes it so, * for everybody',
    alias          String                 comment 'Word or code as the publisher writes it',
    code           LowCardinality(String) comment 'Code it stands for'
)
as
select
    list_code,
    publisher_code,
    alias,
    code
from dim_alias
where
    is_removed = 0
    and (list_code, publisher_code, alias, recorded_at) in (
        select
            list_code,
            publisher_code,
            alias,
            max(recorded_at)
        from dim_alias
        where recorded_at <= (select max(recorded_at) from dim_catalog where recorded_at <= bw_as_of())
        group by list_code, publisher_code, alias
    )
comment 'One row per spelling: which code a publishers own code or word stands for.';
