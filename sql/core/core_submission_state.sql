-- core_submission_state
-- One row per expected submission: whether it came, and how it stands against its due date.
-- Reads   core_submission, core_commit, core_moment
-- Method  A submission is received when a committed load of its form holds at least
--         one figure for the year; an empty or refused file is not. The day it is
--         held against is that of the newest evaluation, not the clock
create or replace view core_submission_state
(
    form_code     LowCardinality(String)  comment 'Form that is owed',
    agency_code   LowCardinality(String)  comment 'Agency that owes it',
    period_year   UInt16                  comment 'Statistical year it is for',
    due_date      Date32                  comment 'Day it is due',
    late_date     Date32                  comment 'First day it counts as late',
    state         LowCardinality(String)  comment 'received, not_due, due or late',
    received_at   Nullable(DateTime64(3, 'UTC')) comment 'When the first submission that held a figure was committed',
    data_version  UInt64                  comment 'Newest batch of the submission, 0 when none came',
    loaded_count  UInt64                  comment 'Figures its newest submission holds',
    rejected_count UInt64                 comment 'Figures refused in its newest submission',
    days_late     Int32                   comment 'Days since the late date for one that is late, else 0'
)
as
with
received as (
    select
        form_code,
        arrayJoin(period_years) as period_year,
        min(committed_at) as first_at,
        max(version) as newest_version,
        argMax(c.loaded_count, c.version) as loaded_count,
        argMax(c.rejected_count, c.version) as rejected_count
    from core_commit as c
    where c.loaded_count > 0
    group by
        form_code,
        period_year
)
select
    s.form_code as form_code,
    s.agency_code as agency_code,
    s.period_year as period_year,
    s.due_date as due_date,
    s.late_date as late_date,
    multiIf(
        r.newest_version > 0, 'received',
        assumeNotNull((select on_date from core_moment)) >= s.late_date, 'late',
        assumeNotNull((select on_date from core_moment)) > s.due_date, 'due',
        'not_due'
    ) as state,
    if(r.newest_version > 0, r.first_at, null) as received_at,
    r.newest_version as data_version,
    r.loaded_count as loaded_count,
    r.rejected_count as rejected_count,
    if(state = 'late', dateDiff('day', s.late_date, assumeNotNull((select on_date from core_moment))), 0) as days_late
from core_submission as s
left join received as r on r.form_code = s.form_code and r.period_year = s.period_year
comment 'One row per expected submission: whether it came, and how it stands against its due date.';
