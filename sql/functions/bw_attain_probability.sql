-- bw_attain_probability(forecast, target, polarity)
-- Probability that the value will be at or beyond the target in the year of a
-- bw_forecast: at least when polarity is 1, at most when it is -1. For a band take
-- the difference of its two ends. On the scale 'logit' a target of 100 counts as
-- 99.95. Null when the forecast has no error, the target has no place on its scale,
-- or polarity is neither.
-- Method  Student t with n - 2 df from the centre and error of the forecast, as in
--         bw_forecast
create or replace function bw_attain_probability as (forecast, target, polarity) ->
    arrayMap(
        (f, goal, side) -> bw_t_cdf(
            if(side in (-1, 1), side, null) * (f.centre - bw_transform(goal, f.scale)) / f.se,
            f.df
        ),
        [forecast],
        [target],
        [polarity]
    )[1];
