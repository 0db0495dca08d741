-- bw_parity(gpi, low, high)
-- The word for a gender parity index, given the bounds of parity (0.97 and 1.03 by
-- custom; rows parity_low and parity_high of core_threshold): 'parity', 'male_advantage'
-- below, 'female_advantage' above. Null when the index is. For a value where less is
-- better the advantage is the other way round.
-- Method  UNESCO Institute for Statistics, Glossary: gender parity index
create or replace function bw_parity as (gpi, low, high) ->
    arrayMap(
        (index, from_index, to_index) -> multiIf(
            isNull(index), null,
            index < from_index, 'male_advantage',
            index > to_index, 'female_advantage',
            'parity'
        ),
        [toFloat64(gpi)],
        [toFloat64(low)],
        [toFloat64(high)]
    )[1];
