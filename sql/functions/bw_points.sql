-- bw_points(years, values)
-- The series as an array of (year, value), by year, without points that are null
-- or no number: what the functions of trend and volatility start from.
-- Method  None; a missing figure is left out, never replaced
create or replace function bw_points as (years, values) ->
    arraySort(cast(
        arrayFilter(
            p -> isFinite(p.1 + p.2),
            arrayMap(
                (t, y) -> (ifNull(toFloat64(t), nan), ifNull(toFloat64(y), nan)),
                years,
                values
            )
        ),
        'Array(Tuple(Float64, Float64))'
    ));
