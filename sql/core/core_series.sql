-- core_series
-- One row per yearly series: an indicator in one area and breakdown, its points in order of year.
-- Reads   core_observation, core_indicator
-- Method  Where several sources give one figure, the agency that answers for the
--         indicator is believed first, then the source first in the alphabet
create or replace view core_series
(
    indicator_code LowCardinality(String) comment 'Code in core_indicator, or publisher:code',
    area_code      LowCardinality(String) comment 'Code in core_area',
    sex            String                 comment 'SDMX CL_SEX',
    age_group      LowCardinality(String) comment 'SDMX CL_AGE',
    residence      String                 comment 'SDMX CL_RESIDENCE',
    category       LowCardinality(String) comment 'Further breakdown, _T when none',
    points         Array(Tuple(
        year UInt16,
        value Nullable(Float64),
        numerator Nullable(Float64),
        denominator Nullable(Float64),
        obs_status String,
        source_code String,
        version UInt64,
        unit_code String,
        lower_bound Nullable(Float64),
        upper_bound Nullable(Float64)
    )) comment 'One point per statistical year, oldest first; a point without value says why in obs_status'
)
as
with
chosen as (
    select
        o.indicator_code as indicator_code,
        o.area_code as area_code,
        o.sex as sex,
        o.age_group as age_group,
        o.residence as residence,
        o.category as category,
        o.period_year as period_year,
        argMin(
            (o.value, o.numerator, o.denominator, o.obs_status, o.source_code, o.version, o.unit_code, o.lower_bound, o.upper_bound),
            (o.source_code != i.agency_code, o.source_code, -toInt32(o.period_end))
        ) as point
    from core_observation as o
    left join core_indicator as i on i.indicator_code = o.indicator_code
    where o.freq = 'A'
    group by
        o.indicator_code,
        o.area_code,
        o.sex,
        o.age_group,
        o.residence,
        o.category,
        o.period_year
)
select
    indicator_code,
    area_code,
    toString(sex) as sex,
    age_group,
    toString(residence) as residence,
    category,
    arraySort(groupArray((period_year, point.1, point.2, point.3, point.4, point.5, point.6, point.7, point.8, point.9))) as points
from chosen
group by
    indicator_code,
    area_code,
    sex,
    age_group,
    residence,
    category
comment 'One row per yearly series: an indicator in one area and breakdown, its points in order of year.';
