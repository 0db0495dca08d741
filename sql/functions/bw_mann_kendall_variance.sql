-- bw_mann_kendall_variance(values)
-- Variance of Mann-Kendall's S for values without a trend, with equal values counted in.
-- Method  (n (n - 1) (2n + 5) - sum t (t - 1) (2t + 5)) / 18 over the groups of t equal
--         values; Kendall (1975), Rank Correlation Methods, 4th ed.
create or replace function bw_mann_kendall_variance as (values) ->
    arrayMap(
        y -> (length(y) * (length(y) - 1) * (2 * length(y) + 5) - arraySum(
            t -> t * (t - 1) * (2 * t + 5),
            arrayMap(v -> toInt64(countEqual(y, v)), arrayDistinct(y))
        )) / 18,
        [arrayFilter(v -> isFinite(v), cast(arrayMap(v -> ifNull(toFloat64(v), nan), values), 'Array(Float64)'))]
    )[1];
