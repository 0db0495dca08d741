-- bw_byar_interval(x, confidence)
-- Interval of a count of x events as (lower, upper), in events, by the formula alone;
-- bw_poisson_interval takes the exact one below 10. lower is null where the formula
-- would turn negative, both when x is negative or confidence not between 0 and 1.
-- Method  Byar's approximation, Breslow and Day (1987), Statistical Methods in Cancer
--         Research vol. II, IARC, p. 69
create or replace function bw_byar_interval as (x, confidence) ->
    arrayMap(
        (c, z) -> cast(
            (
                multiIf(
                    c > 0 and 1 - 1 / (9 * c) - z / (3 * sqrt(c)) >= 0,
                    c * pow(1 - 1 / (9 * c) - z / (3 * sqrt(c)), 3),
                    c = 0 and z > 0, 0,
                    null
                ),
                if(c >= 0, (c + 1) * pow(1 - 1 / (9 * (c + 1)) + z / (3 * sqrt(c + 1)), 3), null)
            ),
            'Tuple(lower Nullable(Float64), upper Nullable(Float64))'
        ),
        [ifNull(toFloat64(x), nan)],
        [bw_normal_quantile((1 + toFloat64(confidence)) / 2)]
    )[1];
