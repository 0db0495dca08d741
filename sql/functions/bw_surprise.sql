-- bw_surprise(years, values, scale)
-- Is the newest yearly change out of line with the earlier ones? On a scale of
-- bw_scale; a change over a gap is divided by its years:
--     t, df, p         how far out it is, and how often chance does that (two-sided)
--     relative_change  newest change as a share of the value before
--     change_count     earlier changes it is held against
--     reason           empty from four earlier changes on; otherwise
--                      too_few_points (fewer than two), duplicate_years,
--                      outside_scale, constant_series (equal earlier changes),
--                      indicative (two or three)
-- Method  T = (newest - mean) / (s * sqrt(1 + 1/m)) over the m earlier changes,
--         Student t with m - 1 df: the prediction interval for one further value;
--         Hahn and Meeker (1991), Statistical Intervals, 4.7
create or replace function bw_surprise as (years, values, scale) ->
    arrayMap(
        (points, word) -> arrayMap(
            (t, y, g) -> arrayMap(
                changes -> arrayMap(
                    (m, earlier, s) -> arrayMap(
                        why -> arrayMap(
                            statistic -> cast(
                                (
                                    statistic,
                                    if(m >= 2, m - 1, null),
                                    2 * bw_t_cdf(-abs(statistic), m - 1),
                                    if(m >= 0 and y[-2] != 0, (y[-1] - y[-2]) / abs(y[-2]), null),
                                    greatest(m, 0),
                                    why
                                ),
                                'Tuple(t Nullable(Float64), df Nullable(UInt16), p Nullable(Float64),
                                relative_change Nullable(Float64), change_count UInt16, reason String)'
                            ),
                            [if(
                                why in ('', 'indicative'),
                                (changes[-1] - arrayAvg(earlier)) / (s * sqrt(1 + 1 / m)),
                                null
                            )]
                        )[1],
                        [multiIf(
                            m < 2, 'too_few_points',
                            length(arrayDistinct(t)) < length(t), 'duplicate_years',
                            arrayExists(v -> isNaN(v), g), 'outside_scale',
                            s <= 1e-12 * arrayMax(v -> abs(v), g), 'constant_series', -- rounding is no variation
                            m < 4, 'indicative',
                            ''
                        )]
                    )[1],
                    [toInt32(length(changes)) - 1],
                    [arrayPopBack(changes)],
                    [arrayReduce('stddevSampStable', arrayPopBack(changes))]
                )[1],
                [arrayMap(
                    (change, gap) -> change / gap,
                    arrayPopFront(arrayDifference(g)),
                    arrayPopFront(arrayDifference(t))
                )]
            )[1],
            [points.1],
            [points.2],
            [arrayMap(p -> ifNull(bw_transform(p.2, word), nan), points)]
        )[1],
        [bw_points(years, values)],
        [scale]
    )[1];
