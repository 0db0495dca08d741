create table dim_check
(
    check_code  LowCardinality(String) comment 'Validation rule; view mart_check_<code> where it is held by a view',
    rule_number UInt8                  comment 'Its number, 1 to 18, as rejects give it; 0 is for what could not be read',
    version     UInt16                 comment 'Version of the rule, raised when it comes to find something else',
    name_zh     String                 comment 'Name, Chinese',
    name_en     String                 comment 'Name, English',
    class       LowCardinality(String) comment 'hard (强制性) or soft (核实性)',
    answer      LowCardinality(String) comment 'What closes a finding: correct (a new submission) or explain (words that are recorded)',
    place       LowCardinality(String) comment 'Where it is held: entry (while a file is read) or view',
    missing     LowCardinality(String) comment 'What a missing input means: skip (not run), compulsory_pair, exclusive_pair or none',
    valid_from  Date32                 comment 'First day it holds for',
    valid_to    Date32                 comment 'Last day it holds for',
    note        String                 comment 'Remark',
    entry_hash  String              comment 'Content hash of the entry, so that only what changed is written again',
    is_removed  UInt8               comment '1 when the entry is no longer in the catalog',
    recorded_at DateTime64(3, 'UTC') comment 'Moment from which the entry holds; earlier ones stay for as-of answers'
)
engine = ReplacingMergeTree
order by (check_code, valid_from, recorded_at)
comment 'One row per validation rule, span of validity and version.';
