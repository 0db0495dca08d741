-- core_holiday
-- One row per exception to the working week, from the yearly notices of the State Council.
-- Reads   dim_holiday, dim_catalog
-- Method  Newest state of each entry recorded by the moment of the catalog shown
create or replace view core_holiday
(
    day     Date32                 comment 'Day',
    kind    LowCardinality(String) comment 'holiday (a day off) or workday (a weekend day that is worked)',
    name_zh String                 comment 'Name of the holiday',
    source  String                 comment 'Notice it is taken from'
)
as
select
    day,
    kind,
    name_zh,
    source
from dim_holiday
where
    is_removed = 0
    and (day, recorded_at) in (
        select
            day,
            max(recorded_at)
        from dim_holiday
        where recorded_at <= (select max(recorded_at) from dim_catalog where recorded_at <= bw_as_of())
        group by day
    )
comment 'One row per exception to the working week, from the yearly notices of the State Council.';
