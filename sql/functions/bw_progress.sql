-- bw_progress(baseline, value, target)
-- Share of the way from the baseline to the target that is done, 1 at the target, below
-- 0 on the wrong side of the baseline. Given years instead of values it is the share of
-- the time that has passed. Null when the target is the baseline.
-- Method  A = (y - y0) / (T - y0); UN ESCAP, Asia and the Pacific SDG Progress Report,
--         current status index
create or replace function bw_progress as (baseline, value, target) ->
    arrayMap(
        (y0, y, goal) -> (y - y0) / nullIf(goal - y0, 0),
        [toFloat64(baseline)],
        [toFloat64(value)],
        [toFloat64(target)]
    )[1];
