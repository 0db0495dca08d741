-- bw_t_cdf(t, df)
-- Probability that Student's t with df degrees of freedom is at most t. Null
-- unless t lies within 1e100 of 0 and df a whole number from 1 to 1000.
-- Method  Finite sums for whole df, odd and even; Abramowitz and Stegun (1964),
--         Handbook of Mathematical Functions, 26.7.3 and 26.7.4; the factors of
--         both sums are gamma(a + 1/2) / gamma(a + 1)
create or replace function bw_t_cdf as (t, df) ->
    arrayMap(
        (x, m) -> if(
            x between -1e100 and 1e100 and m between 1 and 1000 and m = floor(m),
            greatest(0, least(1,
                0.5 + (m % 2) * atan(x / sqrt(m)) / pi()
                + x / sqrt(m + x * x) / (2 * sqrt(pi())) * arraySum(
                    k -> exp(
                        (k + m % 2 / 2) * log(m / (m + x * x))
                        + lgamma(k + m % 2 / 2 + 0.5) - lgamma(k + m % 2 / 2 + 1)
                    ),
                    range(toUInt16(if(m between 1 and 1000, m / 2, 0)))
                )
            )),
            null
        ),
        [ifNull(toFloat64(t), nan)],
        [ifNull(toFloat64(df), nan)]
    )[1];
