-- mart_timeliness
-- One row per agency and statistical year: how much of what it owed came, in time and complete.
-- Reads   mart_submission
-- Method  Counts of mart_submission that are due by the day of the newest evaluation; what
--         is not due yet is left out of the shares
create or replace view mart_timeliness
(
    agency_code          LowCardinality(String) comment 'Agency',
    agency_zh            String                 comment 'Its name, Chinese',
    agency_en            String                 comment 'Its name, English',
    period_year          UInt16                 comment 'Statistical year',
    owed_count           UInt64                 comment 'Submissions that are due',
    came_count           UInt64                 comment 'Those that came, complete or not',
    complete_count       UInt64                 comment 'Those with every expected cell answered',
    on_time_count        UInt64                 comment 'Those that came by the due date',
    on_time_percent      Nullable(Float64)      comment 'Share of owed_count; null when nothing is due',
    working_days_late    Nullable(Float64)      comment 'Mean of the working days after the due date of those that came late; null when none did',
    completeness_percent Nullable(Float64)      comment 'Answered cells over expected cells of those that came'
)
as
select
    agency_code,
    any(agency_zh) as agency_zh,
    any(agency_en) as agency_en,
    period_year,
    countIf(isNotNull(is_on_time)) as owed_count,
    countIf(data_version > 0) as came_count,
    countIf(data_version > 0 and answered_count = expected_count) as complete_count,
    countIf(is_on_time = 1) as on_time_count,
    100 * on_time_count / nullIf(owed_count, 0) as on_time_percent,
    if(
        countIf(mart_submission.working_days_late > 0) = 0,
        null,
        avgIf(mart_submission.working_days_late, mart_submission.working_days_late > 0)
    ) as working_days_late,
    100 * sum(answered_count) / nullIf(sum(expected_count), 0) as completeness_percent
from mart_submission
group by
    agency_code,
    period_year
comment 'One row per agency and statistical year: how much of what it owed came, in time and complete.';
