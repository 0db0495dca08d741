-- bw_parts_match(parts, total, decimals)
-- Do rounded parts add up to their rounded total? Gives (difference, tolerance,
-- is_match). All null when a part or the total is missing: the rule has then not been
-- run. Counts are not rounded: compare them for equality.
-- Method  Bound of the rounding errors of k parts and a total, (k + 1) / 2 units of the
--         last decimal
create or replace function bw_parts_match as (parts, total, decimals) ->
    arrayMap(
        (difference, tolerance) -> cast(
            -- a billionth of a unit is rounding of binary numbers
            (difference, tolerance, abs(difference) <= tolerance * (1 + 1e-9)),
            'Tuple(difference Nullable(Float64), tolerance Nullable(Float64), is_match Nullable(UInt8))'
        ),
        [if(
            arrayExists(p -> isNull(p), parts), null,
            arraySum(arrayMap(p -> ifNull(toFloat64(p), 0), parts)) - toFloat64(total)
        )],
        [0.5 * (length(parts) + 1) * exp10(-decimals)]
    )[1];
