-- bw_chi_square_survival(x, df)
-- Probability that chi-square with df degrees of freedom is more than x: the p of
-- a chi-square test. Null unless x is 0 or more and df a whole number from 1 to 2000.
-- Method  Finite sums for whole df, odd and even; Abramowitz and Stegun (1964),
--         Handbook of Mathematical Functions, 26.4.4 and 26.4.5
create or replace function bw_chi_square_survival as (x, df) ->
    arrayMap(
        (half, m) -> if(
            half >= 0 and isFinite(half) and m between 1 and 2000 and m = floor(m),
            least(1, (m % 2) * erfc(sqrt(half)) + arraySum(
                k -> exp((k + m % 2 / 2) * log(greatest(half, 1e-300)) - half - lgamma(k + m % 2 / 2 + 1)),
                range(toUInt16(if(m between 1 and 2000, m / 2, 0)))
            )),
            null
        ),
        [ifNull(toFloat64(x), nan) / 2],
        [ifNull(toFloat64(df), nan)]
    )[1];
