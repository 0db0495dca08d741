-- bw_escap_status(index, point_count)
-- The word for an index of bw_escap_index: 'on_track' above 9, 'slow_progress' above 0,
-- 'regression' from 0 down; a single point that does not meet the target is
-- 'insufficient_data'. Null when the index is.
-- Method  UN ESCAP, Asia and the Pacific SDG Progress Report, as UNICEF applies it to
--         single series
create or replace function bw_escap_status as (index, point_count) ->
    arrayMap(
        (share, n) -> multiIf(
            isNull(share), null,
            share < 10 and n < 2, 'insufficient_data',
            share > 9, 'on_track',
            share > 0, 'slow_progress',
            'regression'
        ),
        [toFloat64(index)],
        [point_count]
    )[1];
