create table dim_alias
(
    list_code      LowCardinality(String) comment 'Code list: AREA, SEX, AGE, RESIDENCE, INDICATOR, OBS_STATUS, UNIT',
    publisher_code LowCardinality(String) comment 'Publisher that writes it so, * for everybody',
    alias          String                 comment 'Word or code as the publisher writes it',
    code           LowCardinality(String) comment 'Code it stands for',
    entry_hash  String              comment 'Content hash of the entry, so that only what changed is written again',
    is_removed  UInt8               comment '1 when the entry is no longer in the catalog',
    recorded_at DateTime64(3, 'UTC') comment 'Moment from which the entry holds; earlier ones stay for as-of answers'
)
engine = ReplacingMergeTree
order by (list_code, publisher_code, alias, recorded_at)
comment 'One row per spelling and version: which code a publishers own code or word stands for.';
