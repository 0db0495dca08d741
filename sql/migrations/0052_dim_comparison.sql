create table dim_comparison
(
    comparison_code   LowCardinality(String) comment 'Fact that several figures count',
    name_zh           String                 comment 'Its name, Chinese',
    name_en           String                 comment 'Its name, English',
    indicator_code    LowCardinality(String) comment 'Indicator that holds one of the figures, code in dim_indicator',
    operand           LowCardinality(String) comment 'Which of its numbers: value, numerator or denominator',
    factor            Float64                comment 'Brings the number to the unit of the comparison',
    tolerance_percent Nullable(Float64)      comment 'Difference that is no finding; null stands for validation_source_difference_percent',
    note              String                 comment 'Whose figure it is, and of which year',
    entry_hash  String              comment 'Content hash of the entry, so that only what changed is written again',
    is_removed  UInt8               comment '1 when the entry is no longer in the catalog',
    recorded_at DateTime64(3, 'UTC') comment 'Moment from which the entry holds; earlier ones stay for as-of answers'
)
engine = ReplacingMergeTree
order by (comparison_code, indicator_code, operand, recorded_at)
comment 'One row per figure of a comparison and version: which figures of which agencies count the same thing.';
