-- bw_disparity(values, weights)
-- How unequal the values of the areas, or groups, of a whole are, weighted by
-- population: (mean, bgv, bgsd, cov, theil, mld, group_count, reason): variance and
-- standard deviation between the groups, coefficient of variation in percent, Theil
-- index and mean log deviation, both times 1000. All but group_count are null, with a
-- reason, when more than 15 % of the values are missing (too_many_missing), fewer than
-- three are left (too_few_groups), a weight is missing or none is above 0
-- (weight_missing); cov, theil and mld also when the mean is not above 0, theil and mld
-- when a value is negative. With small denominators look at bw_dispersion_poisson too.
-- Method  Schlotheuber and Hosseinpoor (2022), Int. J. Environ. Res. Public Health
--         19:3697; a value of 0 counts as 0.000001 in theil and mld
create or replace function bw_disparity as (values, weights) ->
    arrayMap(
        all_groups -> arrayMap(
            (groups, missing) -> arrayMap(
                why -> arrayMap(
                    (mean, positive) -> arrayMap(
                        (bgv, log_mean) -> cast(
                            (
                                mean, bgv, sqrt(bgv), if(mean > 0, 100 * sqrt(bgv) / mean, null),
                                arraySum(g -> g.2 * g.1 / log_mean * log(g.1 / log_mean), positive)
                                / arraySum(g -> g.2, positive) * if(log_mean > 0, 1000, null),
                                arraySum(g -> g.2 * log(log_mean / g.1), positive)
                                / arraySum(g -> g.2, positive) * if(log_mean > 0, 1000, null),
                                length(groups), why
                            ),
                            'Tuple(mean Nullable(Float64), bgv Nullable(Float64), bgsd Nullable(Float64),
                            cov Nullable(Float64), theil Nullable(Float64), mld Nullable(Float64),
                            group_count UInt16, reason String)'
                        ),
                        [if(
                            why = '',
                            arraySum(
                                g -> g.2 * pow(g.1 - ifNull(mean, 0), 2),
                                groups
                            ) / arraySum(g -> g.2, groups),
                            null
                        )],
                        [if(
                            mean > 0 and arrayAll(g -> g.1 > 0, positive),
                            arraySum(g -> g.2 * g.1, positive) / arraySum(g -> g.2, positive),
                            nan
                        )]
                    )[1],
                    [if(why = '', arraySum(g -> g.2 * g.1, groups) / arraySum(g -> g.2, groups), null)],
                    [arrayMap(g -> (if(g.1 = 0, 0.000001, g.1), g.2), groups)]
                )[1],
                [multiIf(
                    missing > 0.15 * (length(groups) + missing), 'too_many_missing',
                    length(groups) < 3, 'too_few_groups',
                    arrayExists(g -> not (g.2 >= 0), groups) or arraySum(g -> g.2, groups) = 0,
                        'weight_missing',
                    ''
                )]
            )[1],
            [arrayFilter(g -> isFinite(g.1), all_groups)],
            [arrayCount(g -> not isFinite(g.1), all_groups)]
        )[1],
        [cast(
            arrayMap(
                (v, w) -> (ifNull(toFloat64(v), nan), ifNull(toFloat64(w), nan)),
                values,
                weights
            ),
            'Array(Tuple(Float64, Float64))'
        )]
    )[1];
