-- bw_as_of()
-- The moment that views answer for, in UTC: taken from the setting log_comment
-- when a query gives one there, otherwise the far future, which means the newest
-- committed state. log_comment is the one free text that every ClickHouse
-- carries with a query and through views, and it leaves the moment in query_log.
--
--     select … from mart_target_yearly settings log_comment = 'as_of=2025-03-01 00:00:00'
create or replace function bw_as_of as () ->
    parseDateTime64BestEffort(
        if(
            startsWith(getSetting('log_comment'), 'as_of='),
            substring(getSetting('log_comment'), 7),
            '2299-12-31 00:00:00'
        ),
        3,
        'UTC'
    );
