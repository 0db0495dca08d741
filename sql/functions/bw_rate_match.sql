-- bw_rate_match(numerator, denominator, multiplier, reported, decimals)
-- Is a reported rate the quotient of its parts, printed with so many decimals? Gives
-- (recomputed, difference, is_match). Null where a number is missing or the denominator
-- is 0: the rule has then not been run.
-- Method  Half a unit of the last decimal printed
create or replace function bw_rate_match as (numerator, denominator, multiplier, reported, decimals) ->
    arrayMap(
        (rate, printed, half) -> cast(
            -- a billionth of a unit is rounding of binary numbers
            (rate, printed - rate, abs(printed - rate) <= half * (1 + 1e-9)),
            'Tuple(recomputed Nullable(Float64), difference Nullable(Float64), is_match Nullable(UInt8))'
        ),
        [multiplier * toFloat64(numerator) / nullIf(toFloat64(denominator), 0)],
        [toFloat64(reported)],
        [0.5 * exp10(-decimals)]
    )[1];
