-- bw_recent_trend(years, values, lowers, uppers)
-- The word for the last five points, given their 95 % intervals: 'increasing',
-- 'decreasing', 'no_significant_change', or 'cannot_be_calculated' below five points
-- that have an interval of some width. Not for rolling or pooled years, whose points
-- share events, and no forecast.
-- Method  Slope weighted by the inverse variance ((upper - lower) / 3.92)^-2;
--         significant when (b / se)^2 > 9.5495 (chi-square, p < .002) and the sign of
--         the slope stays when each point is left out in turn. Public Health England,
--         Fingertips recent trends
create or replace function bw_recent_trend as (years, values, lowers, uppers) ->
    arrayMap(
        points -> arrayMap(
            slopes -> multiIf(
                length(points) < 5, 'cannot_be_calculated',
                not (pow(slopes[1].1, 2) * slopes[1].2 > 9.54953570608324), 'no_significant_change',
                arrayAll(s -> s.1 > 0, slopes), 'increasing',
                arrayAll(s -> s.1 < 0, slopes), 'decreasing',
                'no_significant_change'
            ),
            [arrayMap(
                left_out -> arrayMap(
                    kept -> arrayMap(
                        (mean_t, mean_y) -> (
                            arraySum(p -> p.3 * (p.1 - mean_t) * (p.2 - mean_y), kept)
                            / arraySum(p -> p.3 * pow(p.1 - mean_t, 2), kept),
                            arraySum(p -> p.3 * pow(p.1 - mean_t, 2), kept)
                        ),
                        [arraySum(p -> p.3 * p.1, kept) / arraySum(p -> p.3, kept)],
                        [arraySum(p -> p.3 * p.2, kept) / arraySum(p -> p.3, kept)]
                    )[1],
                    [arrayFilter((p, i) -> i != left_out, points, arrayEnumerate(points))]
                )[1],
                range(length(points) + 1)
            )]
        )[1],
        [arraySlice(
            arraySort(cast(
                arrayFilter(
                    p -> isFinite(p.1 + p.2 + p.3) and p.3 > 0,
                    arrayMap(
                        (t, y, l, u) -> (
                            ifNull(toFloat64(t), nan), ifNull(toFloat64(y), nan),
                            pow((ifNull(toFloat64(u), nan) - ifNull(toFloat64(l), nan)) / 3.92, -2)
                        ),
                        years, values, lowers, uppers
                    )
                ),
                'Array(Tuple(Float64, Float64, Float64))'
            )),
            -5
        )]
    )[1];
