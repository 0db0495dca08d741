-- bw_mann_kendall(years, values)
-- Does a series rise or fall steadily, whatever the size of the steps? Gives (s, z, p,
-- is_exact, point_count): s counts rising less falling pairs, p is two-sided. All but
-- s and point_count are null below two points. Five points are significant at .05 only
-- when every change goes the same way.
-- Method  Mann (1945), Econometrica 13:245-259; Kendall (1975), Rank Correlation
--         Methods, 4th ed.: exact up to ten different values, otherwise normal with the
--         tie term and the continuity correction, z = (S - sign S) / sqrt(Var S)
create or replace function bw_mann_kendall as (years, values) ->
    arrayMap(
        y -> arrayMap(
            (n, s, variance) -> arrayMap(
                (z, is_exact) -> cast(
                    (
                        s, z,
                        multiIf(
                            n < 2,
                            null,
                            is_exact,
                            bw_mann_kendall_p(s, n),
                            erfc(abs(z) / sqrt(2))
                        ),
                        if(n < 2, null, is_exact), n
                    ),
                    'Tuple(s Int32, z Nullable(Float64), p Nullable(Float64), is_exact Nullable(UInt8),
                    point_count UInt16)'
                ),
                [multiIf(n < 2, null, s = 0, 0, (s - sign(s)) / sqrt(variance))],
                [n <= 10 and length(arrayDistinct(y)) = n]
            )[1],
            [length(y)],
            [arraySum(
                (v, i) -> arraySum(earlier -> sign(v - earlier), arraySlice(y, 1, i - 1)),
                y,
                arrayEnumerate(y)
            )],
            [bw_mann_kendall_variance(y)]
        )[1],
        [bw_points(years, values).2]
    )[1];
