-- bw_theil_sen_interval(years, values, confidence)
-- Interval of the Theil-Sen slope as (lower, upper), per year. Null where there are too
-- few points for the confidence asked for.
-- Method  The slopes whose ranks lie z times the standard deviation of Mann-Kendall's S
--         apart, (N -+ z sd) / 2, rounded outwards by one; Sen (1968), J. Am. Stat.
--         Assoc. 63:1379-1389, ties as in Kendall (1975), Rank Correlation Methods
create or replace function bw_theil_sen_interval as (years, values, confidence) ->
    arrayMap(
        (points, z) -> arrayMap(
            (slopes, reach) -> arrayMap(
                (count, low, high) -> cast(
                    (
                        if(low >= 1, slopes[toInt32(low)], null),
                        if(low >= 1 and high <= count, slopes[toInt32(high)], null)
                    ),
                    'Tuple(lower Nullable(Float64), upper Nullable(Float64))'
                ),
                [length(slopes)],
                [ifNull(round((length(slopes) - reach) / 2), 0.)],
                [ifNull(round((length(slopes) + reach) / 2) + 1, 0.)]
            )[1],
            [arraySort(bw_pair_slopes(points.1, points.2))],
            [z * sqrt(bw_mann_kendall_variance(points.2))]
        )[1],
        [bw_points(years, values)],
        [bw_normal_quantile((1 + toFloat64(confidence)) / 2)]
    )[1];
