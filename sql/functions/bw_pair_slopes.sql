-- bw_pair_slopes(years, values)
-- The slope between every two points of different years, in no order: the raw material
-- of bw_theil_sen and bw_theil_sen_interval.
-- Method  Sen (1968), J. Am. Stat. Assoc. 63:1379-1389
create or replace function bw_pair_slopes as (years, values) ->
    arrayMap(
        points -> arrayFlatten(arrayMap(
            p -> arrayMap(q -> (q.2 - p.2) / (q.1 - p.1), arrayFilter(q -> q.1 > p.1, points)),
            points
        )),
        [bw_points(years, values)]
    )[1];
