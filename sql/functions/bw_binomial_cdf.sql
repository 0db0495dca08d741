-- bw_binomial_cdf(x, n, p)
-- Probability of at most x successes in n trials with chance p each. 0 when x is
-- negative. Null unless n is a whole number from 0 to 10 000 and p lies in 0 to 1.
-- Method  Sum of the binomial probabilities through log gamma; Johnson, Kemp and
--         Kotz (2005), Univariate Discrete Distributions, chapter 3
create or replace function bw_binomial_cdf as (x, n, p) ->
    arrayMap(
        (most, trials, chance) -> if(
            isFinite(most)
                and trials between 0 and 10000 and trials = floor(trials) and chance between 0 and 1,
            least(1, arraySum(
                k -> exp(
                    lgamma(trials + 1) - lgamma(k + 1) - lgamma(trials - k + 1)
                    + k * log(greatest(chance, 1e-300))
                        + (trials - k) * log(greatest(1 - chance, 1e-300))
                ),
                range(toUInt16(if(most >= 0 and trials between 0 and 10000, least(floor(most), trials) + 1, 0)))
            )),
            null
        ),
        [ifNull(toFloat64(x), nan)],
        [ifNull(toFloat64(n), nan)],
        [ifNull(toFloat64(p), nan)]
    )[1];
