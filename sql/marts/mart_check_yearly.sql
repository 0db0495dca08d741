-- mart_check_yearly
-- One row per validation rule and statistical year: how often it passed, failed and was not run.
-- Reads   mart_check, mart_check_entry, core_reject, core_commit, core_check
-- Method  Not run is counted by itself: a rule without its input says nothing about the
--         figure. Figures refused while a file was read are failures of their rule, in the
--         newest year that their file holds figures for
create or replace view mart_check_yearly
(
    check_code     LowCardinality(String)      comment 'Validation rule, code in core_check',
    rule_number    UInt8                       comment 'Its number',
    name_zh        String                      comment 'Its name, Chinese',
    name_en        String                      comment 'Its name, English',
    class          LowCardinality(String)      comment 'hard or soft',
    period_year    UInt16                      comment 'Statistical year',
    passed_count   UInt64                      comment 'Figures that passed',
    failed_count   UInt64                      comment 'Figures that failed',
    not_run_count  UInt64                      comment 'Figures for which an input was missing',
    not_run_reasons Map(String, UInt64)        comment 'These by what was missing'
)
as
with
held as (
    select
        check_code,
        period_year,
        result,
        reason
    from mart_check

    union all

    select
        check_code,
        period_year,
        result,
        reason
    from mart_check_entry
),
counted as (
    select
        check_code,
        period_year,
        countIf(result = 'passed') as passed,
        countIf(result = 'failed') as failed,
        countIf(result = 'not_run') as not_run,
        sumMapIf(map(toString(reason), toUInt64(1)), result = 'not_run') as reasons
    from held
    group by
        check_code,
        period_year

    union all

    select
        k.check_code as check_code,
        arrayMax(c.period_years) as period_year,
        0 as passed,
        count() as failed,
        0 as not_run,
        map() as reasons
    from core_reject as r
    inner join core_commit as c on c.version = r.version
    inner join core_check as k on k.rule_number = r.rule_number and k.place = 'entry'
    where notEmpty(c.period_years)
    group by
        k.check_code,
        period_year
)
select
    t.check_code as check_code,
    any(k.rule_number) as rule_number,
    any(k.name_zh) as name_zh,
    any(k.name_en) as name_en,
    any(k.class) as class,
    t.period_year as period_year,
    sum(t.passed) as passed_count,
    sum(t.failed) as failed_count,
    sum(t.not_run) as not_run_count,
    sumMap(t.reasons) as not_run_reasons
from counted as t
left join core_check as k on
    k.check_code = t.check_code
    and makeDate32(t.period_year, 12, 31) between k.valid_from and k.valid_to
group by
    t.check_code,
    t.period_year
comment 'One row per validation rule and statistical year: how often it passed, failed and was not run.';
