-- bw_two_rates_p(x1, n1, x2, n2)
-- Probability that two equal rates give counts at least as unlikely as x1 in n1 and x2
-- in n2 (two-sided); 1 when there is no event at all. Null when a count is negative or
-- not whole, a denominator is not above 0, or both counts together exceed 10 000, where
-- chance is no longer the question.
-- Method  Given their sum, x1 is binomial with chance n1 / (n1 + n2); outcomes no more
--         likely than the one seen are added up. Przyborowski and Wilenski (1940),
--         Biometrika 31:313-323
create or replace function bw_two_rates_p as (x1, n1, x2, n2) ->
    arrayMap(
        (x, n, chance) -> arrayMap(
            logs -> if(
                notEmpty(logs),
                -- the margin keeps an outcome that is exactly as likely, in spite of rounding
                least(1, arraySum(
                    chance_log -> exp(chance_log),
                    arrayFilter(
                        chance_log -> chance_log <= logs[toUInt32(if(x >= 0, x, 0)) + 1] + 1e-7,
                        logs
                    )
                )),
                null
            ),
            [arrayMap(
                k -> lgamma(n + 1)
                    - lgamma(k + 1)
                    - lgamma(n - k + 1)
                    + k * log(chance)
                    + (n - k) * log(1 - chance),
                range(toUInt32(if(
                    x >= 0
                        and n >= x
                        and n <= 10000
                        and x = floor(x)
                        and n = floor(n)
                        and chance > 0
                        and chance < 1,
                    n + 1,
                    0
                )))
            )]
        )[1],
        [ifNull(toFloat64(x1), nan)],
        [ifNull(toFloat64(x1) + toFloat64(x2), nan)],
        [ifNull(if(n1 > 0 and n2 > 0, toFloat64(n1) / toFloat64(n1 + n2), nan), nan)]
    )[1];
