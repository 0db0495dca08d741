-- bw_proportion_trend(scores, events, denominators)
-- Do proportions rise or fall along ordered groups or years? Gives (slope, chi2, p,
-- reason): slope is the change of the proportion per unit of score. There is no test
-- with fewer than two groups that have a denominator (too_few_points), a numerator
-- above its denominator (outside_scale), or where all count or none does (no_variation).
-- Method  Chi-square for linear trend, 1 df; Armitage (1955), Biometrics 11:375-386
create or replace function bw_proportion_trend as (scores, events, denominators) ->
    arrayMap(
        groups -> arrayMap(
            (n, p, mean) -> arrayMap(
                (why, sxy, sxx) -> cast(
                    (
                        if(why = '', sxy / sxx, null),
                        if(why = '', sxy * sxy / (p * (1 - p) * sxx), null),
                        bw_chi_square_survival(
                            if(why = '', sxy * sxy / (p * (1 - p) * sxx), null),
                            1
                        ),
                        why
                    ),
                    'Tuple(slope Nullable(Float64), chi2 Nullable(Float64), p Nullable(Float64), reason String)'
                ),
                [multiIf(
                    length(arrayDistinct(groups.1)) < 2, 'too_few_points',
                    arrayExists(g -> g.2 < 0 or g.2 > g.3, groups), 'outside_scale',
                    p = 0 or p = 1, 'no_variation',
                    ''
                )],
                [arraySum(g -> (g.1 - mean) * (g.2 - p * g.3), groups)],
                [arraySum(g -> g.3 * pow(g.1 - mean, 2), groups)]
            )[1],
            [arraySum(groups.3)],
            [arraySum(groups.2) / arraySum(groups.3)],
            [arraySum(g -> g.1 * g.3, groups) / arraySum(groups.3)]
        )[1],
        [cast(
            arrayFilter(
                g -> isFinite(g.1 + g.2 + g.3) and g.3 > 0,
                arrayMap(
                    (s, x, n) -> (
                        ifNull(toFloat64(s), nan),
                        ifNull(toFloat64(x), nan),
                        ifNull(toFloat64(n), nan)
                    ),
                    scores, events, denominators
                )
            ),
            'Array(Tuple(Float64, Float64, Float64))'
        )]
    )[1];
