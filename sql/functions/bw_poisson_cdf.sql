-- bw_poisson_cdf(x, mean)
-- Probability of at most x events when mean are expected: with x = 0 the chance to see
-- none. 0 when x is negative; null when the mean is, or x is 1000 or more.
-- Method  Upper tail of chi-square at twice the mean with 2x + 2 df; Abramowitz and
--         Stegun (1964), Handbook of Mathematical Functions, 26.4.21
create or replace function bw_poisson_cdf as (x, mean) ->
    arrayMap(
        (most, m) -> if(most < 0 and m >= 0, 0, bw_chi_square_survival(2 * m, 2 * floor(most) + 2)),
        [toFloat64(x)],
        [toFloat64(mean)]
    )[1];
