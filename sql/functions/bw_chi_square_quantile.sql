-- bw_chi_square_quantile(p, df)
-- Value that chi-square with df degrees of freedom does not exceed with
-- probability p. Null unless p lies between 0 and 1 and df is a whole number from
-- 1 to 2000.
-- Method  bw_chi_square_survival (Abramowitz and Stegun 1964, 26.4.4 and 26.4.5),
--         halved 70 times between 0 and df + 16 sqrt(df) + 80
create or replace function bw_chi_square_quantile as (p, df) ->
    arrayMap(
        (share, m) -> if(
            share > 0 and share < 1 and m between 1 and 2000 and m = floor(m),
            arrayFold(
                (low, step) -> low + if(
                    bw_chi_square_survival(low + step, m) > 1 - share,
                    step,
                    0.
                ),
                arrayMap(i -> (m + 16 * sqrt(m) + 80) / exp2(i), range(1, 71)),
                0.
            ),
            null
        ),
        [ifNull(toFloat64(p), nan)],
        [ifNull(toFloat64(df), nan)]
    )[1];
