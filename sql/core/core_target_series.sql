-- core_target_series
-- One row per target and monitored area: what was measured, in the terms of the target.
-- Reads   core_target, core_plan, core_area, core_area_class, core_series
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
area as (
    select
        a.area_code as area_code,
        a.parent_code as parent_code,
        a.area_code in (select area_code from core_area_class where residence != 'U') as has_rural
    from core_area as a
    where a.is_monitored = 1
),
children as (
    select
        parent_code,
        arraySort(groupArray(toString(area_code))) as codes,
        max(has_rural) as has_rural
    from area
    group by parent_code
),
place as (
    select
        a.area_code as area_code,
        k.codes as codes,
        greatest(a.has_rural, k.has_rural) as has_rural
    from area as a
    left join children as k on k.parent_code = a.area_code
),
-- The series that a target needs in an area: its own, the one it is held
-- against, and for the floor of every street those of the streets.
need as (
    select
        t.target_code as target_code,
        a.area_code as area_code,
        p.start_year as start_year,
        t.reference_measure as measure,
        t.residence as residence,
        t.age_group as age_group,
        t.residence = 'R' and not a.has_rural as is_stratum_empty,
        if(t.kind = 'per_area_floor' and t.area_level = 'street', a.codes, []) as child_codes,
        arrayConcat(
            [('own', toString(a.area_code), toString(t.indicator_code), toString(t.sex), toString(t.category))],
            if(t.reference_measure = '', [], [('other', toString(a.area_code), toString(t.reference_indicator_code), toString(t.reference_sex), toString(t.reference_category))]),
            arrayMap(code -> ('child', code, toString(t.indicator_code), toString(t.sex), toString(t.category)), child_codes)
        ) as parts
    from core_target as t
    inner join core_plan as p on p.plan_code = t.plan_code
    cross join place as a
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
gathered as (
    select
        n.target_code as target_code,
        n.area_code as area_code,
        any(n.start_year) as start_year,
        any(n.measure) as measure,
        any(n.is_stratum_empty) as is_stratum_empty,
        any(n.child_codes) as child_codes,
        anyIf(s.points, part.1 = 'own') as points,
        anyIf(s.valued, part.1 = 'own') as valued,
        anyIf(arrayMap(p -> p.year, s.valued), part.1 = 'other') as other_years,
        anyIf(arrayMap(p -> assumeNotNull(p.value), s.valued), part.1 = 'other') as other_values,
        groupArrayIf(part.2, part.1 = 'child') as reported_codes,
        groupArrayIf(arrayMap(p -> p.year, s.valued), part.1 = 'child') as reported_years,
        groupArrayIf(arrayMap(p -> assumeNotNull(p.value), s.valued), part.1 = 'child') as reported_values
    from need as n
    array join n.parts as part
    left join series as s on
        s.indicator_code = part.3
        and s.area_code = part.2
        and s.sex = part.4
        and s.category = part.5
        and s.age_group = n.age_group
        and s.residence = n.residence
    group by
        n.target_code,
        n.area_code
),
usable as (
    select
        target_code,
        area_code,
        start_year,
        measure,
        is_stratum_empty,
        child_codes,
        points,
        valued,
        other_years,
        other_values,
        reported_codes,
        reported_years,
        reported_values,
        arrayFilter(
            p -> measure = '' or (has(other_years, p.year) and not (measure = 'ratio' and other_values[indexOf(other_years, p.year)] = 0)),
            valued
        ) as kept
    from gathered
)
select
    target_code,
    area_code,
    start_year,
    kept.year as years,
    arrayMap(
        p -> multiIf(
            measure = 'ratio', assumeNotNull(p.value) / other_values[indexOf(other_years, p.year)],
            measure = 'difference', assumeNotNull(p.value) - other_values[indexOf(other_years, p.year)],
            assumeNotNull(p.value)
        ),
        kept
    ) as measured,
    if(measure = '', kept.numerator, arrayMap(p -> null, kept)) as numerators,
    if(measure = '', kept.denominator, arrayMap(p -> null, kept)) as denominators,
    kept.version as versions,
    points.year as status_years,
    points.obs_status as statuses,
    notEmpty(valued) and empty(kept) as is_reference_missing,
    is_stratum_empty,
    child_codes,
    arrayMap(code -> reported_years[indexOf(reported_codes, code)], child_codes) as child_years,
    arrayMap(code -> reported_values[indexOf(reported_codes, code)], child_codes) as child_values
from usable
comment 'One row per target and monitored area: what was measured, in the terms of the target.';
