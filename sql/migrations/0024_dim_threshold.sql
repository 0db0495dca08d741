create table dim_threshold
(
    threshold_code LowCardinality(String) comment 'Parameter, such as verdict_on_track_min_l',
    value          Float64                comment 'Value in unit_code',
    unit_code      LowCardinality(String) comment 'Unit, empty for a pure number',
    valid_from     Date32                 comment 'First day it holds for, by the end of the statistical year',
    valid_to       Date32                 comment 'Last day it holds for',
    decided_by     String                 comment 'Who approved it; empty while it is a proposal',
    note           String                 comment 'What it does and where the number comes from',
    entry_hash  String              comment 'Content hash of the entry, so that only what changed is written again',
    is_removed  UInt8               comment '1 when the entry is no longer in the catalog',
    recorded_at DateTime64(3, 'UTC') comment 'Moment from which the entry holds; earlier ones stay for as-of answers'
)
engine = ReplacingMergeTree
order by (threshold_code, valid_from, recorded_at)
comment 'One row per parameter of a rule, span of validity and version. No rule holds a number of its own.';
