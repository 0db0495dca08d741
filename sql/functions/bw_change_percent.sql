-- bw_change_percent(previous, value)
-- Change from the value before, in percent of it. A change of a percentage is told in
-- points instead: value - previous. Null when the value before is 0 or missing.
-- Method  100 (y / y before - 1)
create or replace function bw_change_percent as (previous, value) ->
    100 * (toFloat64(value) / nullIf(toFloat64(previous), 0) - 1);
