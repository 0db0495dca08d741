-- core_target_series
-- One row per target and monitored area: what was measured, in the terms of the target.
-- Reads   core_target, core_plan, core_indicator, core_area, core_area_class, core_series
-- Method  A target held against another series is measured as the ratio or the
--         difference of the two in the same year. The floor of every street is
--         measured by the streets below the area, never by their mean
create or replace view core_target_series
(
    target_code    LowCardinality(String) comment 'Code in core_target',
    area_code      LowCardinality(String) comment 'Code in core_area',
    start_year     UInt16                 comment 'First year of the plan',
    years          Array(UInt16)          comment 'Statistical years with a measured value, oldest first',
    measured       Array(Float64)         comment 'Measured values in the unit of the target, one for each of years',
    numerators     Array(Nullable(Float64)) comment 'Numerators, one for each of years',
    denominators   Array(Nullable(Float64)) comment 'Denominators, one for each of years',
    versions       Array(UInt64)          comment 'Batches that loaded the values, one for each of years',
    status_years   Array(UInt16)          comment 'Years in which the indicator was reported with or without a value',
    statuses       Array(String)          comment 'Observation status, one for each of status_years',
    is_reference_missing UInt8            comment '1 when the indicator has values but the series it is held against has none in those years',
    is_stratum_empty UInt8                comment '1 when the target speaks of rural areas and the area has none',
    child_codes    Array(String)          comment 'Areas of the next level below that are monitored',
    child_years    Array(Array(UInt16))   comment 'Years with a value, for each of child_codes',
    child_values   Array(Array(Float64))  comment 'Values, for each of child_codes'
)
as
with
target as (
    select
        t.target_code as target_code,
        t.indicator_code as indicator_code,
        t.sex as sex,
        t.age_group as age_group,
        t.residence as residence,
        t.category as category,
        t.kind as kind,
        t.area_level as area_level,
        t.reference_indicator_code as reference_indicator_code,
        t.reference_sex as reference_sex,
        t.reference_category as reference_category,
        t.reference_measure as reference_measure,
        p.start_year as start_year
    from core_target as t
    inner join core_plan as p on p.plan_code = t.plan_code
),
area as (
    select
        area_code,
        parent_code,
        level
    from core_area
    where is_monitored = 1
),
rural as (
    select distinct area_code
    from core_area_class
    where residence != 'U'
),
series as (
    select
        indicator_code,
        area_code,
        sex,
        age_group,
        residence,
        category,
        points,
        arrayFilter(p -> isNotNull(p.value), points) as valued
    from core_series
    where area_code in (select area_code from area)
),
child as (
    select
        a.parent_code as parent_code,
        s.indicator_code as indicator_code,
        s.sex as sex,
        s.age_group as age_group,
        s.residence as residence,
        s.category as category,
        groupArray(a.area_code) as codes,
        groupArray(arrayMap(p -> p.year, s.valued)) as years,
        groupArray(arrayMap(p -> assumeNotNull(p.value), s.valued)) as measured
    from area as a
    inner join series as s on s.area_code = a.area_code
    group by
        a.parent_code,
        s.indicator_code,
        s.sex,
        s.age_group,
        s.residence,
        s.category
),
children as (
    select
        parent_code,
        arraySort(groupArray(toString(area_code))) as codes,
        max(area_code in (select area_code from rural)) as has_rural
    from area
    group by parent_code
),
joined as (
    select
        t.target_code as target_code,
        a.area_code as area_code,
        t.start_year as start_year,
        t.reference_measure as measure,
        own.points as points,
        own.valued as valued,
        arrayMap(p -> p.year, other.valued) as other_years,
        arrayMap(p -> assumeNotNull(p.value), other.valued) as other_values,
        arrayFilter(
            p -> t.reference_measure = '' or has(other_years, p.year) and not (t.reference_measure = 'ratio' and other_values[indexOf(other_years, p.year)] = 0),
            valued
        ) as usable,
        t.residence = 'R' and (if(empty(k.codes), a.area_code not in (select area_code from rural), k.has_rural = 0)) as is_stratum_empty,
        if(t.kind = 'per_area_floor' and t.area_level = 'street', k.codes, []) as child_codes,
        c.codes as reported_codes,
        c.years as reported_years,
        c.measured as reported_values
    from target as t
    cross join area as a
    left join series as own on
        own.indicator_code = t.indicator_code
        and own.area_code = a.area_code
        and own.sex = t.sex
        and own.age_group = t.age_group
        and own.residence = t.residence
        and own.category = t.category
    left join series as other on
        other.indicator_code = t.reference_indicator_code
        and other.area_code = a.area_code
        and other.sex = t.reference_sex
        and other.age_group = t.age_group
        and other.residence = t.residence
        and other.category = t.reference_category
    left join children as k on k.parent_code = a.area_code
    left join child as c on
        c.parent_code = a.area_code
        and c.indicator_code = t.indicator_code
        and c.sex = t.sex
        and c.age_group = t.age_group
        and c.residence = t.residence
        and c.category = t.category
)
select
    target_code,
    area_code,
    start_year,
    arrayMap(p -> p.year, usable) as years,
    arrayMap(
        p -> multiIf(
            measure = 'ratio', assumeNotNull(p.value) / other_values[indexOf(other_years, p.year)],
            measure = 'difference', assumeNotNull(p.value) - other_values[indexOf(other_years, p.year)],
            assumeNotNull(p.value)
        ),
        usable
    ) as measured,
    arrayMap(p -> if(measure = '', p.numerator, null), usable) as numerators,
    arrayMap(p -> if(measure = '', p.denominator, null), usable) as denominators,
    arrayMap(p -> p.version, usable) as versions,
    arrayMap(p -> p.year, points) as status_years,
    arrayMap(p -> p.obs_status, points) as statuses,
    notEmpty(valued) and empty(usable) as is_reference_missing,
    is_stratum_empty,
    child_codes,
    arrayMap(code -> reported_years[indexOf(reported_codes, code)], child_codes) as child_years,
    arrayMap(code -> reported_values[indexOf(reported_codes, code)], child_codes) as child_values
from joined
comment 'One row per target and monitored area: what was measured, in the terms of the target.';
