create table dim_submission
(
    form_code   LowCardinality(String) comment 'Form that is owed',
    agency_code LowCardinality(String) comment 'Agency that owes it, code in dim_agency',
    period_year UInt16                 comment 'Statistical year it is for',
    due_date    Date32                 comment 'Day it is due, moved to the next working day where it fell on a day of rest',
    late_date   Date32                 comment 'First day it counts as late: the day after due date plus grace, in working days',
    entry_hash  String              comment 'Content hash of the entry, so that only what changed is written again',
    is_removed  UInt8               comment '1 when the entry is no longer in the catalog',
    recorded_at DateTime64(3, 'UTC') comment 'Moment from which the entry holds; earlier ones stay for as-of answers'
)
engine = ReplacingMergeTree
order by (form_code, agency_code, period_year, recorded_at)
comment 'One row per expected submission and version: who owes which form for which year, and by when.';
