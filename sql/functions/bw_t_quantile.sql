-- bw_t_quantile(p, df)
-- Value that Student's t with df degrees of freedom does not exceed with
-- probability p. Null unless p lies between 0 and 1 and df is a whole number
-- from 1 to 1000. For the everyday .975 take bw_t_quantile_975, which is a table.
-- Method  The finite sums of Abramowitz and Stegun (1964) 26.7.3 and 26.7.4 in the
--         angle atan(t / sqrt(df)), halved 60 times
create or replace function bw_t_quantile as (p, df) ->
    arrayMap(
        (share, m, weights) -> if(
            share > 0 and share < 1 and m between 1 and 1000 and m = floor(m),
            sqrt(m) * tan(arrayFold(
                (angle, i) -> angle + if(
                    0.5 + (m % 2) * (angle + pi() / exp2(i)) / pi()
                    + sin(angle + pi() / exp2(i)) / (2 * sqrt(pi())) * arraySum(
                        (w, k) -> w * pow(cos(angle + pi() / exp2(i)), 2 * k + m % 2),
                        weights,
                        range(length(weights))
                    ) < share,
                    pi() / exp2(i),
                    0.
                ),
                range(1, 61),
                -pi() / 2
            )),
            null
        ),
        [ifNull(toFloat64(p), nan)],
        [ifNull(toFloat64(df), nan)],
        [arrayMap(
            m -> arrayMap(
                k -> exp(lgamma(k + m % 2 / 2 + 0.5) - lgamma(k + m % 2 / 2 + 1)),
                range(toUInt16(if(m between 1 and 1000, m / 2, 0)))
            ),
            [ifNull(toFloat64(df), nan)]
        )[1]]
    )[1];
