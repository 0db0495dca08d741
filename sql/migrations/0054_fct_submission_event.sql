create table fct_submission_event
(
    form_code    LowCardinality(String) comment 'Form of the submission',
    agency_code  LowCardinality(String) comment 'Agency that owes it',
    period_year  UInt16                 comment 'Statistical year it is for',
    event        LowCardinality(String) comment 'returned or accepted',
    data_version UInt64                 comment 'Newest batch of the submission when it was judged; a later one is judged anew',
    note         String                 comment 'Reason or remark',
    recorded_by  String                 comment 'Who decided',
    recorded_at  DateTime64(3, 'UTC')   comment 'When it was recorded'
)
engine = MergeTree
order by (form_code, agency_code, period_year, recorded_at)
comment 'One row per decision about a submission: the ledger. Append-only; whether something was received is computed from the payloads.';
