-- bw_cagr_threshold_factor(baseline, natural_limit)
-- Factor for the cut-offs of bw_cagr_status without a target, when the baseline is near
-- a natural limit such as 100 %: growth must get smaller there. 1 when there is no limit
-- or it is far.
-- Method  1 - (y0 / limit)^4.44 up to the limit, 1 - ((2 limit - y0) / limit)^4.44 above
--         it, 1 from twice the limit on; Open SDG, Progress calculation methodology
create or replace function bw_cagr_threshold_factor as (baseline, natural_limit) ->
    arrayMap(
        (y, bound) -> multiIf(
            isNull(bound) or y >= 2 * bound, 1.,
            isNull(y), null,
            1 - pow(if(y <= bound, y, 2 * bound - y) / bound, 4.44)
        ),
        [abs(toFloat64(baseline))],
        [abs(toFloat64(natural_limit))]
    )[1];
