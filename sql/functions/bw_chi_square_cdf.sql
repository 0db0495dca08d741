-- bw_chi_square_cdf(x, df)
-- Probability that chi-square with df degrees of freedom is at most x. Null
-- unless x is 0 or more and df a whole number from 1 to 2000.
-- Method  1 - bw_chi_square_survival(x, df), Abramowitz and Stegun (1964) 26.4.4
--         and 26.4.5
create or replace function bw_chi_square_cdf as (x, df) ->
    1 - bw_chi_square_survival(x, df);
