-- bw_smr(observed, expected)
-- Observed over expected events as (ratio, lower, upper) with its 95 % interval; times
-- 100 it is the standardised mortality ratio. All null when a count is missing or
-- negative, or nothing is expected.
-- Method  Exact Poisson limits of the observed count up to 999 (Garwood 1936,
--         Biometrika 28:437-442), Byar's beyond, over the expected count
create or replace function bw_smr as (observed, expected) ->
    arrayMap(
        (o, e) -> arrayMap(
            limits -> cast(
                (if(o >= 0, o / e, null), limits.lower / e, limits.upper / e),
                'Tuple(ratio Nullable(Float64), lower Nullable(Float64), upper Nullable(Float64))'
            ),
            [if(o < 1000, bw_poisson_exact_interval(o, 0.95), bw_byar_interval(o, 0.95))]
        )[1],
        [ifNull(toFloat64(observed), nan)],
        [if(expected > 0, toFloat64(expected), null)]
    )[1];
