-- bw_aarr_required(baseline, target, years)
-- Yearly rate of reduction that leads from the baseline to the target in so many years:
-- .04 is a fall of 4 % a year, negative a rise. Null unless all three are above 0.
-- Method  1 - (target / baseline)^(1 / years), discrete as bw_aarr is; UNICEF (2007),
--         Technical note: how to calculate average annual rate of reduction
create or replace function bw_aarr_required as (baseline, target, years) ->
    -bw_cagr(baseline, target, years);
