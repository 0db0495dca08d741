create table raw_current_year
(
    period_year UInt16 comment 'Statistical year that fct_observation_current holds',
    version     UInt64 comment 'Batch that was the first to revise a figure of the year; 0 when it was held from the start'
)
engine = ReplacingMergeTree(version)
order by period_year
comment 'One row per statistical year of which fct_observation_current holds the newest versions. The other years were never revised and are read from the history.';
