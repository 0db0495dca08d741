-- bw_normal_cdf(z)
-- Probability that a standard normal value is at most z.
-- Method  erfc(-z / sqrt(2)) / 2; Abramowitz and Stegun (1964), Handbook of
--         Mathematical Functions, 26.2.29
create or replace function bw_normal_cdf as (z) ->
    erfc(-toFloat64(z) / sqrt(2)) / 2;
