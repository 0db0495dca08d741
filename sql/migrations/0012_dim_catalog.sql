create table dim_catalog
(
    catalog_hash String               comment 'Content hash of the whole catalog',
    entry_count  UInt64               comment 'Entries of all catalog tables together',
    recorded_at  DateTime64(3, 'UTC') comment 'Moment from which views use this state of the catalog'
)
engine = ReplacingMergeTree
order by recorded_at
comment 'One row per change of the catalog, written last: entries recorded later than the newest row here are not yet shown.';
