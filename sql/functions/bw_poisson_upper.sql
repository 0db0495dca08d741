-- bw_poisson_upper(x)
-- Upper end of the 95 % interval of a count of x events, in events; divide by
-- the denominator for a rate. Null when x is negative.
-- Method  x < 10: exact, half the .975 quantile of chi-square with 2x + 2 df, as
--         constants; otherwise Byar's approximation, Breslow and Day (1987),
--         Statistical Methods in Cancer Research vol. II, IARC, p. 69
create or replace function bw_poisson_upper as (x) ->
    multiIf(
        x < 0, null,
        x < 10, [3.688879, 5.571643, 7.224688, 8.767273, 10.241589, 11.668332, 13.059474, 14.422675, 15.763189, 17.084803][toUInt8(least(floor(x), 9)) + 1],
        (x + 1) * pow(1 - 1 / (9 * (x + 1)) + 1.959963984540054 / (3 * sqrt(x + 1)), 3)
    );
