-- core_silence
-- One row per silence: what people are not told of, until when, why and by whom.
-- Reads   fct_silence_event
-- Method  The newest event by the moment asked for; who set it is of the first
create or replace view core_silence
(
    silence_id     String                 comment 'Identity of the silence',
    event_count    UInt64                 comment 'Events in its life so far',
    alert_id       String                 comment 'Only this alert, empty for any',
    rule_code      LowCardinality(String) comment 'Only this rule, empty for any',
    target_code    LowCardinality(String) comment 'Only this target, empty for any',
    indicator_code LowCardinality(String) comment 'Only this indicator, empty for any',
    area_code      LowCardinality(String) comment 'Only this area, empty for any',
    agency_code    LowCardinality(String) comment 'Only what this agency answers for, empty for any',
    severity       LowCardinality(String) comment 'Only this severity, empty for any',
    starts_at      DateTime64(3, 'UTC')   comment 'When it begins',
    ends_at        DateTime64(3, 'UTC')   comment 'When it ends; when somebody ended it, that moment',
    reason         String                 comment 'Why nobody is told, as last given',
    set_by         String                 comment 'Who set it',
    set_at         DateTime64(3, 'UTC')   comment 'When it was set',
    changed_by     String                 comment 'Who changed it last',
    is_cut_short   UInt8                  comment '1 when somebody ended it before its time'
)
as
select
    silence_id,
    event_count,
    newest.1 as alert_id,
    newest.2 as rule_code,
    newest.3 as target_code,
    newest.4 as indicator_code,
    newest.5 as area_code,
    newest.6 as agency_code,
    newest.7 as severity,
    newest.8 as starts_at,
    newest.9 as ends_at,
    newest.10 as reason,
    set_by,
    set_at,
    newest.11 as changed_by,
    newest.12 = 'ended' as is_cut_short
from
(
    select
        silence_id,
        max(event_number) as event_count,
        argMax(
            (
                alert_id,
                rule_code,
                target_code,
                indicator_code,
                area_code,
                agency_code,
                severity,
                starts_at,
                ends_at,
                reason,
                recorded_by,
                event
            ),
            (event_number, recorded_at)
        ) as newest,
        argMin(recorded_by, event_number) as set_by,
        min(recorded_at) as set_at
    from fct_silence_event
    where recorded_at <= bw_as_of()
    group by silence_id
)
comment 'One row per silence: what people are not told of, until when, why and by whom.';
