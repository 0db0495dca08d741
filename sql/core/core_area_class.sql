-- core_area_class
-- One row per area and span of years: urban or rural, as classified in those years.
-- Reads   dim_area_class, dim_catalog
-- Method  Newest state of each entry recorded by the moment of the catalog shown
create or replace view core_area_class
(
    area_code       LowCardinality(String) comment 'Code in dim_area',
    valid_from_year UInt16                 comment 'First year of the class',
    valid_to_year   UInt16                 comment 'Last year of the class, 9999 when it still holds',
    residence       LowCardinality(String) comment 'U urban, R rural, _T mixed',
    source          String                 comment 'Where the class is taken from'
)
as
select
    area_code,
    valid_from_year,
    valid_to_year,
    residence,
    source
from dim_area_class
where
    is_removed = 0
    and (area_code, valid_from_year, recorded_at) in (
        select
            area_code,
            valid_from_year,
            max(recorded_at)
        from dim_area_class
        where recorded_at <= (select max(recorded_at) from dim_catalog where recorded_at <= bw_as_of())
        group by area_code, valid_from_year
    )
comment 'One row per area and span of years: urban or rural, as classified in those years.';
