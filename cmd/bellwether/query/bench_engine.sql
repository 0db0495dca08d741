-- The engine's own fastest way in: it reads the file as texts, on all cores,
-- and converts them on the way into the table.
insert into bench_long
select
    indicator,
    area,
    toUInt16(year),
    sex,
    age,
    toFloat64OrNull(value),
    toFloat64OrNull(numerator),
    toFloat64OrNull(denominator)
from file(
    {path:String},
    'CSVWithNames',
    'indicator String, area String, year String, sex String, age String, value String, numerator String, denominator String'
)
