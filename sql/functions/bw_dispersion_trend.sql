-- bw_dispersion_trend(years, events, denominators, is_proportion)
-- Do the rates, or proportions, of these years scatter about a straight line by more
-- than chance? A steady rise or fall is no scatter here, as it would be by
-- bw_dispersion_poisson. Gives (slope, chi2, df, p, reason): slope is the change of
-- the quotient per year, chi2 what the line leaves. There is no test with fewer than
-- three years that have a denominator (too_few_points), a negative count or one above
-- its denominator where it is part of it (outside_scale), or where none, or in
-- proportions all, of them count (no_variation).
-- Method  Chi-square of homogeneity less that of the linear trend, n - 2 df; Armitage
--         (1955), Biometrics 11:375-386; for rates the same with the variance of Poisson
--         counts in place of the binomial one
create or replace function bw_dispersion_trend as (years, events, denominators, is_proportion) ->
    arrayMap(
        (points, is_part) -> arrayMap(
            (n, pooled, mean) -> arrayMap(
                (sxy, sxx, variance) -> arrayMap(
                    (why, slope) -> arrayMap(
                        chi2 -> cast(
                            (
                                slope, chi2, if(why = '', n - 2, null),
                                bw_chi_square_survival(chi2, n - 2), why
                            ),
                            'Tuple(slope Nullable(Float64), chi2 Nullable(Float64), df Nullable(UInt16),
                            p Nullable(Float64), reason String)'
                        ),
                        [if(
                            why = '',
                            greatest(0, arraySum(
                                p -> pow(p.2 - pooled * p.3, 2) / p.3, points
                            ) - ifNull(slope, 0) * sxy) / variance,
                            null
                        )]
                    )[1],
                    [multiIf(
                        n < 3 or not (sxx > 0), 'too_few_points',
                        arrayExists(p -> p.2 < 0 or (is_part and p.2 > p.3), points),
                            'outside_scale',
                        not (variance > 0), 'no_variation',
                        ''
                    )],
                    [if(sxx > 0, sxy / sxx, null)]
                )[1],
                [arraySum(p -> (p.1 - mean) * (p.2 - pooled * p.3), points)],
                [arraySum(p -> p.3 * pow(p.1 - mean, 2), points)],
                [pooled * if(is_part, 1 - pooled, 1)]
            )[1],
            [length(points)],
            [arraySum(p -> p.2, points) / arraySum(p -> p.3, points)],
            [arraySum(p -> p.1 * p.3, points) / arraySum(p -> p.3, points)]
        )[1],
        [cast(
            arrayFilter(
                p -> isFinite(p.1 + p.2 + p.3) and p.3 > 0,
                arrayMap(
                    (t, x, n) -> (
                        ifNull(toFloat64(t), nan), ifNull(toFloat64(x), nan), ifNull(toFloat64(n), nan)
                    ),
                    years, events, denominators
                )
            ),
            'Array(Tuple(Float64, Float64, Float64))'
        )],
        [ifNull(is_proportion, 0) != 0]
    )[1];
