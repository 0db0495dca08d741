-- bw_interval_difference(value1, lower1, upper1, value2, lower2, upper2)
-- Difference of two independent estimates as (difference, lower, upper,
-- is_significant), from the 95 % intervals that each has by itself: 1 when 0 lies
-- outside the interval of the difference. With Wilson's intervals it is bw_newcombe,
-- with those of two rates the interval of their difference, with two differences that
-- of the change of a gap. The difference is null without both values, the rest
-- without all four limits.
-- Method  Square-and-add of the distances to the limits (MOVER); Zou and Donner (2008),
--         Stat. Med. 27:1693-1702
create or replace function bw_interval_difference as (value1, lower1, upper1, value2, lower2, upper2) ->
    arrayMap(
        (v1, l1, u1, v2, l2, u2) -> arrayMap(
            (low, high) -> cast(
                (
                    if(isFinite(v1 - v2), v1 - v2, null),
                    if(isFinite(low), low, null),
                    if(isFinite(high), high, null),
                    if(isFinite(low + high), not (low <= 0 and high >= 0), null)
                ),
                'Tuple(difference Nullable(Float64), lower Nullable(Float64), upper Nullable(Float64),
                is_significant Nullable(UInt8))'
            ),
            [v1 - v2 - sqrt(pow(v1 - l1, 2) + pow(u2 - v2, 2))],
            [v1 - v2 + sqrt(pow(u1 - v1, 2) + pow(v2 - l2, 2))]
        )[1],
        [ifNull(toFloat64(value1), nan)],
        [ifNull(toFloat64(lower1), nan)],
        [ifNull(toFloat64(upper1), nan)],
        [ifNull(toFloat64(value2), nan)],
        [ifNull(toFloat64(lower2), nan)],
        [ifNull(toFloat64(upper2), nan)]
    )[1];
