-- bw_cagr(baseline, value, years)
-- Compound annual growth over so many years: .02 is 2 % a year. Null unless both
-- values have the same sign, neither is 0, and years is above 0.
-- Method  (value / baseline)^(1 / years) - 1
create or replace function bw_cagr as (baseline, value, years) ->
    arrayMap(
        (ratio, span) -> if(ratio > 0 and span > 0 and isFinite(ratio), pow(ratio, 1 / span) - 1, null),
        [toFloat64(value) / nullIf(baseline, 0)],
        [years]
    )[1];
