-- bw_funnel_rate(pooled, n)
-- Where the rate of an area with denominator n lies by chance alone when its true rate
-- is the pooled one, as (lower_2s, upper_2s, lower_3s, upper_3s): inside 2s with about
-- .95, inside 3s with about .998. All null unless n is above 0 and pooled is not below 0.
-- Take bw_funnel_proportion where the numerator is part of the denominator.
-- Method  (sqrt(E) -+ z / 2)^2 / n with E = pooled n expected events, z of .975 and .999:
--         the square root of a Poisson count has a variance of 1/4; Anscombe (1948),
--         Biometrika 35:246-254
create or replace function bw_funnel_rate as (pooled, n) ->
    arrayMap(
        limits -> cast(
            (limits[1], limits[2], limits[3], limits[4]),
            'Tuple(lower_2s Nullable(Float64), upper_2s Nullable(Float64),
            lower_3s Nullable(Float64), upper_3s Nullable(Float64))'
        ),
        [arrayMap(
            (rate, m) -> arrayMap(
                half -> if(
                    m > 0 and rate >= 0 and isFinite(rate * m),
                    pow(greatest(0, sqrt(rate * m) + half), 2) / m,
                    null
                ),
                [-0.979981992270027, 0.979981992270027, -1.5451161530839065, 1.5451161530839065]
            ),
            [ifNull(toFloat64(pooled), nan)],
            [ifNull(toFloat64(n), nan)]
        )[1]]
    )[1];
