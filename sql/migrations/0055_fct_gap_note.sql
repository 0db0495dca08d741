create table fct_gap_note
(
    indicator_code LowCardinality(String) comment 'Indicator that is missing',
    area_code      LowCardinality(String) comment 'Area it is missing for, * for every one',
    first_year     UInt16                 comment 'First statistical year the reason holds for',
    last_year      UInt16                 comment 'Last one',
    reason         String                 comment 'Why there is no figure; empty takes the note back',
    survey         String                 comment 'Survey that will bring it: name or address, empty when none is planned',
    noted_by       String                 comment 'Who gave the reason',
    recorded_at    DateTime64(3, 'UTC')   comment 'When it was recorded'
)
engine = MergeTree
order by (indicator_code, area_code, recorded_at)
comment 'One row per reason for a gap (缺项): why a figure is missing and which survey will bring it. Append-only; the newest counts.';
