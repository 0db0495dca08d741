create table dim_sum
(
    form_code   LowCardinality(String) comment 'Form that says so',
    sum_number  UInt8                  comment 'Which of the sums of the form, from 1',
    whole_code  LowCardinality(String) comment 'Indicator that is the whole, code in dim_indicator',
    part_code   LowCardinality(String) comment 'Indicator that is a part of it',
    kind        LowCardinality(String) comment 'sum: the parts make the whole; subset: each part is at most the whole',
    entry_hash  String              comment 'Content hash of the entry, so that only what changed is written again',
    is_removed  UInt8               comment '1 when the entry is no longer in the catalog',
    recorded_at DateTime64(3, 'UTC') comment 'Moment from which the entry holds; earlier ones stay for as-of answers'
)
engine = ReplacingMergeTree
order by (form_code, sum_number, whole_code, part_code, recorded_at)
comment 'One row per part of a sum and version: which indicators are parts of others.';
