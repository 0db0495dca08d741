-- bw_poisson_lower(x)
-- Lower end of the 95 % interval of a count of x events, in events; divide by
-- the denominator for a rate. Null when x is negative.
-- Method  x < 10: exact, half the .025 quantile of chi-square with 2x df, as
--         constants; otherwise Byar's approximation, Breslow and Day (1987),
--         Statistical Methods in Cancer Research vol. II, IARC, p. 69
create or replace function bw_poisson_lower as (x) ->
    multiIf(
        x < 0, null,
        x < 10, [0., 0.025318, 0.242209, 0.618672, 1.089865, 1.623486, 2.201894, 2.814363, 3.453832, 4.115373][toUInt8(least(floor(x), 9)) + 1],
        x * pow(1 - 1 / (9 * greatest(x, 1)) - 1.959963984540054 / (3 * sqrt(greatest(x, 1))), 3)
    );
