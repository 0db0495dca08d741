-- bw_newcombe(x1, n1, x2, n2)
-- Difference of two proportions x1 / n1 - x2 / n2 as (difference, lower, upper,
-- is_significant): the 95 % interval, and 1 when 0 lies outside it. All null when a
-- denominator is 0 or a numerator is more than its denominator. Do not look whether
-- two intervals overlap instead: that is a stricter test than it seems.
-- Method  Hybrid of two Wilson score intervals, method 10; Newcombe (1998), Stat.
--         Med. 17:873-890
create or replace function bw_newcombe as (x1, n1, x2, n2) ->
    arrayMap(
        wilson -> arrayMap(
            (d, low, high) -> cast(
                (d, low, high, not (low <= 0 and high >= 0)),
                'Tuple(difference Nullable(Float64), lower Nullable(Float64), upper Nullable(Float64),
                is_significant Nullable(UInt8))'
            ),
            [wilson[1].1 - wilson[2].1],
            [wilson[1].1 - wilson[2].1 - sqrt(pow(wilson[1].1 - wilson[1].2, 2) + pow(wilson[2].3 - wilson[2].1, 2))],
            [wilson[1].1 - wilson[2].1 + sqrt(pow(wilson[1].3 - wilson[1].1, 2) + pow(wilson[2].1 - wilson[2].2, 2))]
        )[1],
        [arrayMap(
            (x, n) -> (
                if(n > 0 and x between 0 and n, x / n, null),
                bw_wilson_lower(x, n),
                bw_wilson_upper(x, n)
            ),
            [toFloat64(x1), toFloat64(x2)],
            [toFloat64(n1), toFloat64(n2)]
        )]
    )[1];
