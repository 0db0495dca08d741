-- bw_funnel_ratio(observed, expected)
-- Where an area with an observed count stands against the count expected from the
-- whole: 'low_3s', 'low_2s', 'within', 'high_2s' or 'high_3s'; 2s is the 95 %, 3s the
-- 99.8 % interval of the observed count. Null when either is missing, the observed
-- count is negative or the expected one is not above 0.
-- Method  Exact Poisson limits below 10 events, Byar's from 10 on, as in
--         bw_poisson_interval; Spiegelhalter (2005), Stat. Med. 24:1185-1202
create or replace function bw_funnel_ratio as (observed, expected) ->
    arrayMap(
        (outer_limits, lower, upper, e) -> multiIf(
            isNull(lower) or not (e > 0), null,
            outer_limits.lower > e, 'high_3s',
            lower > e, 'high_2s',
            outer_limits.upper < e, 'low_3s',
            upper < e, 'low_2s',
            'within'
        ),
        [bw_poisson_interval(observed, 0.998)],
        [bw_poisson_lower(observed)],
        [bw_poisson_upper(observed)],
        [ifNull(expected, 0)]
    )[1];
