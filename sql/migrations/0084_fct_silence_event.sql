create table fct_silence_event
(
    silence_id     String                 comment 'Identity of the silence',
    event_number   UInt64                 comment 'Place in its life, from 1',
    event          LowCardinality(String) comment 'set, extended or ended',
    alert_id       String                 comment 'Only this alert, empty for any',
    rule_code      LowCardinality(String) comment 'Only this rule, empty for any',
    target_code    LowCardinality(String) comment 'Only this target, empty for any',
    indicator_code LowCardinality(String) comment 'Only this indicator, empty for any',
    area_code      LowCardinality(String) comment 'Only this area, empty for any',
    agency_code    LowCardinality(String) comment 'Only what this agency answers for, empty for any',
    severity       LowCardinality(String) comment 'Only this severity, empty for any',
    starts_at      DateTime64(3, 'UTC')   comment 'When it begins',
    ends_at        DateTime64(3, 'UTC')   comment 'When it ends: every silence does',
    reason         String                 comment 'Why nobody is told',
    recorded_by    String                 comment 'Who set, extended or ended it',
    recorded_at    DateTime64(3, 'UTC')   comment 'When it was recorded'
)
engine = MergeTree
order by (silence_id, event_number, recorded_at)
comment 'One row per event in the life of a silence: what people are not told of, until when and why. Append-only; read core_silence for how each stands.';
