-- core_point
-- One row per yearly figure that has a value: its interval, and since when it can be compared.
-- Reads   core_series, core_indicator, core_break
-- Method  95 % interval of a proportion by Wilson (1927), of a rate exact Poisson below 10
--         events and Byar's from 10 on, both from numerator and denominator; other
--         measures have none. A figure with status B, and the year of a core_break,
--         begin a new stretch: nothing is compared across it
create or replace view core_point
(
    indicator_code  LowCardinality(String) comment 'Code in core_indicator, or publisher:code',
    area_code       LowCardinality(String) comment 'Code in core_area',
    sex             String                 comment 'SDMX CL_SEX',
    age_group       LowCardinality(String) comment 'SDMX CL_AGE',
    residence       String                 comment 'SDMX CL_RESIDENCE',
    category        LowCardinality(String) comment 'Further breakdown, _T when none',
    period_year     UInt16                 comment 'Statistical year',
    value           Float64                comment 'Figure in unit_code',
    numerator       Nullable(Float64)      comment 'Events or persons counted',
    denominator     Nullable(Float64)      comment 'Population or total the numerator belongs to',
    value_lower     Nullable(Float64)      comment 'Lower end of the 95 % interval; null where the measure or missing counts allow none',
    value_upper     Nullable(Float64)      comment 'Upper end of it',
    unit_code       LowCardinality(String) comment 'Unit of value',
    comparable_from UInt16                 comment 'First year of the stretch without a break that the figure belongs to; 0 when there is no break before it',
    obs_status      LowCardinality(String) comment 'SDMX CL_OBS_STATUS',
    data_version    UInt64                 comment 'Batch that loaded the figure, key of core_commit'
)
as
with
break_of as (
    select
        indicator_code,
        groupArray((toString(area_code), break_year)) as breaks
    from core_break
    group by indicator_code
),
point as (
    select
        s.indicator_code as indicator_code,
        s.area_code as area_code,
        s.sex as sex,
        s.age_group as age_group,
        s.residence as residence,
        s.category as category,
        p,
        i.measure = 'proportion' as is_proportion,
        i.measure = 'rate' as is_rate,
        i.multiplier as multiplier,
        arrayConcat(
            arrayMap(b -> b.2, arrayFilter(b -> b.1 in ('*', s.area_code), k.breaks)),
            arrayMap(b -> b.year, arrayFilter(b -> b.obs_status = 'B', s.points))
        ) as break_years
    from core_series as s
    left join core_indicator as i on i.indicator_code = s.indicator_code
    left join break_of as k on k.indicator_code = s.indicator_code
    array join s.points as p
    where isNotNull(p.value)
)
select
    indicator_code,
    area_code,
    sex,
    age_group,
    residence,
    category,
    p.year as period_year,
    assumeNotNull(p.value) as value,
    p.numerator as numerator,
    p.denominator as denominator,
    multiplier * multiIf(
        is_proportion, bw_wilson_lower(numerator, denominator),
        is_rate, bw_poisson_lower(numerator) / nullIf(denominator, 0),
        null
    ) as value_lower,
    multiplier * multiIf(
        is_proportion, bw_wilson_upper(numerator, denominator),
        is_rate, bw_poisson_upper(numerator) / nullIf(denominator, 0),
        null
    ) as value_upper,
    p.unit_code as unit_code,
    arrayMax(arrayMap(y -> if(y <= p.year, y, 0), break_years)) as comparable_from,
    p.obs_status as obs_status,
    p.version as data_version
from point
comment 'One row per yearly figure that has a value: its interval, and since when it can be compared.';
