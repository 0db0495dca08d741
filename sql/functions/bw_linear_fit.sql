-- bw_linear_fit(years, values)
-- Least-squares line as (slope, intercept, residual_sd, mean_x, sxx, point_count): the
-- slope per year, the height at year 0, the standard deviation about the line with
-- n - 2 df. Null below two points, residual_sd below three.
-- Method  Ordinary least squares, b = Sxy / Sxx; Draper and Smith (1998), Applied
--         Regression Analysis, 3rd ed., chapter 1
create or replace function bw_linear_fit as (years, values) ->
    arrayMap(
        points -> arrayMap(
            (n, mean_x, mean_y, sxx) -> arrayMap(
                slope -> cast(
                    (
                        slope,
                        mean_y - slope * mean_x,
                        if(n >= 3, sqrt(arraySum(
                            p -> pow(p.2 - mean_y - ifNull(slope, 0) * (p.1 - mean_x), 2), points
                        ) / (n - 2)), null),
                        if(n > 0, mean_x, null),
                        sxx,
                        n
                    ),
                    'Tuple(slope Nullable(Float64), intercept Nullable(Float64), residual_sd Nullable(Float64),
                    mean_x Nullable(Float64), sxx Float64, point_count UInt16)'
                ),
                [if(sxx > 0, arraySum(p -> (p.1 - mean_x) * (p.2 - mean_y), points) / sxx, null)]
            )[1],
            [length(points)],
            [arrayAvg(points.1)],
            [arrayAvg(points.2)],
            [arraySum(p -> pow(p.1 - arrayAvg(points.1), 2), points)]
        )[1],
        [bw_points(years, values)]
    )[1];
