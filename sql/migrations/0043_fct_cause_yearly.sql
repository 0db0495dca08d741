create table fct_cause_yearly
(
    settlement           UInt64                 comment 'Settlement that wrote the row, key of raw_settlement; rows of others are not shown',
    indicator_code       LowCardinality(String) comment 'Code in core_indicator',
    area_code            LowCardinality(String) comment 'Code in core_area',
    sex                  String                 comment 'SDMX CL_SEX',
    age_group            LowCardinality(String) comment 'SDMX CL_AGE',
    residence            String                 comment 'SDMX CL_RESIDENCE',
    category             LowCardinality(String) comment 'Further breakdown, _T when none',
    period_year          UInt16                 comment 'Statistical year',
    previous_year        Nullable(UInt16)       comment 'Year of the value before; null for the first',
    value                Float64                comment 'Value of period_year',
    previous_value       Nullable(Float64)      comment 'Value of previous_year',
    change_value         Nullable(Float64)      comment 'value - previous_value',
    previous_numerator   Nullable(Float64)      comment 'x0: events of previous_year',
    numerator            Nullable(Float64)      comment 'x1: events of period_year',
    previous_denominator Nullable(Float64)      comment 'n0: denominator of previous_year',
    denominator          Nullable(Float64)      comment 'n1: denominator of period_year',
    denominator_part     Nullable(Float64)      comment 'Part of the change that the denominator made; null where it cannot be told',
    event_part           Nullable(Float64)      comment 'Part of the change that the events made; the two sum to change_value',
    mix_part             Nullable(Float64)      comment 'Part of the change that the shares of the streets made; null where the streets do not add up',
    rate_part            Nullable(Float64)      comment 'Part of the change that the rates of the streets made; the two sum to change_value',
    cause_zh             String                 comment 'The cause in one sentence, Chinese; never empty',
    cause_en             String                 comment 'The same in English'
)
engine = MergeTree
order by (settlement, area_code, indicator_code, period_year)
comment 'One row per series, year and settlement: what made the value change, as it was worked out then. Append-only; read mart_cause_yearly.';
