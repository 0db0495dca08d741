-- bw_funnel_ratio(observed, expected)
-- Where an area with an observed count stands against the count expected from the
-- whole: 'low_3s', 'low_2s', 'within', 'high_2s' or 'high_3s'; 2s is the 95 %, 3s the
-- 99.8 % interval of the observed count. Null when either is missing, the observed
-- count is negative or the expected one is not above 0.
-- Method  The limits of bw_poisson_interval, written out because a whole map is coloured
--         with it; Spiegelhalter (2005), Stat. Med. 24:1185-1202
create or replace function bw_funnel_ratio as (observed, expected) ->
    arrayMap(
        (o, e, lower, upper) -> multiIf(
            isNull(lower) or not (e > 0), null,
            lower > e, if(
                if(
                    o < 10,
                    [
                        0., 0.0010005003335835335, 0.04540201776948956, 0.1905333775684032, 0.42855241362842295,
                        0.7393717319178326, 1.1071046602556394, 1.520336260398809, 1.9708139217403657, 2.452424404363775
                    ][toUInt8(if(o between 0 and 9, floor(o), 9)) + 1],
                    o * pow(
                        1
                            - 1 / (9 * greatest(o, 1))
                            - 3.090232306167813 / (3 * sqrt(greatest(o, 1))),
                        3
                    )
                ) > e,
                'high_3s',
                'high_2s'
            ),
            upper < e, if(
                if(
                    o < 10,
                    [
                        6.907755278982137, 9.233413476451586, 11.228872242412663, 13.062240779188071, 14.794149222537209,
                        16.45474520368011, 18.06163684019907, 19.62617739538424, 21.15619816583998, 22.65737330906293
                    ][toUInt8(if(o between 0 and 9, floor(o), 9)) + 1],
                    (o + 1) * pow(1 - 1 / (9 * (o + 1)) + 3.090232306167813 / (3 * sqrt(o + 1)), 3)
                ) < e,
                'low_3s',
                'low_2s'
            ),
            'within'
        ),
        [ifNull(toFloat64(observed), nan)],
        [ifNull(toFloat64(expected), nan)],
        [bw_poisson_lower(observed)],
        [bw_poisson_upper(observed)]
    )[1];
