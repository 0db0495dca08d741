-- A run that could not pull its source says why in a code that the runbook has a heading for.
alter table raw_run
    add column reason_code LowCardinality(String) comment 'Why the source could not be pulled as a whole, code in deploy/runbook.md; empty otherwise' after message;
