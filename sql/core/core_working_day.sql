-- core_working_day
-- One row per working day from 2018 to 2049, numbered in order.
-- Reads   core_holiday
-- Method  Monday to Friday, less the days off and with the weekend days that are worked
--         of the yearly notices. In years without a notice only the weekend is off
create or replace view core_working_day
(
    day    Date32 comment 'Day',
    number UInt32 comment 'Its place; the difference of two is the working days between them'
)
as
with
calendar as (
    select addDays(makeDate32(2018, 1, 1), number) as day
    from numbers(11688)
)
select
    c.day as day,
    toUInt32(row_number() over (order by c.day)) as number
from calendar as c
left join core_holiday as h on h.day = c.day
where h.kind = 'workday' or (h.kind != 'holiday' and toDayOfWeek(c.day) < 6)
comment 'One row per working day from 2018 to 2049, numbered in order.';
