-- bw_pooled(numerators, denominators)
-- Rate of a whole, or of several years together: sum over sum, never the mean of rates.
-- Null when a numerator or denominator is missing (a total of some parts is no total) or
-- the denominators add up to 0.
-- Method  sum of numerators / sum of denominators
create or replace function bw_pooled as (numerators, denominators) ->
    arrayMap(
        (x, n) -> if(
            arrayExists(v -> isNull(v), x) or arrayExists(v -> isNull(v), n), null,
            arraySum(arrayMap(v -> ifNull(v, 0), x)) / nullIf(
                arraySum(arrayMap(v -> ifNull(v, 0), n)),
                0
            )
        ),
        [cast(numerators, 'Array(Nullable(Float64))')],
        [cast(denominators, 'Array(Nullable(Float64))')]
    )[1];
