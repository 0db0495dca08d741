-- core_submission
-- One row per expected submission: who owes which form for which year, and by when.
-- Reads   dim_submission, dim_catalog
-- Method  Newest state of each entry recorded by the moment of the catalog shown
create or replace view core_submission
(
    form_code   LowCardinality(String) comment 'Form that is owed',
    agency_code LowCardinality(String) comment 'Agency that owes it, code in dim_agency',
    period_year UInt16                 comment 'Statistical year it is for',
    due_date    Date32                 comment 'Day it is due, moved to the next working day where it fell on a day of rest',
    late_date   Date32                 comment 'First day it counts as late: the day after due date plus grace, in working days'
)
as
select
    form_code,
    agency_code,
    period_year,
    due_date,
    late_date
from dim_submission
where
    is_removed = 0
    and (form_code, agency_code, period_year, recorded_at) in (
        select
            form_code,
            agency_code,
            period_year,
            max(recorded_at)
        from dim_submission
        where recorded_at <= (select max(recorded_at) from dim_catalog where recorded_at <= bw_as_of())
        group by form_code, agency_code, period_year
    )
comment 'One row per expected submission: who owes which form for which year, and by when.';
