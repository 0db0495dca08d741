-- How often each validation rule passed, failed and was not run.
select
    y.rule_number as rule_number,
    y.check_code as check_code,
    any(y.name_zh) as name_zh,
    any(y.name_en) as name_en,
    any(k.name_zh) as class_zh,
    any(k.name_en) as class_en,
    any(y.class) as class,
    sum(y.passed_count) as passed_count,
    sum(y.failed_count) as failed_count,
    sum(y.not_run_count) as not_run_count,
    arrayStringConcat(
        arrayMap(
            (reason, n) -> concat(reason, ' ', toString(n)),
            mapKeys(sumMap(y.not_run_reasons) as reasons),
            mapValues(reasons)
        ),
        ', '
    ) as not_run_reasons
from mart_check_yearly as y
left join core_code as k on k.list_code = 'CHECK_CLASS' and k.code = y.class
where {year:UInt16} = 0 or y.period_year = {year:UInt16}
group by
    y.rule_number,
    y.check_code
order by
    rule_number,
    check_code
