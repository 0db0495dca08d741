-- bw_mann_kendall_critical(n)
-- Smallest |S| that is significant at two-sided .10 for n different values; null
-- outside 4 to 10: three values never are, beyond ten bw_mann_kendall takes the normal
-- distribution.
-- Method  Exact distribution of S; Kendall (1975), Rank Correlation Methods, 4th ed.,
--         appendix table 1
create or replace function bw_mann_kendall_critical as (n) ->
    transform(toFloat64(n), [4., 5., 6., 7., 8., 9., 10.], [6, 8, 11, 13, 16, 18, 21], null);
