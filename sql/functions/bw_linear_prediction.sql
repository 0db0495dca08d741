-- bw_linear_prediction(years, values, year)
-- Where the least-squares line stands in another year, as (value, se, df): the error is
-- that of one further value, with df for bw_t_cdf. For a second figure only: five years
-- ahead its nominal 95 % interval held 58 of 100 real series; bw_forecast is the one
-- to warn with. Give logarithms for a log-linear line. se is null below three points.
-- Method  Prediction error s * sqrt(1 + 1/n + (year - mean)^2 / Sxx); Draper and Smith
--         (1998), Applied Regression Analysis, 3rd ed., chapter 3
create or replace function bw_linear_prediction as (years, values, year) ->
    arrayMap(
        (fit, x) -> cast(
            (
                fit.intercept + fit.slope * x,
                fit.residual_sd * sqrt(1 + 1 / fit.point_count + pow(x - fit.mean_x, 2) / nullIf(fit.sxx, 0)),
                if(fit.point_count >= 3, fit.point_count - 2, null)
            ),
            'Tuple(value Nullable(Float64), se Nullable(Float64), df Nullable(UInt16))'
        ),
        [bw_linear_fit(years, values)],
        [toFloat64(year)]
    )[1];
