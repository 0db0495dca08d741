-- bw_t_quantile_975(df)
-- Value that Student's t with df degrees of freedom exceeds with probability
-- .025: the factor of a two-sided 95 % interval. Null when df is below 1.
-- Method  Table for 1 to 30 df (finite sums of Abramowitz and Stegun 1964, 26.7.3
--         and 26.7.4, inverted); beyond, their expansion 26.7.5 about the normal
--         quantile, right to 7 digits
create or replace function bw_t_quantile_975 as (df) ->
    arrayMap(
        m -> multiIf(
            not (m >= 1), null,
            m <= 30, [
                12.7062047362, 4.3026527297, 3.1824463053, 2.7764451052, 2.5705818356, 2.4469118511,
                2.3646242516, 2.3060041352, 2.2621571628, 2.228138852, 2.2009851601, 2.1788128297,
                2.1603686565, 2.1447866879, 2.1314495456, 2.1199052992, 2.1098155778, 2.1009220402,
                2.0930240544, 2.0859634473, 2.0796138447, 2.0738730679, 2.0686576104, 2.0638985616,
                2.0595385528, 2.0555294386, 2.0518305165, 2.0484071418, 2.0452296421, 2.0422724563
            ][toUInt8(if(m between 1 and 30, m, 30))],
            1.959963984540054 + 2.372271230298562 / m + 2.8224986157396112 / pow(m, 2)
            + 2.555849679507722 / pow(m, 3) + 1.5895340533938225 / pow(m, 4)
        ),
        [toFloat64(df)]
    )[1];
