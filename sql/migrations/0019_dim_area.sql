create table dim_area
(
    area_code   LowCardinality(String) comment 'GB/T 2260 code, ISO 3166-1 alpha-3 for countries',
    parent_code LowCardinality(String) comment 'Area it belongs to, empty at the top',
    level       LowCardinality(String) comment 'world, country, province, prefecture, district or street',
    name_zh     String                 comment 'Name, may be empty for countries',
    name_en     String                 comment 'Name in English, may be empty',
    is_monitored UInt8                 comment '1 for the plan''s district and its streets',
    entry_hash  String              comment 'Content hash of the entry, so that only what changed is written again',
    is_removed  UInt8               comment '1 when the entry is no longer in the catalog',
    recorded_at DateTime64(3, 'UTC') comment 'Moment from which the entry holds; earlier ones stay for as-of answers'
)
engine = ReplacingMergeTree
order by (area_code, recorded_at)
comment 'One row per area and version: districts, streets, provinces, countries.';
