-- bw_scale(values, is_percent)
-- The scale on which a series is compared and carried forward: 'logit' for
-- percentages from 0 to 100, 'ln' for other values that are all positive,
-- 'identity' for the rest, such as differences and growth rates. A percentage
-- above 100 (gross enrolment) counts as an other value.
-- Method  Changes of a share get smaller towards its ends and changes of a rate
--         are relative; Hyndman and Athanasopoulos (2021), Forecasting: Principles
--         and Practice, 3rd ed., 13.3
create or replace function bw_scale as (values, is_percent) ->
    arrayMap(
        (y, percent) -> multiIf(
            percent and arrayMin(y) >= 0 and arrayMax(y) <= 100, 'logit',
            length(y) > 0 and arrayMin(y) > 0, 'ln',
            'identity'
        ),
        [arrayFilter(v -> isFinite(v), cast(arrayMap(v -> ifNull(toFloat64(v), nan), values), 'Array(Float64)'))],
        [is_percent = 1]
    )[1];
