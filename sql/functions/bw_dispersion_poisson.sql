-- bw_dispersion_poisson(events, denominators)
-- Do the rates of these years, or areas, differ by more than chance? Gives (pooled,
-- chi2, df, p, reason): pooled is sum over sum, a p below .05 says that chance alone
-- is no explanation. Pairs with a null or without a denominator are left out; with
-- fewer than two pairs (too_few_points), a negative count (outside_scale) or no event
-- at all (no_events) there is no test. Take bw_dispersion_binomial for proportions.
-- Method  Chi-square of homogeneity, sum of (x - E)^2 / E with E from the pooled rate,
--         n - 1 df; Fisher (1950), Biometrics 6:17-24
create or replace function bw_dispersion_poisson as (events, denominators) ->
    arrayMap(
        pairs -> arrayMap(
            (pooled, n, why) -> arrayMap(
                chi2 -> cast(
                    (
                        if(isFinite(pooled), pooled, null), chi2, if(n > 1, n - 1, null),
                        bw_chi_square_survival(chi2, n - 1), why
                    ),
                    'Tuple(pooled Nullable(Float64), chi2 Nullable(Float64), df Nullable(UInt16),
                    p Nullable(Float64), reason String)'
                ),
                [if(why = '', arraySum(c -> pow(c.2 - pooled * c.1, 2) / (pooled * c.1), pairs), null)]
            )[1],
            [arraySum(c -> c.2, pairs) / arraySum(c -> c.1, pairs)],
            [length(pairs)],
            [multiIf(
                length(pairs) < 2, 'too_few_points',
                arrayExists(c -> c.2 < 0, pairs), 'outside_scale',
                arraySum(c -> c.2, pairs) = 0, 'no_events',
                ''
            )]
        )[1],
        [arrayFilter(c -> c.1 > 0, bw_points(denominators, events))]
    )[1];
