-- mart_alert
-- One row per alert that was ever opened: how it stands by the moment asked for.
-- Reads   fct_alert
-- Method  The last event of each identity; identity is rule, target or indicator,
--         area and breakdown, and stays the same across months
create or replace view mart_alert
(
    alert_id        String                 comment 'Identity of the alert',
    state           LowCardinality(String) comment 'open, muted (another alert explains it) or resolved',
    rule_code       LowCardinality(String) comment 'Rule that fires, the name of its view without alert_',
    severity        LowCardinality(String) comment 'critical, warning or notice',
    target_code     LowCardinality(String) comment 'Target concerned, empty when the rule is about an indicator or a submission',
    indicator_code  LowCardinality(String) comment 'Indicator concerned, empty when the rule is about a submission',
    area_code       LowCardinality(String) comment 'Area concerned',
    breakdown       LowCardinality(String) comment 'Breakdown concerned as name=code, empty for the total',
    period_year     UInt16                 comment 'Statistical year it speaks of',
    observed_value  Nullable(Float64)      comment 'Figure that made the rule fire',
    reference_value Nullable(Float64)      comment 'Figure it was held against',
    evidence        String                 comment 'All a person needs to recompute it, JSON',
    message_zh      String                 comment 'One sentence, Chinese',
    message_en      String                 comment 'One sentence, English',
    cause_zh        String                 comment 'What made the figure change, in parts that sum to the change, Chinese',
    cause_en        String                 comment 'The same in English',
    muted_by        String                 comment 'Alert that mutes this one, empty unless it is muted',
    opened_at       DateTime64(3, 'UTC')   comment 'When it was first opened, or first muted when it never was',
    changed_at      DateTime64(3, 'UTC')   comment 'When its state or figures last changed',
    event_count     UInt64                 comment 'Events in its life so far',
    data_version    UInt64                 comment 'Newest committed batch the rule had read'
)
as
select
    alert_id,
    if(newest.1 in ('resolved', 'muted'), newest.1, 'open') as state,
    newest.2 as rule_code,
    newest.3 as severity,
    newest.4 as target_code,
    newest.5 as indicator_code,
    newest.6 as area_code,
    newest.7 as breakdown,
    newest.8 as period_year,
    newest.9 as observed_value,
    newest.10 as reference_value,
    newest.11 as evidence,
    newest.12 as message_zh,
    newest.13 as message_en,
    newest.15 as cause_zh,
    newest.16 as cause_en,
    if(newest.1 = 'muted', newest.17, '') as muted_by,
    opened_at,
    changed_at,
    event_count,
    newest.14 as data_version
from
(
    select
        alert_id,
        argMax(
            (
                event,
                rule_code,
                severity,
                target_code,
                indicator_code,
                area_code,
                breakdown,
                period_year,
                observed_value,
                reference_value,
                evidence,
                message_zh,
                message_en,
                data_version,
                cause_zh,
                cause_en,
                muted_by
            ),
            event_number
        ) as newest,
        if(
            countIf(event != 'muted') = 0,
            min(recorded_at),
            minIf(recorded_at, event != 'muted')
        ) as opened_at,
        max(recorded_at) as changed_at,
        max(event_number) as event_count
    from fct_alert
    where recorded_at <= bw_as_of()
    group by alert_id
)
comment 'One row per alert that was ever opened: how it stands by the moment asked for.';
