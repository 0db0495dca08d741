-- bw_xmr(values)
-- Natural limits of a series without a trend, in the order of time, as (mean,
-- mean_moving_range, lower, upper, range_upper): a value outside lower and upper, or a
-- change beyond range_upper, is more than the usual. Values that are null are left out;
-- all null below two. Use five at least, and bw_surprise where there is a trend.
-- Method  Mean -+ 3 / 1.128 of the mean moving range, and 3.267 times it; NIST/SEMATECH
--         e-Handbook of Statistical Methods, 6.3.2.2. Printed rounded as 2.66
create or replace function bw_xmr as (values) ->
    arrayMap(
        y -> arrayMap(
            (mean, mr) -> cast(
                (mean, mr, mean - 3 / 1.128 * mr, mean + 3 / 1.128 * mr, 3.267 * mr),
                'Tuple(mean Nullable(Float64), mean_moving_range Nullable(Float64), lower Nullable(Float64),
                upper Nullable(Float64), range_upper Nullable(Float64))'
            ),
            [if(length(y) >= 2, arrayAvg(y), null)],
            [if(length(y) >= 2, arrayAvg(change -> abs(change), arrayPopFront(arrayDifference(y))), null)]
        )[1],
        [arrayFilter(v -> isFinite(v), cast(arrayMap(v -> ifNull(toFloat64(v), nan), values), 'Array(Float64)'))]
    )[1];
