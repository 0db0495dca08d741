create table dim_break
(
    indicator_code LowCardinality(String) comment 'Indicator whose series breaks, code in dim_indicator',
    area_code      LowCardinality(String) comment 'Area it breaks in, * for every area',
    break_year     UInt16                 comment 'First statistical year under the new definition',
    kind           LowCardinality(String) comment 'What changed: definition, geography, denominator or method; code in dim_code list BREAK_KIND',
    text_zh        String                 comment 'What was counted before and since, Chinese',
    text_en        String                 comment 'The same in English',
    source         String                 comment 'Document that says so',
    entry_hash  String              comment 'Content hash of the entry, so that only what changed is written again',
    is_removed  UInt8               comment '1 when the entry is no longer in the catalog',
    recorded_at DateTime64(3, 'UTC') comment 'Moment from which the entry holds; earlier ones stay for as-of answers'
)
engine = ReplacingMergeTree
order by (indicator_code, area_code, break_year, kind, recorded_at)
comment 'One row per break of a series and version. No trend is drawn across one.';
