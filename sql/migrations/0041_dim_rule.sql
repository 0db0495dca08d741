create table dim_rule
(
    rule_code    LowCardinality(String)        comment 'Rule, the name of its view without alert_',
    name_zh      String                        comment 'Name, Chinese',
    name_en      String                        comment 'Name, English',
    muted_by     Array(String)                 comment 'Rules whose alert about the same thing mutes this one',
    budget_count UInt16                        comment 'Alerts a district may expect in a year before the rule is too loud',
    owner        String                        comment 'Who answers for it',
    is_enabled   UInt8                         comment '1 when the rule is evaluated',
    valid_from   Date32                        comment 'First day it holds for',
    valid_to     Date32                        comment 'Last day it holds for',
    entry_hash  String              comment 'Content hash of the entry, so that only what changed is written again',
    is_removed  UInt8               comment '1 when the entry is no longer in the catalog',
    recorded_at DateTime64(3, 'UTC') comment 'Moment from which the entry holds; earlier ones stay for as-of answers'
)
engine = ReplacingMergeTree
order by (rule_code, valid_from, recorded_at)
comment 'One row per rule of early warning, span of validity and version.';
