-- bw_binomial_survival(x, n, p)
-- Probability of x or more successes in n trials with chance p each. Null unless n
-- is a whole number from 0 to 10 000 and p lies in 0 to 1.
-- Method  At most n - x failures: bw_binomial_cdf(n - x, n, 1 - p), which keeps the
--         digits of a small tail
create or replace function bw_binomial_survival as (x, n, p) ->
    arrayMap(
        (least_count, trials, chance) -> bw_binomial_cdf(trials - least_count, trials, 1 - chance),
        [x],
        [n],
        [p]
    )[1];
