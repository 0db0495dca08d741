-- The table that the engine fills by itself in the speed test: the eight
-- columns of the file in the types that suit them best.
create table bench_long
(
    indicator   LowCardinality(String),
    area        LowCardinality(String),
    year        UInt16,
    sex         Enum8('_T' = 0, 'F' = 1, 'M' = 2, '_U' = 9),
    age         LowCardinality(String),
    value       Nullable(Float64),
    numerator   Nullable(Float64),
    denominator Nullable(Float64)
)
engine = MergeTree
order by (indicator, area, year, sex, age)
