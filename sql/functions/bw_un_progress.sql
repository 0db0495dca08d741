-- bw_un_progress(baseline_year, baseline, year, value, target_year, target, is_percent)
-- The series carried on at its own growth to the target year, as (expected, share,
-- status): share is how much of the way will then be done; status is 'met', 'on_track',
-- 'fair', 'stagnation' or, where growth cannot be taken, 'not_available'. A percentage
-- within one point of a target of 0 or 100 counts as met.
-- Method  UN Statistics Division (2023), SDG Progress Chart, Technical Note: cut-offs .95
--         and .10
create or replace function bw_un_progress as (baseline_year, baseline, year, value, target_year, target, is_percent) ->
    arrayMap(
        (y0, y, goal, spans, percent) -> arrayMap(
            expected -> arrayMap(
                (share, is_met) -> cast(
                    (
                        expected, share,
                        multiIf(
                            is_met, 'met',
                            isNull(share), 'not_available',
                            share >= 0.95, 'on_track',
                            share >= 0.1, 'fair',
                            'stagnation'
                        )
                    ),
                    'Tuple(expected Nullable(Float64), share Nullable(Float64), status String)'
                ),
                [(expected - y0) / nullIf(goal - y0, 0)],
                [ifNull(
                    y = goal or (goal != y0 and sign(goal - y0) * (y - goal) > 0)
                    or (percent and goal in (0, 100) and abs(y - goal) <= 1),
                    0
                )]
            )[1],
            [y * pow(1 + bw_cagr(y0, y, spans[1]), spans[2])]
        )[1],
        [toFloat64(baseline)],
        [toFloat64(value)],
        [toFloat64(target)],
        [[year - baseline_year, target_year - year]],
        [is_percent = 1]
    )[1];
