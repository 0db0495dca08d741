-- mart_submission
-- One row per expected submission: who owes it, how it stands, how complete and how timely it is.
-- Reads   core_submission_state, core_agency, core_commit, core_working_day
-- Method  Completeness is answered cells over expected cells, so one cell less lowers it by
--         one cell. Timeliness is by the day the first submission that held a figure was
--         committed, in working days past the due date
create or replace view mart_submission
(
    form_code            LowCardinality(String) comment 'Form that is owed',
    agency_code          LowCardinality(String) comment 'Agency that owes it',
    agency_zh            String                 comment 'Its name, Chinese',
    agency_en            String                 comment 'Its name, English',
    period_year          UInt16                 comment 'Statistical year it is for',
    due_date             Date32                 comment 'Day it is due, a working day',
    late_date            Date32                 comment 'First day it counts as late',
    state                LowCardinality(String) comment 'not_due, due, late, partial, received, returned or accepted',
    received_at          Nullable(DateTime64(3, 'UTC')) comment 'When the first submission that held a figure was committed',
    newest_at            Nullable(DateTime64(3, 'UTC')) comment 'When the newest one was',
    working_days_late    Nullable(Int32)        comment 'Working days from the due date to the first submission; 0 or less is in time, null when none came',
    is_on_time           Nullable(UInt8)        comment '1 when it came by the due date, 0 when later or not although due; null while it is not due',
    load_count           UInt64                 comment 'Submissions for the year so far',
    payload_sha256       String                 comment 'Payload of the newest one, empty when none came',
    data_version         UInt64                 comment 'Its batch, key of core_commit; 0 when none came',
    read_count           UInt64                 comment 'Figures read of it; equals loaded + rejected + skipped',
    loaded_count         UInt64                 comment 'Figures that passed every hard rule',
    rejected_count       UInt64                 comment 'Figures refused',
    skipped_count        UInt64                 comment 'Empty cells that the form does not require',
    expected_count       UInt64                 comment 'Cells that it must answer, in all areas',
    answered_count       UInt64                 comment 'Cells with a value or a status that says why there is none',
    value_count          UInt64                 comment 'Cells with a value',
    completeness_percent Nullable(Float64)      comment 'Share of expected cells that are answered; null when none are expected or none came',
    decided_by           String                 comment 'Who returned or accepted it, empty when nobody did',
    decided_at           Nullable(DateTime64(3, 'UTC')) comment 'When',
    decision_note        String                 comment 'Reason or remark of the decision'
)
as
with
(
    select groupArray(day)
    from (select day from core_working_day order by day)
) as working_days
select
    s.form_code as form_code,
    s.agency_code as agency_code,
    a.name_zh as agency_zh,
    a.name_en as agency_en,
    s.period_year as period_year,
    s.due_date as due_date,
    s.late_date as late_date,
    s.state as state,
    s.received_at as received_at,
    s.newest_at as newest_at,
    if(
        isNull(s.received_at),
        null,
        toInt32(arrayCount(day -> day <= toDate32(s.received_at, 'Asia/Shanghai'), working_days))
        - toInt32(arrayCount(day -> day <= s.due_date, working_days))
    ) as working_days_late,
    multiIf(
        isNotNull(s.received_at), toDate32(s.received_at, 'Asia/Shanghai') <= s.due_date,
        s.state = 'not_due', null,
        0
    ) as is_on_time,
    s.load_count as load_count,
    c.payload_sha256 as payload_sha256,
    s.data_version as data_version,
    s.read_count as read_count,
    s.loaded_count as loaded_count,
    s.rejected_count as rejected_count,
    s.skipped_count as skipped_count,
    s.expected_count as expected_count,
    s.answered_count as answered_count,
    s.value_count as value_count,
    100 * s.answered_count / nullIf(s.expected_count, 0) as completeness_percent,
    s.decided_by as decided_by,
    s.decided_at as decided_at,
    s.decision_note as decision_note
from core_submission_state as s
left join core_agency as a on a.agency_code = s.agency_code
left join core_commit as c on c.version = s.data_version
comment 'One row per expected submission: who owes it, how it stands, how complete and how timely it is.';
