create table fct_alert
(
    alert_id       String                 comment 'Identity: hash of rule, target or indicator, area and breakdown; the same across months',
    event_number   UInt64                 comment 'Place in the life of the alert, from 1',
    event          LowCardinality(String) comment 'opened, changed, seen, resolved or reopened',
    rule_code      LowCardinality(String) comment 'Rule that fires, the name of its view without alert_',
    target_code    LowCardinality(String) comment 'Target concerned, empty when the rule is about an indicator or a submission',
    indicator_code LowCardinality(String) comment 'Indicator concerned, empty when the rule is about a submission',
    area_code      LowCardinality(String) comment 'Area concerned',
    breakdown      LowCardinality(String) comment 'Sex, age, residence and category as name=code joined by ;  empty for the total',
    period_year    UInt16                 comment 'Statistical year that the alert speaks of',
    severity       LowCardinality(String) comment 'critical, warning or notice',
    observed_value Nullable(Float64)      comment 'Figure that made the rule fire',
    reference_value Nullable(Float64)     comment 'Figure it was held against',
    evidence       String                 comment 'All a person needs to recompute the alert, JSON',
    data_version   UInt64                 comment 'Newest committed batch the rule had read',
    message_zh     String                 comment 'One sentence for people, Chinese',
    message_en     String                 comment 'The same in English',
    evaluation_id  String                 comment 'Evaluation that saw it, key of raw_evaluation',
    recorded_at    DateTime64(3, 'UTC')   comment 'When the event was written'
)
engine = MergeTree
order by (alert_id, event_number, recorded_at)
comment 'One row per event in the life of an alert: the ledger. Append-only; read mart_alert for the present state.';
