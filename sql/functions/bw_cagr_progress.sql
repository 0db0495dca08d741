-- bw_cagr_progress(baseline_year, baseline, year, value, target_year, target, polarity)
-- Observed yearly growth against the growth that reaches the target, as (observed,
-- required, ratio, score, status); polarity is 1 when more is better, -1 when less is.
-- status is a word of bw_cagr_status, or target_achieved with a score of 5. A second
-- figure, for comparison with other countries: bw_relative_progress is the one to judge
-- with, because a target of 0 and values near 100 % make this one absurd. Without a
-- target (null) ratio is the growth in the good direction, and there is no score. Null
-- and not_available with fewer than two years, values of different sign, or a target
-- equal to the baseline.
-- Method  Statistics Canada as in Open SDG, Progress calculation methodology: a baseline
--         or target of 0 counts as 0.001; score 7.1429 R - 4.2857 from .6 on, otherwise
--         4.1667 R - 2.5, held inside -5 and 5
create or replace function bw_cagr_progress as (baseline_year, baseline, year, value, target_year, target, polarity) ->
    arrayMap(
        (y0, y, goal, side, spans) -> arrayMap(
            (observed, required, is_met) -> arrayMap(
                ratio -> cast(
                    (
                        observed, required, ratio,
                        multiIf(
                            is_met, 5,
                            isNull(goal), null,
                            ratio >= 0.6, least(5, 7.1429 * ratio - 4.2857),
                            ratio < 0.6, greatest(-5, 4.1667 * ratio - 2.5),
                            null
                        ),
                        if(is_met, 'target_achieved', bw_cagr_status(ratio, isNotNull(goal), 1))
                    ),
                    'Tuple(observed Nullable(Float64), required Nullable(Float64), ratio Nullable(Float64),
                    score Nullable(Float64), status String)'
                ),
                [if(isNull(goal), side * sign(y0) * observed, side * sign(y0) * observed / nullIf(abs(required), 0))]
            )[1],
            [if(spans[1] >= 1, bw_cagr(y0, y, spans[1]), null)],
            [bw_cagr(y0, goal, spans[2])],
            [ifNull(side * (y - goal) >= 0, 0)]
        )[1],
        [if(baseline = 0, 0.001, toFloat64(baseline))],
        [toFloat64(value)],
        [if(target = 0, 0.001, toFloat64(target))],
        [polarity],
        [[year - baseline_year, target_year - baseline_year]]
    )[1];
