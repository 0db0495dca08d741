-- bw_poisson_upper(x)
-- Upper end of the 95 % interval of a count of x events, in events; divide by
-- the denominator for a rate. Null when x is negative.
-- Method  x < 10: exact, half the .975 quantile of chi-square with 2x + 2 df, as
--         constants; otherwise Byar's approximation, Breslow and Day (1987),
--         Statistical Methods in Cancer Research vol. II, IARC, p. 69
create or replace function bw_poisson_upper as (x) ->
    arrayMap(
        c -> multiIf(
            not (c >= 0), null,
            c < 10, [
                3.6888794541139363, 5.571643390938899, 7.224687667723961, 8.767273069742327, 10.241588675403698,
                11.668332079322669, 13.059474022518685, 14.42267536170238, 15.763189220193315, 17.08480345141917
            ][toUInt8(if(c between 0 and 9, floor(c), 9)) + 1],
            (c + 1) * pow(1 - 1 / (9 * (c + 1)) + 1.959963984540054 / (3 * sqrt(c + 1)), 3)
        ),
        [toFloat64(x)]
    )[1];
