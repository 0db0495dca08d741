-- core_submission_event
-- One row per submission that was returned or accepted: the newest decision.
-- Reads   fct_submission_event
-- Method  Newest by the moment asked for
create or replace view core_submission_event
(
    form_code    LowCardinality(String) comment 'Form of the submission',
    agency_code  LowCardinality(String) comment 'Agency that owes it',
    period_year  UInt16                 comment 'Statistical year it is for',
    event        LowCardinality(String) comment 'returned or accepted',
    data_version UInt64                 comment 'Newest batch of the submission when it was judged',
    note         String                 comment 'Reason or remark',
    recorded_by  String                 comment 'Who decided',
    recorded_at  DateTime64(3, 'UTC')   comment 'When it was recorded'
)
as
select
    form_code,
    agency_code,
    period_year,
    event,
    data_version,
    note,
    recorded_by,
    recorded_at
from fct_submission_event
where (form_code, agency_code, period_year, recorded_at) in (
    select
        form_code,
        agency_code,
        period_year,
        max(recorded_at)
    from fct_submission_event
    where recorded_at <= bw_as_of()
    group by
        form_code,
        agency_code,
        period_year
)
comment 'One row per submission that was returned or accepted: the newest decision.';
