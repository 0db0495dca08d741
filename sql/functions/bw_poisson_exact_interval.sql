-- bw_poisson_exact_interval(x, confidence)
-- Interval of a count of x events as (lower, upper), in events, exact for every count
-- up to 999. Null unless x is a whole number from 0 to 999 and confidence lies between
-- 0 and 1; beyond, bw_byar_interval agrees to four digits.
-- Method  Half the chi-square quantiles with 2x and 2x + 2 df; Garwood (1936),
--         Biometrika 28:437-442
create or replace function bw_poisson_exact_interval as (x, confidence) ->
    arrayMap(
        (c, tail) -> cast(
            (
                if(c = 0 and tail > 0 and tail < 0.5, 0, bw_chi_square_quantile(tail, 2 * c) / 2),
                if(c >= 0, bw_chi_square_quantile(1 - tail, 2 * c + 2) / 2, null)
            ),
            'Tuple(lower Nullable(Float64), upper Nullable(Float64))'
        ),
        [if(x = floor(x), toFloat64(x), null)],
        [(1 - toFloat64(confidence)) / 2]
    )[1];
