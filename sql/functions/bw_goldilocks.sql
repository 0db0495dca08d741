-- bw_goldilocks(value, centre)
-- Turns a value that is best at a point into one that is best when low: with centre 1 a
-- ratio becomes the larger of itself and its inverse, 1 inside 0.97 to 1.03; with any
-- other centre (50 for shares, 100 for budgets) it is the centre and the distance from it.
-- Null for a ratio that is not above 0.
-- Method  Open SDG, Progress calculation methodology, indicators with a best value
create or replace function bw_goldilocks as (value, centre) ->
    arrayMap(
        (y, best) -> multiIf(
            best != 1, best + abs(y - best),
            y between 0.97 and 1.03, 1,
            y > 1, y,
            y > 0, 1 / y,
            null
        ),
        [toFloat64(value)],
        [toFloat64(centre)]
    )[1];
