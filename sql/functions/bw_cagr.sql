-- bw_cagr(baseline, value, span)
-- Compound annual growth over a span of years: .02 is 2 % a year. Null unless both
-- values have the same sign, neither is 0, and the span is above 0.
-- Method  (value / baseline)^(1 / span) - 1
create or replace function bw_cagr as (baseline, value, span) ->
    arrayMap(
        (ratio, n) -> if(ratio > 0 and n > 0 and isFinite(ratio), pow(ratio, 1 / n) - 1, null),
        [toFloat64(value) / nullIf(toFloat64(baseline), 0)],
        [toFloat64(span)]
    )[1];
