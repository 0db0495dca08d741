-- bw_untransform(g, scale)
-- The value whose bw_transform is g; null when g is null or the value would be no
-- finite number.
-- Method  Inverse of the log odds, of the logarithm, or g itself; Cox (1970), The
--         Analysis of Binary Data
create or replace function bw_untransform as (g, scale) ->
    arrayMap(
        (v, word) -> multiIf(
            word = 'logit', 100 / (1 + exp(-v)),
            word = 'ln' and v < 709, exp(v),
            word = 'identity' and isFinite(v), v,
            null
        ),
        [toFloat64(g)],
        [scale]
    )[1];
