-- bw_poisson_lower(x)
-- Lower end of the 95 % interval of a count of x events, in events; divide by
-- the denominator for a rate. Null when x is negative.
-- Method  x < 10: exact, half the .025 quantile of chi-square with 2x df, as
--         constants; otherwise Byar's approximation, Breslow and Day (1987),
--         Statistical Methods in Cancer Research vol. II, IARC, p. 69
create or replace function bw_poisson_lower as (x) ->
    arrayMap(
        c -> multiIf(
            not (c >= 0), null,
            c < 10, [
                0., 0.025317807984289876, 0.2422092785439649, 0.6186721228956013, 1.0898653736263249,
                1.6234863901184204, 2.2018942534908508, 2.814363051519866, 3.4538321767485014, 4.115373097378332
            ][toUInt8(if(c between 0 and 9, floor(c), 9)) + 1],
            c * pow(
                1 - 1 / (9 * greatest(c, 1)) - 1.959963984540054 / (3 * sqrt(greatest(c, 1))),
                3
            )
        ),
        [toFloat64(x)]
    )[1];
