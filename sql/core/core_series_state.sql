-- core_series_state
-- One row per series of a monitored area: the newest year with a value, and whether that is recent.
-- Reads   core_point, core_indicator, core_area, core_threshold_yearly
-- Method  Agencies report at different times, so each series has its own newest year. It
--         is recent for as many years as a value gives a colour (verdict_stale_years); a
--         survey and what moves only at elections is so only in the newest year of all
create or replace view core_series_state
(
    indicator_code LowCardinality(String) comment 'Code in core_indicator',
    area_code      LowCardinality(String) comment 'Code in core_area',
    sex            String                 comment 'SDMX CL_SEX',
    age_group      LowCardinality(String) comment 'SDMX CL_AGE',
    residence      String                 comment 'SDMX CL_RESIDENCE',
    category       LowCardinality(String) comment 'Further breakdown, _T when none',
    newest_year    UInt16                 comment 'Newest statistical year with a value',
    is_recent      UInt8                  comment '1 when a warning about that year is of use today'
)
as
with
newest as (
    select
        indicator_code,
        area_code,
        sex,
        age_group,
        residence,
        category,
        max(period_year) as newest_year
    from core_point
    where area_code in (select area_code from core_area where is_monitored = 1)
    group by
        indicator_code,
        area_code,
        sex,
        age_group,
        residence,
        category
),
aged as (
    select
        *,
        max(newest_year) over () as last_year
    from newest
)
select
    a.indicator_code as indicator_code,
    a.area_code as area_code,
    a.sex as sex,
    a.age_group as age_group,
    a.residence as residence,
    a.category as category,
    a.newest_year as newest_year,
    if(
        i.data_kind in ('survey', 'term'),
        a.newest_year = a.last_year,
        coalesce(a.last_year - a.newest_year <= t.bounds['verdict_stale_years'], 0)
    ) as is_recent
from aged as a
left join core_indicator as i on i.indicator_code = a.indicator_code
left join core_threshold_yearly as t on t.period_year = a.last_year
comment 'One row per series of a monitored area: the newest year with a value, and whether that is recent.';
