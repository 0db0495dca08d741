-- bw_theil_sen(years, values)
-- Change per year: the median of the slopes between every two points. One wild
-- figure hardly moves it, and years may be missing. Null below two points.
-- Method  Theil (1950), Proc. K. Ned. Akad. Wet. A 53; Sen (1968), J. Am. Stat.
--         Assoc. 63:1379-1389; an even count of slopes gives the mean of the middle two
create or replace function bw_theil_sen as (years, values) ->
    arrayMap(
        slopes -> if(notEmpty(slopes), arrayReduce('quantileExactInclusive(0.5)', slopes), null),
        [bw_pair_slopes(years, values)]
    )[1];
