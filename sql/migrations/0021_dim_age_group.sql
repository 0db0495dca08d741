create table dim_age_group
(
    age_group_code LowCardinality(String) comment 'SDMX CL_AGE code such as Y0T4',
    name_zh        String                 comment 'Name',
    name_en        String                 comment 'Name in English',
    lower_months   UInt16                 comment 'Youngest age in completed months, inclusive',
    upper_months   UInt16                 comment 'Age in months at which the band ends, exclusive; 65535 when it is open',
    entry_hash  String              comment 'Content hash of the entry, so that only what changed is written again',
    is_removed  UInt8               comment '1 when the entry is no longer in the catalog',
    recorded_at DateTime64(3, 'UTC') comment 'Moment from which the entry holds; earlier ones stay for as-of answers'
)
engine = ReplacingMergeTree
order by (age_group_code, recorded_at)
comment 'One row per age group and version. Bands overlap: never add across them unless their bounds show that they do not.';
