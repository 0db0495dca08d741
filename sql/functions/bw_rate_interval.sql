-- bw_rate_interval(x, n, multiplier, confidence)
-- Rate of x events in n, times multiplier, with its interval, as (value, lower,
-- upper). A count may be above n, as with visits. All null when a count is missing or
-- negative, or n is not above 0; a missing count is no zero.
-- Method  Exact below 10 events, Byar's from 10 on, as in bw_poisson_interval
create or replace function bw_rate_interval as (x, n, multiplier, confidence) ->
    arrayMap(
        (c, limits, factor) -> cast(
            (if(c >= 0, c * factor, null), limits.lower * factor, limits.upper * factor),
            'Tuple(value Nullable(Float64), lower Nullable(Float64), upper Nullable(Float64))'
        ),
        [toFloat64(x)],
        [bw_poisson_interval(x, confidence)],
        [toFloat64(multiplier) / if(n > 0, toFloat64(n), null)]
    )[1];
