-- mart_indicator_yearly
-- One row per indicator, area, breakdown and year: the figure, and its change on the year before.
-- Reads   core_series, core_indicator, core_area
-- Method  One source per figure, chosen as core_series says. Points of a year that
--         was reported without a value stay, with the status that says why
create or replace view mart_indicator_yearly
(
    indicator_code LowCardinality(String) comment 'Code in core_indicator, or publisher:code for a public series outside the catalog',
    name_zh        String                 comment 'Official name, empty outside the catalog',
    name_en        String                 comment 'Name in English, empty outside the catalog',
    area_code      LowCardinality(String) comment 'Code in core_area, or publisher:code',
    area_name_zh   String                 comment 'Name of the area, empty outside the catalog',
    sex            LowCardinality(String) comment 'SDMX CL_SEX; _T is both sexes',
    age_group      LowCardinality(String) comment 'SDMX CL_AGE; _T is all ages',
    residence      LowCardinality(String) comment 'SDMX CL_RESIDENCE; _T is urban and rural together',
    category       LowCardinality(String) comment 'Further breakdown, _T when none',
    period_year    UInt16                 comment 'Statistical year',
    value          Nullable(Float64)      comment 'Figure in unit_code; null only with a status that says why',
    numerator      Nullable(Float64)      comment 'Events or persons counted',
    denominator    Nullable(Float64)      comment 'Population or total the numerator belongs to',
    lower_bound    Nullable(Float64)      comment 'Lower end of the interval the publisher gives',
    upper_bound    Nullable(Float64)      comment 'Upper end of the interval the publisher gives',
    unit_code      LowCardinality(String) comment 'Unit of value',
    obs_status     LowCardinality(String) comment 'SDMX CL_OBS_STATUS',
    previous_value Nullable(Float64)      comment 'Figure of the year before, null when there is none',
    change_value   Nullable(Float64)      comment 'value - previous_value, in unit_code (percentage points for percentages)',
    change_percent Nullable(Float64)      comment 'Change in percent of previous_value, null when that is 0',
    source_code    LowCardinality(String) comment 'Agency or publisher that was believed',
    data_version   UInt64                 comment 'Batch that loaded the figure, key of core_commit'
)
as
with
point as (
    select
        indicator_code,
        area_code,
        sex,
        age_group,
        residence,
        category,
        p,
        if(before.1 = p.year - 1, before.2, null) as previous_value
    from core_series
    array join
        points as p,
        arrayPushFront(arrayPopBack(points), (0, null, null, null, '', '', 0, '', null, null)) as before
)
select
    point.indicator_code as indicator_code,
    i.name_zh as name_zh,
    i.name_en as name_en,
    point.area_code as area_code,
    a.name_zh as area_name_zh,
    point.sex as sex,
    point.age_group as age_group,
    point.residence as residence,
    point.category as category,
    p.year as period_year,
    p.value as value,
    p.numerator as numerator,
    p.denominator as denominator,
    p.lower_bound as lower_bound,
    p.upper_bound as upper_bound,
    p.unit_code as unit_code,
    p.obs_status as obs_status,
    point.previous_value as previous_value,
    p.value - point.previous_value as change_value,
    100 * (p.value - point.previous_value) / nullIf(abs(point.previous_value), 0) as change_percent,
    p.source_code as source_code,
    p.version as data_version
from point
left join core_indicator as i on i.indicator_code = point.indicator_code
left join core_area as a on a.area_code = point.area_code
comment 'One row per indicator, area, breakdown and year: the figure, and its change on the year before.';
