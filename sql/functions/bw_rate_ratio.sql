-- bw_rate_ratio(x1, n1, x2, n2)
-- The rate x1 / n1 over the rate x2 / n2 as (ratio, lower, upper) with its 95 %
-- interval. ratio and upper are null when x2 is 0: they have no bound. All null when a
-- count is negative or not whole, a denominator is not above 0, there is no event at
-- all, or there are more than 10 000.
-- Method  Given their sum, x1 is binomial; its exact limits (Clopper and Pearson 1934,
--         Biometrika 26:404-413), halved 60 times, as odds times n2 / n1
create or replace function bw_rate_ratio as (x1, n1, x2, n2) ->
    arrayMap(
        (x, n, scale) -> arrayMap(
            (low, high) -> cast(
                (
                    if(n > 0 and x < n, x / (n - x) * scale, null),
                    if(n > 0, low / (1 - low) * scale, null),
                    if(n > 0 and x < n, high / (1 - high) * scale, null)
                ),
                'Tuple(ratio Nullable(Float64), lower Nullable(Float64), upper Nullable(Float64))'
            ),
            [if(n > 0 and x > 0, arrayFold(
                (p, i) -> p + if(bw_binomial_survival(x, n, p + exp2(-i)) < 0.025, exp2(-i), 0.), range(1, 61), 0.
            ), 0.)],
            [if(n > 0 and x < n, arrayFold(
                (p, i) -> p + if(bw_binomial_cdf(x, n, p + exp2(-i)) > 0.025, exp2(-i), 0.), range(1, 61), 0.
            ), 0.)]
        )[1],
        [ifNull(toFloat64(x1), nan)],
        [ifNull(if(
            x1 >= 0 and x2 >= 0 and x1 + x2 <= 10000 and x1 = floor(x1) and x2 = floor(x2) and n1 > 0 and n2 > 0,
            toFloat64(x1 + x2),
            0.
        ), 0.)],
        [n2 / n1]
    )[1];
