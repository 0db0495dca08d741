create table dim_expected_cell
(
    form_code      LowCardinality(String) comment 'Form that brings it',
    indicator_code LowCardinality(String) comment 'Code in dim_indicator',
    sex            LowCardinality(String) comment 'SDMX CL_SEX',
    age_group      LowCardinality(String) comment 'Code in dim_age_group',
    residence      LowCardinality(String) comment 'SDMX CL_RESIDENCE',
    category       LowCardinality(String) comment 'Further breakdown, _T when none',
    area_level     LowCardinality(String) comment 'district or street: one figure for each area of that level',
    entry_hash  String              comment 'Content hash of the entry, so that only what changed is written again',
    is_removed  UInt8               comment '1 when the entry is no longer in the catalog',
    recorded_at DateTime64(3, 'UTC') comment 'Moment from which the entry holds; earlier ones stay for as-of answers'
)
engine = ReplacingMergeTree
order by (form_code, indicator_code, sex, age_group, residence, category, area_level, recorded_at)
comment 'One row per figure that a form must bring and version: what completeness and 缺项 are counted against.';
