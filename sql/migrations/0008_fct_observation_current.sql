create table fct_observation_current
(
    area_code      LowCardinality(String)              comment 'GB/T 2260 code, or SDMX REF_AREA for countries; code in dim_area',
    indicator_code LowCardinality(String)              comment 'Code in dim_indicator, or publisher:code for a public series outside the catalog',
    sex            Enum8('_T' = 0, 'F' = 1, 'M' = 2, '_U' = 9) comment 'SDMX CL_SEX; _T is both sexes, _U not known, never blank',
    age_group      LowCardinality(String)              comment 'SDMX CL_AGE such as Y0T4 or Y_GE65; _T is all ages; code in dim_age_group',
    residence      Enum8('_T' = 0, 'U' = 1, 'R' = 2, '_U' = 9) comment 'SDMX CL_RESIDENCE: urban, rural, _T both, _U not known',
    category       LowCardinality(String)              comment 'Further breakdown as DIMENSION=code, several joined by ;  _T is none',
    source_code    LowCardinality(String)              comment 'Agency or publisher that gave the figure, code in dim_agency',
    period_year    UInt16                              comment 'Statistical year the figure is counted under',
    period_start   Date32                              comment 'First day the figure describes; health years begin in October, school years in September',
    period_end     Date32                              comment 'Last day the figure describes',
    freq           LowCardinality(String)              comment 'SDMX CL_FREQ: A yearly, S, Q, M',
    numerator      Nullable(Float64)                   comment 'Events or persons counted, null when the source gives only a rate' codec(ZSTD(1)),
    denominator    Nullable(Float64)                   comment 'Population or total the numerator belongs to, null when not given' codec(ZSTD(1)),
    value          Nullable(Float64)                   comment 'Figure in unit_code: numerator / denominator x multiplier where both are given, else as reported; null only with a status that says why' codec(ZSTD(1)),
    reported_value Nullable(Float64)                   comment 'Figure as the source printed it, null when it printed none' codec(ZSTD(1)),
    lower_bound    Nullable(Float64)                   comment 'Lower end of the interval the publisher gives, in unit_code' codec(ZSTD(1)),
    upper_bound    Nullable(Float64)                   comment 'Upper end of the interval the publisher gives, in unit_code' codec(ZSTD(1)),
    unit_code      LowCardinality(String)              comment 'Unit of value, code in the catalog such as percent or per_100000',
    obs_status     LowCardinality(String)              comment 'SDMX CL_OBS_STATUS: A normal, P provisional, E estimated, B break, O missing, L not collected, M not applicable, Q suppressed, …',
    conf_status    LowCardinality(String)              comment 'SDMX CL_CONF_STATUS: F free, N not for publication, C confidential',
    note           String                              comment 'Remark of the source on this figure, may be empty' codec(ZSTD(1)),
    form_code      LowCardinality(String)              comment 'Form the payload was read with',
    sheet          LowCardinality(String)              comment 'Sheet of a workbook, empty for other files',
    cell           String                              comment 'Spreadsheet address of the figure such as C7, or a JSON path' codec(ZSTD(1)),
    version        UInt64                              comment 'Batch that loaded the row, key of raw_commit, which leads to the payload and its SHA-256' codec(Delta, ZSTD(1)),
    is_deleted     UInt8                               comment '1 when the newest version is a withdrawal',
    recorded_at    DateTime64(3, 'UTC')                       comment 'When the version was written' codec(Delta, ZSTD(1)),
    index version_range version type minmax granularity 1
)
engine = ReplacingMergeTree(version, is_deleted)
partition by period_year
order by (area_code, indicator_code, sex, age_group, residence, category, source_code, period_year, period_start, period_end)
comment 'One row per figure, its newest version. Written only from fct_observation; read core_observation instead.';
