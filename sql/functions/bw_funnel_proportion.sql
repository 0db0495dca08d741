-- bw_funnel_proportion(pooled, n)
-- Where the proportion of an area with denominator n lies by chance alone when its
-- true value is the pooled one, as (lower_2s, upper_2s, lower_3s, upper_3s): inside
-- 2s with .95, inside 3s with .998. All null unless n is above 0 and pooled lies in
-- 0 to 1.
-- Method  pooled -+ z * sqrt(pooled (1 - pooled) / n), held inside 0 and 1, z of .975
--         and .999; Spiegelhalter (2005), Stat. Med. 24:1185-1202. The longer form in
--         PHEindicatormethods reduces to this
create or replace function bw_funnel_proportion as (pooled, n) ->
    arrayMap(
        limits -> cast(
            (limits[1], limits[2], limits[3], limits[4]),
            'Tuple(lower_2s Nullable(Float64), upper_2s Nullable(Float64),
            lower_3s Nullable(Float64), upper_3s Nullable(Float64))'
        ),
        [arrayMap(
            (p, m) -> arrayMap(
                z -> if(
                    m > 0 and p between 0 and 1,
                    greatest(0, least(1, p + z * sqrt(p * (1 - p) / m))),
                    null
                ),
                [-1.959963984540054, 1.959963984540054, -3.090232306167813, 3.090232306167813]
            ),
            [toFloat64(pooled)],
            [toFloat64(n)]
        )[1]]
    )[1];
