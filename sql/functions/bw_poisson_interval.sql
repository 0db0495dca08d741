-- bw_poisson_interval(x, confidence)
-- Interval of a count of x events as (lower, upper), in events, at any confidence:
-- exact below 10, Byar's from 10 on, as bw_poisson_lower and bw_poisson_upper are at
-- 95 %. Null when x is negative.
-- Method  Garwood (1936), Biometrika 28:437-442; Byar in Breslow and Day (1987),
--         Statistical Methods in Cancer Research vol. II, IARC, p. 69
create or replace function bw_poisson_interval as (x, confidence) ->
    arrayMap(
        (c, level) -> if(
            c < 10,
            bw_poisson_exact_interval(least(floor(c), 9), level), -- the bound saves work where Byar's is taken
            bw_byar_interval(c, level)
        ),
        [ifNull(toFloat64(x), nan)],
        [confidence]
    )[1];
