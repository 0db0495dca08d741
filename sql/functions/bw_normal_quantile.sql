-- bw_normal_quantile(p)
-- Value that a standard normal does not exceed with probability p: 1.959964 for
-- .975. Null unless p lies between 0 and 1.
-- Method  erfc(-z / sqrt(2)) / 2 (Abramowitz and Stegun 1964, 26.2.29), halved 60
--         times between -9 and 9
create or replace function bw_normal_quantile as (p) ->
    arrayMap(
        share -> if(
            share > 0 and share < 1,
            arrayFold(
                (low, step) -> low + if(erfc(-(low + step) / sqrt(2)) / 2 < share, step, 0.),
                arrayMap(i -> 18 / exp2(i), range(1, 61)),
                -9.
            ),
            null
        ),
        [ifNull(toFloat64(p), nan)]
    )[1];
