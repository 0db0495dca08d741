create table raw_bookmark
(
    source_name   String                comment 'Source of the configuration',
    question      String                comment 'SHA-256 of what the source is asked for and how it is read; a source that is configured otherwise starts from the beginning',
    etag          String                comment 'ETag of the last answer of a web server, may be empty',
    last_modified String                comment 'Last-Modified of the last answer of a web server, may be empty',
    watermark     String                comment 'Greatest value of the watermark column of a query as the database writes it, or SHA-256 of the list of files on a server; may be empty',
    run_id        String                comment 'Run whose payloads were all loaded, key of raw_run',
    recorded_at   DateTime64(3, 'UTC')  comment 'When it was recorded, after the last commit of the run'
)
engine = MergeTree
order by (source_name, question, recorded_at)
comment 'One row per pull that moved on: how far a source has been read. Append-only; the newest row of a source and question counts.';
