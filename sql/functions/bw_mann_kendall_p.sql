-- bw_mann_kendall_p(s, n)
-- Exact probability that n different values in random order give a Mann-Kendall S as
-- far from 0 as s, two-sided. Null unless n is a whole number from 2 to 30.
-- Method  Distribution of inversions, built up value by value; Kendall (1975), Rank
--         Correlation Methods, 4th ed., appendix table 1
create or replace function bw_mann_kendall_p as (s, n) ->
    arrayMap(
        (distance, m) -> if(
            m between 2 and 30 and m = floor(m) and distance >= 0,
            least(1, 2 * arraySum(arraySlice(
                arrayFold(
                    (shares, k) -> arrayMap(
                        j -> arraySum(arraySlice(shares, greatest(1, j - k + 1), least(j, k))) / k,
                        range(1, length(shares) + k)
                    ),
                    range(2, toUInt16(if(m between 2 and 30, m, 1)) + 1),
                    [1.]
                ),
                1,
                toUInt16(if(m between 2 and 30 and distance >= 0, greatest(0, floor((m * (m - 1) / 2 - distance) / 2) + 1), 0))
            ))),
            null
        ),
        [abs(ifNull(toFloat64(s), nan))],
        [ifNull(toFloat64(n), nan)]
    )[1];
