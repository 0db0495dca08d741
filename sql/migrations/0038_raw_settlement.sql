create table raw_settlement
(
    settlement   UInt64              comment 'Key of the rows in fct_target_yearly; the same as before when a load touched no monitored area',
    data_version UInt64              comment 'Newest batch that was counted, key of raw_commit',
    committed_at DateTime64(3, 'UTC') comment 'When that batch was committed',
    catalog_at   DateTime64(3, 'UTC') comment 'Recording of the catalog that was applied, key of dim_catalog',
    method_hash  String              comment 'Hash of all functions and views that worked it out',
    row_count    UInt64              comment 'Rows written',
    settled_at   DateTime64(3, 'UTC') comment 'When it was finished; views show nothing of a settlement before this row is there'
)
engine = MergeTree
order by (settled_at, settlement)
comment 'One row per settlement of the verdicts: which figures, catalog and method it stands for. Written last.';
