-- bw_transform(value, scale)
-- The value on a scale of bw_scale: 'logit' of a percentage, held inside 0.05 and
-- 99.95 percent so that 0 and 100 have a place; 'ln'; or 'identity'. Null where
-- the scale has no place for it: a percentage outside 0 to 100, a logarithm of 0.
-- Method  Log odds ln(p / (1 - p)); Cox (1970), The Analysis of Binary Data
create or replace function bw_transform as (value, scale) ->
    arrayMap(
        (v, word) -> multiIf(
            word = 'logit' and v between 0 and 100,
            log(greatest(0.0005, least(0.9995, v / 100)) / (1 - greatest(0.0005, least(0.9995, v / 100)))),
            word = 'ln' and v > 0 and isFinite(v), log(v),
            word = 'identity' and isFinite(v), v,
            null
        ),
        [toFloat64(value)],
        [scale]
    )[1];
