-- Every indicator that has figures or stands in the catalog.
select
    indicator_code,
    max(name_zh) as name_zh,
    max(has_data) as has_data
from
(
    select
        indicator_code,
        name_zh,
        0 as has_data
    from core_indicator
    union all
    select
        indicator_code,
        '' as name_zh,
        1 as has_data
    from core_series
    group by indicator_code
)
group by indicator_code
order by indicator_code
