-- bw_cagr_status(progress, has_target, factor)
-- The word for a ratio of bw_cagr_progress (has_target 1), or for a yearly growth in the
-- good direction where there is no target (has_target 0): 'substantial_progress',
-- 'moderate_progress', 'limited_progress', 'deterioration', or 'not_available' when
-- progress is null. factor is 1, or that of bw_cagr_threshold_factor near a limit.
-- Method  0.95, 0.60 and 0 with a target, 1.5 %, 0.5 % and 0 without; Statistics Canada
--         as in Open SDG, Progress calculation methodology, after Eurostat
create or replace function bw_cagr_status as (progress, has_target, factor) ->
    arrayMap(
        (share, high, low) -> multiIf(
            isNull(share), 'not_available',
            share >= high, 'substantial_progress',
            share >= low, 'moderate_progress',
            share >= 0, 'limited_progress',
            'deterioration'
        ),
        [toFloat64(progress)],
        [if(has_target = 1, 0.95, 0.015) * toFloat64(factor)],
        [if(has_target = 1, 0.6, 0.005) * toFloat64(factor)]
    )[1];
