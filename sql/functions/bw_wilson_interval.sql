-- bw_wilson_interval(x, n, confidence)
-- Interval of the proportion x / n as (lower, upper), at any confidence; for 95 %
-- bw_wilson_lower and bw_wilson_upper are quicker. Null when n is 0 or x is more
-- than n.
-- Method  Wilson score interval without continuity correction; Wilson (1927),
--         J. Am. Stat. Assoc. 22:209-212
create or replace function bw_wilson_interval as (x, n, confidence) ->
    arrayMap(
        (c, m, z) -> cast(
            if(
                m > 0 and c between 0 and m and isNotNull(z),
                (
                    greatest(
                        0,
                        (2 * c + z * z - z * sqrt(z * z + 4 * c * (1 - c / m))) / (2 * (m + z * z))
                    ),
                    least(
                        1,
                        (2 * c + z * z + z * sqrt(z * z + 4 * c * (1 - c / m))) / (2 * (m + z * z))
                    )
                ),
                (null, null)
            ),
            'Tuple(lower Nullable(Float64), upper Nullable(Float64))'
        ),
        [toFloat64(x)],
        [toFloat64(n)],
        [bw_normal_quantile((1 + toFloat64(confidence)) / 2)]
    )[1];
