-- core_submission_state
-- One row per expected submission: how far it came, and how it stands against its due date.
-- Reads   core_submission, core_commit, core_cell_state, core_submission_event, core_moment
-- Method  A submission has come when a committed load of its form holds at least one
--         figure for the year; an empty or refused file has not. It is received when
--         every expected cell is answered, and partial as long as one is not. A
--         decision counts for the submission that it was made about: one that comes
--         later is judged anew. The day that due dates are held against is that of the
--         newest evaluation, not the clock
create or replace view core_submission_state
(
    form_code     LowCardinality(String)  comment 'Form that is owed',
    agency_code   LowCardinality(String)  comment 'Agency that owes it',
    period_year   UInt16                  comment 'Statistical year it is for',
    due_date      Date32                  comment 'Day it is due',
    late_date     Date32                  comment 'First day it counts as late',
    state         LowCardinality(String)  comment 'not_due, due, late, partial, received, returned or accepted',
    received_at   Nullable(DateTime64(3, 'UTC')) comment 'When the first submission that held a figure was committed',
    newest_at     Nullable(DateTime64(3, 'UTC')) comment 'When the newest one was',
    data_version  UInt64                  comment 'Newest batch of the submission, 0 when none came',
    load_count    UInt64                  comment 'Submissions that held a figure for the year',
    read_count    UInt64                  comment 'Figures read of the newest one; equals loaded + rejected + skipped',
    loaded_count  UInt64                  comment 'Figures its newest submission holds',
    rejected_count UInt64                 comment 'Figures refused in its newest submission',
    skipped_count UInt64                  comment 'Empty cells of its newest submission that the form does not require',
    expected_count UInt64                 comment 'Cells that it must answer, in all areas; 0 when none came or the form asks for none',
    answered_count UInt64                 comment 'Cells with a value or a status that says why there is none',
    value_count   UInt64                  comment 'Cells with a value',
    days_late     Int32                   comment 'Days since the late date for one that is late, else 0',
    decided_by    String                  comment 'Who returned or accepted it, empty when nobody did',
    decided_at    Nullable(DateTime64(3, 'UTC')) comment 'When',
    decision_note String                  comment 'Reason or remark of the decision'
)
as
with
came as (
    select
        form_code,
        arrayJoin(period_years) as period_year,
        min(committed_at) as first_at,
        max(committed_at) as newest_at,
        count() as load_count,
        max(tuple(version, read_count, loaded_count, rejected_count, skipped_count)) as newest
    from core_commit
    where loaded_count > 0
    group by
        form_code,
        period_year
),
filled as (
    select
        form_code,
        agency_code,
        period_year,
        count() as expected_count,
        sum(is_answered) as answered_count,
        sum(has_value) as value_count
    from core_cell_state
    group by
        form_code,
        agency_code,
        period_year
)
select
    s.form_code as form_code,
    s.agency_code as agency_code,
    s.period_year as period_year,
    s.due_date as due_date,
    s.late_date as late_date,
    multiIf(
        r.newest.1 > 0 and e.data_version = r.newest.1, toString(e.event),
        r.newest.1 > 0 and f.answered_count < f.expected_count, 'partial',
        r.newest.1 > 0, 'received',
        assumeNotNull((select on_date from core_moment)) >= s.late_date, 'late',
        assumeNotNull((select on_date from core_moment)) > s.due_date, 'due',
        'not_due'
    ) as state,
    if(r.newest.1 > 0, r.first_at, null) as received_at,
    if(r.newest.1 > 0, r.newest_at, null) as newest_at,
    r.newest.1 as data_version,
    r.load_count as load_count,
    r.newest.2 as read_count,
    r.newest.3 as loaded_count,
    r.newest.4 as rejected_count,
    r.newest.5 as skipped_count,
    f.expected_count as expected_count,
    f.answered_count as answered_count,
    f.value_count as value_count,
    if(
        state = 'late',
        dateDiff('day', s.late_date, assumeNotNull((select on_date from core_moment))),
        0
    ) as days_late,
    if(state in ('returned', 'accepted'), e.recorded_by, '') as decided_by,
    if(state in ('returned', 'accepted'), e.recorded_at, null) as decided_at,
    if(state in ('returned', 'accepted'), e.note, '') as decision_note
from core_submission as s
left join came as r on r.form_code = s.form_code and r.period_year = s.period_year
left join filled as f on
    f.form_code = s.form_code
    and f.agency_code = s.agency_code
    and f.period_year = s.period_year
left join core_submission_event as e on
    e.form_code = s.form_code
    and e.agency_code = s.agency_code
    and e.period_year = s.period_year
comment 'One row per expected submission: how far it came, and how it stands against its due date.';
