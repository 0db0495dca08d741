-- bw_nbs_interval_score(value, target_low, target_high, allowed_low, allowed_high)
-- Degree of attainment of a target that is a range: 100 inside it, falling to 0 at the
-- farther of the two allowed bounds. Null when a number is missing or the allowed bounds
-- leave no room around the range.
-- Method  National Bureau of Statistics of China (2008), monitoring scheme of the
--         all-round well-off society: range indicators, in the form of the textbooks
create or replace function bw_nbs_interval_score as (value, target_low, target_high, allowed_low, allowed_high) ->
    arrayMap(
        (outside, room) -> 100 * if(outside > room, 0, 1 - outside / nullIf(room, 0)),
        [arrayMap(
            (y, low, high) -> multiIf(
                y < low,
                low - y,
                y > high,
                y - high,
                y between low and high,
                0,
                null
            ),
            [toFloat64(value)],
            [toFloat64(target_low)],
            [toFloat64(target_high)]
        )[1]],
        [arrayMap(
            (low, high) -> if(low > 0 or high > 0, if(low > high, low, high), null),
            [toFloat64(target_low - allowed_low)],
            [toFloat64(allowed_high - target_high)]
        )[1]]
    )[1];
