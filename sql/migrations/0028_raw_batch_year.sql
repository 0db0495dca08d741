create table raw_batch_year
(
    version     UInt64 comment 'Number of the batch',
    period_year UInt16 comment 'Statistical year of which the batch may write, change or withdraw figures'
)
engine = ReplacingMergeTree
order by (version, period_year)
comment 'One row per batch and statistical year, written before any figure of it: while the batch is not committed, views read such a year from the history.';
