-- core_threshold_yearly
-- One row per statistical year: every parameter that holds for it.
-- Reads   core_threshold
-- Method  A parameter holds for a year when it is valid on the last day of the year;
--         the map gives null for one that does not
create or replace view core_threshold_yearly
(
    period_year UInt16                         comment 'Statistical year',
    bounds      Map(String, Nullable(Float64)) comment 'Value of each parameter, by threshold_code'
)
as
select
    period_year,
    cast(
        mapFromArrays(groupArray(toString(threshold_code)), groupArray(value)),
        'Map(String, Nullable(Float64))'
    ) as bounds
from
(
    select
        toUInt16(arrayJoin(range(toYear(valid_from), toYear(valid_to) + 1))) as period_year,
        threshold_code,
        value,
        valid_from,
        valid_to
    from core_threshold
)
where makeDate32(period_year, 12, 31) between valid_from and valid_to
group by period_year
comment 'One row per statistical year: every parameter that holds for it.';
