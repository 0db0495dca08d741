-- bw_wilson_upper(x, n)
-- Upper end of the 95 % interval of the proportion x / n, as a proportion; null
-- when n is 0 or x is more than n.
-- Method  Wilson score interval without continuity correction; Wilson (1927),
--         J. Am. Stat. Assoc. 22:209-212; z = 1.959964
create or replace function bw_wilson_upper as (x, n) ->
    arrayMap(
        (c, m) -> if(
            m > 0 and c >= 0 and c <= m,
            least(1,
                (2 * c + 3.841458820694124 + 1.959963984540054 * sqrt(3.841458820694124 + 4 * c * (1 - c / m)))
                / (2 * (m + 3.841458820694124))
            ),
            null
        ),
        [toFloat64(x)],
        [toFloat64(n)]
    )[1];
