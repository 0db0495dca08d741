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
-- Every figure of a series, by year and within the year by preference.
reported as (
    select
        o.indicator_code as indicator_code,
        o.area_code as area_code,
        o.sex as sex,
        o.age_group as age_group,
        o.residence as residence,
        o.category as category,
        arraySort(groupArray(tuple(
            o.period_year as year,
            o.source_code != i.agency_code as is_of_another,
            o.source_code as source_code,
            -toInt32(o.period_end) as days_before,
            o.value as value,
            o.numerator as numerator,
            o.denominator as denominator,
            o.obs_status as obs_status,
            o.version as version,
            o.unit_code as unit_code,
            o.lower_bound as lower_bound,
            o.upper_bound as upper_bound
        ))) as figures
    from core_observation as o
    left join core_indicator as i on i.indicator_code = o.indicator_code
    where o.freq = 'A'
    group by
        o.indicator_code,
        o.area_code,
        o.sex,
        o.age_group,
        o.residence,
        o.category
)
select
    indicator_code,
    area_code,
    toString(sex) as sex,
    age_group,
    toString(residence) as residence,
    category,
    arrayMap(
        f -> tuple(
            f.year as year,
            f.value as value,
            f.numerator as numerator,
            f.denominator as denominator,
            toString(f.obs_status) as obs_status,
            toString(f.source_code) as source_code,
            f.version as version,
            toString(f.unit_code) as unit_code,
            f.lower_bound as lower_bound,
            f.upper_bound as upper_bound
        ),
        arrayFilter(
            (f, year_before) -> f.year != year_before,
            figures,
            arrayPushFront(arrayPopBack(figures.year), 0)
        )
    ) as points
from reported
settings enable_named_columns_in_function_tuple = 1
comment 'One row per yearly series: an indicator in one area and breakdown, its points in order of year.';
