-- bw_aarr(years, values)
-- Average annual rate of reduction: .04 is a fall of 4 % a year, negative is a rise.
-- Null below two points and where a value is not above 0; pool years with no events
-- first, and do not use it for percentages near 100.
-- Method  1 - exp(b), b the least-squares slope of ln(value); UNICEF (2007), Technical
--         note: how to calculate average annual rate of reduction. Others print the
--         continuous rate -b, which is a little larger
create or replace function bw_aarr as (years, values) ->
    arrayMap(
        (t, y) -> if(
            arrayExists(v -> ifNull(v <= 0, 0), y),
            null,
            1 - exp(bw_linear_fit(t, arrayMap(v -> log(toFloat64(v)), y)).slope)
        ),
        [years],
        [values]
    )[1];
