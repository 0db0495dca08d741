-- bw_rate_ratio(x1, n1, x2, n2)
-- The rate x1 / n1 over the rate x2 / n2 as (ratio, lower, upper) with its 95 %
-- interval. ratio and upper are null when x2 is 0: they have no bound. All null when a
-- count is negative or not whole, a denominator is not above 0, there is no event at
-- all, or there are more than 10 000.
-- Method  Given their sum, x1 is binomial; its exact limits (Clopper and Pearson 1934,
--         Biometrika 26:404-413), halved 53 times, as odds times n2 / n1
create or replace function bw_rate_ratio as (x1, n1, x2, n2) ->
    arrayMap(
        counts -> arrayMap(
            (x, n, scale) -> arrayMap(
                (up_to, from_it_on) -> arrayMap(
                    (low, high) -> cast(
                        (
                            if(n > 0 and x < n, x / (n - x) * scale, null),
                            if(n > 0, low / (1 - low) * scale, null),
                            if(n > 0 and x < n, high / (1 - high) * scale, null)
                        ),
                        'Tuple(ratio Nullable(Float64), lower Nullable(Float64), upper Nullable(Float64))'
                    ),
                    [arrayFold(
                        (p, step) -> p + if(
                            x > 0 and arraySum(
                                w -> exp(w.2 + w.1 * log(p + step) + (n - w.1) * log(1 - p - step)), from_it_on
                            ) < 0.025,
                            step,
                            0.
                        ),
                        arrayMap(i -> exp2(-i), range(1, 54)),
                        0.
                    )],
                    [arrayFold(
                        (p, step) -> p + if(
                            x < n and arraySum(
                                w -> exp(w.2 + w.1 * log(p + step) + (n - w.1) * log(1 - p - step)), up_to
                            ) > 0.025,
                            step,
                            0.
                        ),
                        arrayMap(i -> exp2(-i), range(1, 54)),
                        0.
                    )]
                )[1],
                [arrayMap(k -> (k, lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)), range(toUInt32(x) + 1))],
                [arrayMap(k -> (k, lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)), range(toUInt32(x), toUInt32(n) + 1))]
            )[1],
            [counts.1],
            [counts.2],
            [counts.3]
        )[1],
        [arrayMap(
            (a, m, b, k) -> if(
                a >= 0
                    and b >= 0
                    and a + b <= 10000
                    and a = floor(a)
                    and b = floor(b)
                    and m > 0
                    and k > 0,
                (a, a + b, k / m),
                (0., 0., nan)
            ),
            [ifNull(toFloat64(x1), nan)],
            [ifNull(toFloat64(n1), nan)],
            [ifNull(toFloat64(x2), nan)],
            [ifNull(toFloat64(n2), nan)]
        )[1]]
    )[1];
