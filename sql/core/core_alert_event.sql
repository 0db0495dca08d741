-- core_alert_event
-- One row per event in the life of an alert, by the moment asked for.
-- Reads   fct_alert
-- Method  The ledger as it was written; mart_alert has how each alert stands
create or replace view core_alert_event
(
    alert_id      String                 comment 'Identity of the alert',
    event_number  UInt64                 comment 'Place in its life, from 1',
    event         LowCardinality(String) comment 'opened, changed, muted, resolved or reopened',
    severity      LowCardinality(String) comment 'critical, warning or notice',
    period_year   UInt16                 comment 'Statistical year that it spoke of then',
    message_zh    String                 comment 'What it said then, Chinese',
    message_en    String                 comment 'The same in English',
    recorded_at   DateTime64(3, 'UTC')   comment 'When it was recorded'
)
as
select
    alert_id,
    event_number,
    event,
    severity,
    period_year,
    message_zh,
    message_en,
    recorded_at
from fct_alert
where recorded_at <= bw_as_of()
comment 'One row per event in the life of an alert, by the moment asked for.';
