-- core_area
-- One row per area: districts, streets, provinces, countries.
-- Reads   dim_area, dim_catalog
-- Method  Newest state of each entry recorded by the moment of the catalog shown
create or replace view core_area
(
    area_code    LowCardinality(String) comment 'GB/T 2260 code, ISO 3166-1 alpha-3 for countries',
    parent_code  LowCardinality(String) comment 'Area it belongs to, empty at the top',
    level        LowCardinality(String) comment 'world, country, province, prefecture, district or street',
    name_zh      String                 comment 'Name, may be empty for countries',
    name_en      String                 comment 'Name in English, may be empty',
    is_monitored UInt8                  comment '1 for the plan''s district and its streets'
)
as
select
    area_code,
    parent_code,
    level,
    name_zh,
    name_en,
    is_monitored
from dim_area
where
    is_removed = 0
    and (area_code, recorded_at) in (
        select
            area_code,
            max(recorded_at)
        from dim_area
        where recorded_at <= (select max(recorded_at) from dim_catalog where recorded_at <= bw_as_of())
        group by area_code
    )
comment 'One row per area: districts, streets, provinces, countries.';
