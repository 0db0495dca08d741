create table dim_domain
(
    domain_code   LowCardinality(String) comment 'Plan letter and number, such as W-1',
    plan_code     LowCardinality(String) comment 'Code in dim_plan',
    domain_number UInt8                  comment 'Number within the plan',
    name_zh       String                 comment 'Name in the plan',
    name_en       String                 comment 'Name in English',
    entry_hash  String              comment 'Content hash of the entry, so that only what changed is written again',
    is_removed  UInt8               comment '1 when the entry is no longer in the catalog',
    recorded_at DateTime64(3, 'UTC') comment 'Moment from which the entry holds; earlier ones stay for as-of answers'
)
engine = ReplacingMergeTree
order by (domain_code, recorded_at)
comment 'One row per domain and version: the fifteen fields of the two plans.';
