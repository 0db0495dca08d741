-- core_delivery
-- One row per channel, receiver and event or occasion of an alert that was told or tried: how it stands.
-- Reads   fct_delivery
-- Method  The last state by the moment asked for; sending that stays so was cut
--         short, and is sent again with the same key
create or replace view core_delivery
(
    channel         LowCardinality(String) comment 'Channel of the configuration',
    receiver        LowCardinality(String) comment 'Agency that is told, empty when the channel has one receiver',
    alert_id        String                 comment 'Alert that is told of',
    event_number    UInt64                 comment 'Event in its life that is told, or at an occasion that which opened it',
    occasion        LowCardinality(String) comment 'What is told beside the events, such as reminder:1 or silence_ended:<silence>; empty for an event itself',
    idempotency_key String                 comment 'The same each time it is sent again',
    state           LowCardinality(String) comment 'sending, sent or failed',
    attempt         UInt32                 comment 'How often it was tried',
    message_id      String                 comment 'Message that holds it',
    reason_code     LowCardinality(String) comment 'Why it failed last, code in deploy/runbook.md; empty otherwise',
    error           String                 comment 'What the other side said last; empty unless it failed',
    first_at        DateTime64(3, 'UTC')   comment 'When it was first tried',
    recorded_at     DateTime64(3, 'UTC')   comment 'When it came into this state; of sent, when it was sent'
)
as
select
    channel,
    receiver,
    alert_id,
    event_number,
    occasion,
    newest.1 as idempotency_key,
    newest.2 as state,
    newest.3 as attempt,
    newest.4 as message_id,
    newest.5 as reason_code,
    newest.6 as error,
    first_at,
    last_at as recorded_at
from
(
    select
        channel,
        receiver,
        alert_id,
        event_number,
        occasion,
        argMax(
            (idempotency_key, state, attempt, message_id, reason_code, error),
            (attempt, state != 'sending', recorded_at)
        ) as newest,
        min(recorded_at) as first_at,
        max(recorded_at) as last_at
    from fct_delivery
    where
        state != 'started'
        and recorded_at <= bw_as_of()
    group by
        channel,
        receiver,
        alert_id,
        event_number,
        occasion
)
comment 'One row per channel, receiver and event or occasion of an alert that was told or tried: how it stands.';
