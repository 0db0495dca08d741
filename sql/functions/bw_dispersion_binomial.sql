-- bw_dispersion_binomial(events, denominators)
-- Do the proportions of these years, or areas, differ by more than chance? Gives
-- (pooled, chi2, df, p, reason) as bw_dispersion_poisson does, for numerators that
-- are part of their denominators. There is no test where a numerator is more than its
-- denominator (outside_scale), and where all count or none does (no_variation).
-- Method  Chi-square of homogeneity, sum of (x - E)^2 / (E (1 - p)) with E from the
--         pooled proportion p, n - 1 df; Fisher (1950), Biometrics 6:17-24
create or replace function bw_dispersion_binomial as (events, denominators) ->
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
                [if(why = '', arraySum(c -> pow(c.2 - pooled * c.1, 2) / (pooled * (1 - pooled) * c.1), pairs), null)]
            )[1],
            [arraySum(c -> c.2, pairs) / arraySum(c -> c.1, pairs)],
            [length(pairs)],
            [multiIf(
                length(pairs) < 2, 'too_few_points',
                arrayExists(c -> c.2 > c.1 or c.2 < 0, pairs), 'outside_scale',
                arraySum(c -> c.2, pairs) = 0
                    or arraySum(c -> c.2, pairs) = arraySum(c -> c.1, pairs),
                    'no_variation',
                ''
            )]
        )[1],
        [arrayFilter(c -> c.1 > 0, bw_points(denominators, events))]
    )[1];
