-- mart_alert_case
-- One row per alert that was ever opened: how far people have dealt with it.
-- Reads   mart_alert, core_alert_event, core_alert_act, core_moment
-- Method  A closed case begins anew when its alert comes back, gets graver or speaks
--         of a later year than at the closing; an alert that resolves and comes back
--         before it was closed keeps its case. Of each step the newest act of the
--         present round counts. The stage is the furthest step taken
create or replace view mart_alert_case
(
    alert_id        String                 comment 'Identity of the alert',
    stage           LowCardinality(String) comment 'new, acknowledged, assigned, verified, assessed, measures or closed: code list ALERT_STAGE',
    round_number    UInt64                 comment 'Which time the case is dealt with, from 1',
    agency_code     LowCardinality(String) comment 'Agency it is assigned to, empty before',
    due_date        Nullable(Date32)       comment 'Day by which that agency has to have dealt with it',
    is_overdue      UInt8                  comment '1 when that day is over, by the day of the newest evaluation, and neither is it closed nor has the alert resolved',
    acknowledged_by String                 comment 'Who acknowledged it, empty when nobody did',
    acknowledged_at Nullable(DateTime64(3, 'UTC')) comment 'When',
    assigned_by     String                 comment 'Who assigned it',
    assigned_at     Nullable(DateTime64(3, 'UTC')) comment 'When',
    assigned_note   String                 comment 'What was written then',
    verification    LowCardinality(String) comment 'real, data_error or known: code list VERIFICATION; empty before',
    verified_by     String                 comment 'Who verified it',
    verified_at     Nullable(DateTime64(3, 'UTC')) comment 'When',
    verified_note   String                 comment 'What was found',
    assessment      String                 comment 'What the alert means, empty before it was assessed',
    assessed_by     String                 comment 'Who assessed it',
    assessed_at     Nullable(DateTime64(3, 'UTC')) comment 'When',
    measures        String                 comment 'What is done about it, empty before measures were decided',
    measures_by     String                 comment 'Who decided them',
    measures_at     Nullable(DateTime64(3, 'UTC')) comment 'When',
    base_year       UInt16                 comment 'Year that the alert spoke of then, 0 before: later figures are held against it',
    outcome         LowCardinality(String) comment 'How it ended: code list ALERT_OUTCOME; empty before it is closed',
    closing         String                 comment 'Text of the closing',
    closed_by       String                 comment 'Who closed it',
    closed_at       Nullable(DateTime64(3, 'UTC')) comment 'When',
    reopened_at     Nullable(DateTime64(3, 'UTC')) comment 'When the case began anew after it was closed; null in the first round, and once it is closed again',
    escalated_at    Nullable(DateTime64(3, 'UTC')) comment 'When the alert last got graver, null when it never did',
    last_seen_at    DateTime64(3, 'UTC')   comment 'Newest evaluation at which the alert stood',
    act_count       UInt64                 comment 'What people did about it so far, in all rounds'
)
as
with
act as (
    select
        alert_id,
        act,
        event_number,
        severity,
        period_year,
        (act_number, recorded_at) as place,
        cast(
            (recorded_by, recorded_at, note, verdict, agency_code, due_date, period_year),
            'Tuple(who String, moment DateTime64(3, \'UTC\'), words String, verdict String, agency String, due Nullable(Date32), year UInt16)'
        ) as fact,
        round_number
    from core_alert_act
),
closing as (
    select
        alert_id,
        argMax(act = 'closed', place) as is_closed,
        argMaxIf(
            (event_number, indexOf(['notice', 'warning', 'critical'], severity), period_year), place, act = 'closed'
        ) as seen,
        count() as act_count,
        max(round_number) as round_number
    from act
    group by alert_id
),
again as (
    select
        e.alert_id as alert_id,
        min(e.recorded_at) as reopened_at
    from core_alert_event as e
    inner join closing as c on c.alert_id = e.alert_id
    where
        c.seen.1 > 0
        and e.event_number > c.seen.1
        and (
            e.event = 'reopened'
            or (e.event != 'resolved' and indexOf(['notice', 'warning', 'critical'], e.severity) > c.seen.2)
            or (e.event != 'resolved' and e.period_year > c.seen.3)
        )
    group by e.alert_id
),
present as (
    select
        c.alert_id as alert_id,
        c.act_count as act_count,
        c.round_number + (c.is_closed and a.alert_id != '') as round_number,
        if(a.alert_id != '', a.reopened_at, null) as reopened_at
    from closing as c
    left join again as a on a.alert_id = c.alert_id
),
step as (
    select
        alert_id,
        argMaxIf(fact, place, act = 'acknowledged') as acknowledged,
        argMaxIf(fact, place, act = 'assigned') as assigned,
        argMaxIf(fact, place, act = 'verified') as verified,
        argMaxIf(fact, place, act = 'assessed') as assessed,
        argMaxIf(fact, place, act = 'measures') as measures,
        argMaxIf(fact, place, act = 'closed') as closed,
        max(indexOf(['acknowledged', 'assigned', 'verified', 'assessed', 'measures', 'closed'], act)) as furthest
    from act
    where (alert_id, round_number) in (select alert_id, round_number from present)
    group by alert_id
),
rise as (
    select
        alert_id,
        maxIf(recorded_at, rank > before and before > 0) as escalated_at
    from
    (
        select
            alert_id,
            recorded_at,
            indexOf(['notice', 'warning', 'critical'], severity) as rank,
            lagInFrame(indexOf(['notice', 'warning', 'critical'], severity), 1, 0) over (
                partition by alert_id order by event_number rows between unbounded preceding and current row
            ) as before
        from core_alert_event
        where event != 'resolved'
    )
    group by alert_id
)
select
    m.alert_id as alert_id,
    ['new', 'acknowledged', 'assigned', 'verified', 'assessed', 'measures', 'closed'][s.furthest + 1] as stage,
    greatest(p.round_number, 1) as round_number,
    s.assigned.agency as agency_code,
    s.assigned.due as due_date,
    ifNull(
        s.assigned.due < assumeNotNull((select on_date from core_moment)) and s.furthest < 6 and m.state != 'resolved',
        0
    ) as is_overdue,
    s.acknowledged.who as acknowledged_by,
    if(s.acknowledged.who = '', null, s.acknowledged.moment) as acknowledged_at,
    s.assigned.who as assigned_by,
    if(s.assigned.who = '', null, s.assigned.moment) as assigned_at,
    s.assigned.words as assigned_note,
    s.verified.verdict as verification,
    s.verified.who as verified_by,
    if(s.verified.who = '', null, s.verified.moment) as verified_at,
    s.verified.words as verified_note,
    s.assessed.words as assessment,
    s.assessed.who as assessed_by,
    if(s.assessed.who = '', null, s.assessed.moment) as assessed_at,
    s.measures.words as measures,
    s.measures.who as measures_by,
    if(s.measures.who = '', null, s.measures.moment) as measures_at,
    s.measures.year as base_year,
    s.closed.verdict as outcome,
    s.closed.words as closing,
    s.closed.who as closed_by,
    if(s.closed.who = '', null, s.closed.moment) as closed_at,
    p.reopened_at as reopened_at,
    if(r.escalated_at > toDateTime64(0, 3, 'UTC'), r.escalated_at, null) as escalated_at,
    if(
        m.state = 'resolved',
        m.changed_at,
        greatest(
            m.changed_at,
            assumeNotNull((select evaluated_at from core_moment))
        )
    ) as last_seen_at,
    p.act_count as act_count
from mart_alert as m
left join present as p on p.alert_id = m.alert_id
left join step as s on s.alert_id = m.alert_id
left join rise as r on r.alert_id = m.alert_id
comment 'One row per alert that was ever opened: how far people have dealt with it.';
