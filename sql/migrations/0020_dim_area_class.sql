create table dim_area_class
(
    area_code       LowCardinality(String) comment 'Code in dim_area',
    valid_from_year UInt16                 comment 'First year of the class',
    valid_to_year   UInt16                 comment 'Last year of the class, 9999 when it still holds',
    residence       LowCardinality(String) comment 'U urban, R rural, _T mixed',
    source          String                 comment 'Where the class is taken from',
    entry_hash  String              comment 'Content hash of the entry, so that only what changed is written again',
    is_removed  UInt8               comment '1 when the entry is no longer in the catalog',
    recorded_at DateTime64(3, 'UTC') comment 'Moment from which the entry holds; earlier ones stay for as-of answers'
)
engine = ReplacingMergeTree
order by (area_code, valid_from_year, recorded_at)
comment 'One row per area, span of years and version: urban or rural, as classified in those years.';
