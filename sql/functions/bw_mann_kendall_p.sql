-- bw_mann_kendall_p(s, n)
-- Exact probability that n different values in random order give a Mann-Kendall S as
-- far from 0 as s, two-sided. Null unless n is a whole number from 2 to 10.
-- Method  Orders with at most (n (n - 1) / 2 - |s|) / 2 inversions among all n!, counted
--         from 0 inversions on in the table, a row for each n; Kendall (1975), Rank
--         Correlation Methods, 4th ed., appendix table 1
create or replace function bw_mann_kendall_p as (s, n) ->
    arrayMap(
        (distance, m) -> if(
            m between 2 and 10 and m = floor(m) and distance between 0 and m * (m - 1) / 2,
            least(1, 2 * [
                [1],
                [1, 3],
                [1, 4, 9, 15],
                [1, 5, 14, 29, 49, 71],
                [1, 6, 20, 49, 98, 169, 259, 360],
                [1, 7, 27, 76, 174, 343, 602, 961, 1416, 1947, 2520],
                [1, 8, 35, 111, 285, 628, 1230, 2191, 3606, 5546, 8039, 11056, 14506, 18242, 22078],
                [1, 9, 44, 155, 440, 1068, 2298, 4489, 8095, 13640, 21671, 32692, 47087, 65044,
                 86494, 111078, 138151, 166826, 196054],
                [1, 10, 54, 209, 649, 1717, 4015, 8504, 16599, 30239, 51909, 84592, 131635, 196524,
                 282578, 392588, 528441, 690778, 878737, 1089826, 1319957, 1563651, 1814400]
            ][toUInt8(if(m between 2 and 10, m - 1, 1))][
                toUInt8(if(
                    m between 2 and 10 and distance between 0 and m * (m - 1) / 2,
                    floor((m * (m - 1) / 2 - distance) / 2) + 1,
                    1
                ))
            ] / tgamma(m + 1)),
            null
        ),
        [abs(ifNull(toFloat64(s), nan))],
        [ifNull(toFloat64(n), nan)]
    )[1];
