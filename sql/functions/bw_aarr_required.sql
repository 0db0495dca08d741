-- bw_aarr_required(baseline, target, span)
-- Yearly rate of reduction that leads from the baseline to the target in a span of years:
-- .04 is a fall of 4 % a year, negative a rise. Null as bw_cagr is.
-- Method  1 - (target / baseline)^(1 / span), discrete as bw_aarr is; UNICEF (2007),
--         Technical note: how to calculate average annual rate of reduction
create or replace function bw_aarr_required as (baseline, target, span) ->
    -bw_cagr(baseline, target, span);
