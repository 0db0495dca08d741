create table fct_alert_act
(
    alert_id      String                 comment 'Alert that is dealt with, key of fct_alert',
    act_number    UInt64                 comment 'Place among what people did about the alert, from 1',
    act           LowCardinality(String) comment 'acknowledged, assigned, verified, assessed, measures or closed',
    event_number  UInt64                 comment 'Newest event of the alert that the person saw',
    severity      LowCardinality(String) comment 'How grave the alert was then; a graver one opens a closed case again',
    period_year   UInt16                 comment 'Statistical year that the alert spoke of then; a later one opens a closed case again',
    verdict       LowCardinality(String) comment 'At verified code of VERIFICATION, at closed code of ALERT_OUTCOME, else empty',
    agency_code   LowCardinality(String) comment 'At assigned the agency that has to deal with it, else empty',
    due_date      Nullable(Date32)       comment 'At assigned the day by which it has to, else null',
    note          String                 comment 'What the person wrote',
    recorded_by   String                 comment 'Who did it',
    recorded_at   DateTime64(3, 'UTC')   comment 'When it was recorded'
)
engine = MergeTree
order by (alert_id, act_number, recorded_at)
comment 'One row per act of people about an alert: acknowledged, assigned, verified, assessed, measures, closed. Append-only; read mart_alert_case for how each case stands.';
