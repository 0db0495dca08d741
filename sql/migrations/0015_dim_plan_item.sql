create table dim_plan_item
(
    item_code   LowCardinality(String) comment 'Code such as W-1-G03 for a goal or W-1-S04 for a strategy',
    domain_code LowCardinality(String) comment 'Code in dim_domain',
    section     LowCardinality(String) comment 'goal (主要目标) or strategy (策略措施)',
    item_number UInt8                  comment 'Number within the section',
    text_zh     String                 comment 'The whole item as printed',
    line_number UInt32                 comment 'Line of the plan text that ships with the catalog, from 1',
    entry_hash  String              comment 'Content hash of the entry, so that only what changed is written again',
    is_removed  UInt8               comment '1 when the entry is no longer in the catalog',
    recorded_at DateTime64(3, 'UTC') comment 'Moment from which the entry holds; earlier ones stay for as-of answers'
)
engine = ReplacingMergeTree
order by (item_code, recorded_at)
comment 'One row per numbered item and version: the 114 goals and 120 strategies, in the words of the plan.';
