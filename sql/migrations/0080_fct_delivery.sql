create table fct_delivery
(
    channel         LowCardinality(String) comment 'Channel of the configuration',
    receiver        LowCardinality(String) comment 'Agency that is told, empty when the channel has one receiver',
    alert_id        String                 comment 'Alert that is told of, key of fct_alert; empty at started',
    event_number    UInt64                 comment 'Event in its life that is told, with alert_id the key of fct_alert; 0 at started',
    idempotency_key String                 comment 'SHA-256 of channel, receiver, alert and event: the same each time it is sent again; empty at started',
    state           LowCardinality(String) comment 'started (told from here on, by these routes), sending (written before), sent or failed (written after)',
    attempt         UInt32                 comment 'How often it was tried so far; 0 at started, and at sending the number of the try that begins',
    message_id      String                 comment 'Message that holds it, the same each time it is sent again; at started the SHA-256 of the routes',
    reason_code     LowCardinality(String) comment 'Why it failed, code in deploy/runbook.md; empty otherwise',
    error           String                 comment 'What the other side said, without secrets; empty unless it failed',
    run_id          String                 comment 'Run that did it, key of raw_run',
    recorded_at     DateTime64(3, 'UTC')   comment 'When it was recorded'
)
engine = MergeTree
order by (channel, receiver, alert_id, event_number, recorded_at)
comment 'One row per state of a delivery: the log of what was told to whom. Append-only; read core_delivery for how each one stands.';
