-- core_alert_act
-- One row per act of people about an alert, by the moment asked for.
-- Reads   fct_alert_act
-- Method  The ledger as it was written; mart_alert_case has how each case stands. A
--         round ends with the act that closes the case
create or replace view core_alert_act
(
    alert_id      String                 comment 'Alert that was dealt with',
    act_number    UInt64                 comment 'Place among what people did about it, from 1',
    round_number  UInt64                 comment 'Which time the case was dealt with, from 1',
    act           LowCardinality(String) comment 'acknowledged, assigned, verified, assessed, measures or closed',
    event_number  UInt64                 comment 'Newest event of the alert that the person saw',
    severity      LowCardinality(String) comment 'How grave the alert was then',
    period_year   UInt16                 comment 'Statistical year that it spoke of then',
    verdict       LowCardinality(String) comment 'At verified code of VERIFICATION, at closed code of ALERT_OUTCOME, else empty',
    agency_code   LowCardinality(String) comment 'At assigned the agency that has to deal with it, else empty',
    due_date      Nullable(Date32)       comment 'At assigned the day by which it has to, else null',
    note          String                 comment 'What the person wrote',
    recorded_by   String                 comment 'Who did it',
    recorded_at   DateTime64(3, 'UTC')   comment 'When it was recorded'
)
as
select
    alert_id,
    act_number,
    1 + countIf(act = 'closed') over (
        partition by alert_id order by act_number, recorded_at rows between unbounded preceding and current row
    ) - (act = 'closed') as round_number,
    act,
    event_number,
    severity,
    period_year,
    verdict,
    agency_code,
    due_date,
    note,
    recorded_by,
    recorded_at
from fct_alert_act
where recorded_at <= bw_as_of()
comment 'One row per act of people about an alert, by the moment asked for.';
