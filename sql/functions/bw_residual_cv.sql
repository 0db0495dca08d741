-- bw_residual_cv(years, values, scale)
-- How much a series jumps about its own trend, as a share: .10 is 10 %. From the last
-- ten points; null below five, or where the scale has no place for a value. A steady
-- fall is not volatile here, as it would be by standard deviation over mean.
-- Method  Standard deviation with n - 2 df about the least-squares line: of ln(value)
--         on the scale 'ln', otherwise of the value as a share of the mean; Draper and
--         Smith (1998), Applied Regression Analysis, 3rd ed., chapter 1
create or replace function bw_residual_cv as (years, values, scale) ->
    arrayMap(
        (points, word) -> if(
            length(points) >= 5 and not (word = 'ln' and arrayExists(p -> p.2 <= 0, points)),
            bw_linear_fit(
                points.1,
                if(
                    word = 'ln',
                    arrayMap(p -> log(p.2), points),
                    arrayMap(p -> p.2 / abs(arrayAvg(points.2)), points)
                )
            ).residual_sd,
            null
        ),
        [arraySlice(bw_points(years, values), -10)],
        [scale]
    )[1];
