-- bw_escap_index(baseline, value, target, polarity)
-- Share of the way to the target on a scale of 10, which a met target has, below 0 when
-- it goes the wrong way; polarity is 1 when more is better, -1 when less is, 0 when the
-- target is a point to be hit, such as parity. Null when the baseline is the target and
-- the value is not.
-- Method  10 (y - y0) / |T - y0|, and 10 - 10 |T - y| / |T - y0| for a point; UN ESCAP,
--         Asia and the Pacific SDG Progress Report, current status index
create or replace function bw_escap_index as (baseline, value, target, polarity) ->
    arrayMap(
        (y, goal, side, distance) -> multiIf(
            side * (y - goal) > 0 or y = goal, 10,
            side = 0, 10 - 10 * abs(goal - y) / distance,
            10 - 10 * side * (goal - y) / distance
        ),
        [toFloat64(value)],
        [toFloat64(target)],
        [polarity],
        [nullIf(abs(toFloat64(target) - toFloat64(baseline)), 0)]
    )[1];
