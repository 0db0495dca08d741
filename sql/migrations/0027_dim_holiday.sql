create table dim_holiday
(
    day     Date32                 comment 'Day',
    kind    LowCardinality(String) comment 'holiday (a day off) or workday (a weekend day that is worked)',
    name_zh String                 comment 'Name of the holiday',
    source  String                 comment 'Notice it is taken from',
    entry_hash  String              comment 'Content hash of the entry, so that only what changed is written again',
    is_removed  UInt8               comment '1 when the entry is no longer in the catalog',
    recorded_at DateTime64(3, 'UTC') comment 'Moment from which the entry holds; earlier ones stay for as-of answers'
)
engine = ReplacingMergeTree
order by (day, recorded_at)
comment 'One row per exception to the working week and version, from the yearly notices of the State Council.';
