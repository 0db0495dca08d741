create table raw_evaluation
(
    evaluation_id String               comment 'Unique identifier of the evaluation',
    run_id        String               comment 'Run that evaluated, key of raw_run',
    on_date       Date32               comment 'Day for which due dates were judged, in the time zone of the bureau',
    opened_count  UInt64               comment 'Alerts opened',
    closed_count  UInt64               comment 'Alerts that no longer fire',
    open_count    UInt64               comment 'Alerts open afterwards',
    evaluated_at  DateTime64(3, 'UTC') comment 'When the alert views were read'
)
engine = MergeTree
order by (evaluated_at, evaluation_id)
comment 'One row per evaluation of the alert rules. Views take the day from here, because no view reads the clock.';
