create table dim_plan
(
    plan_code     LowCardinality(String) comment 'women or children',
    name_zh       String                 comment 'Official title',
    name_en       String                 comment 'Title in English',
    area_code     LowCardinality(String) comment 'Area the plan is for, code in dim_area',
    document_code String                 comment 'Number of the document that issued it',
    issued_on     Date32                 comment 'Day of issue',
    baseline_year UInt16                 comment 'Year that progress is counted from',
    start_year    UInt16                 comment 'First year of the plan',
    midterm_year  UInt16                 comment 'Year of the mid-term evaluation',
    deadline_year UInt16                 comment 'Last year of the plan',
    entry_hash  String              comment 'Content hash of the entry, so that only what changed is written again',
    is_removed  UInt8               comment '1 when the entry is no longer in the catalog',
    recorded_at DateTime64(3, 'UTC') comment 'Moment from which the entry holds; earlier ones stay for as-of answers'
)
engine = ReplacingMergeTree
order by (plan_code, recorded_at)
comment 'One row per plan and version: the ten-year plans that are monitored.';
