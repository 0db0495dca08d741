create table dim_agency
(
    agency_code LowCardinality(String) comment 'Code such as health, education, civil_affairs, who; equals source_code of its figures',
    name_zh     String                 comment 'Name',
    name_en     String                 comment 'Name in English',
    kind        LowCardinality(String) comment 'agency (of the plan) or publisher (of public series)',
    licence     String                 comment 'Licence of a publisher, empty for agencies',
    attribution String                 comment 'Line that the licence asks to show',
    entry_hash  String              comment 'Content hash of the entry, so that only what changed is written again',
    is_removed  UInt8               comment '1 when the entry is no longer in the catalog',
    recorded_at DateTime64(3, 'UTC') comment 'Moment from which the entry holds; earlier ones stay for as-of answers'
)
engine = ReplacingMergeTree
order by (agency_code, recorded_at)
comment 'One row per agency or publisher and version.';
