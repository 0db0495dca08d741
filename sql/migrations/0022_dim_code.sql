create table dim_code
(
    list_code LowCardinality(String) comment 'Code list: SEX, RESIDENCE, OBS_STATUS, CONF_STATUS, FREQ, UNIT, VERDICT, REASON, …',
    code      LowCardinality(String) comment 'Code',
    name_zh   String                 comment 'Name',
    name_en   String                 comment 'Name in English',
    sort_order UInt16                comment 'Place in lists',
    entry_hash  String              comment 'Content hash of the entry, so that only what changed is written again',
    is_removed  UInt8               comment '1 when the entry is no longer in the catalog',
    recorded_at DateTime64(3, 'UTC') comment 'Moment from which the entry holds; earlier ones stay for as-of answers'
)
engine = ReplacingMergeTree
order by (list_code, code, recorded_at)
comment 'One row per code of the small code lists and version: sex, residence, observation status, units.';
