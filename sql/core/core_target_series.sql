-- core_target_series
-- One row per target and monitored area: what was measured, in the terms of the target.
-- Reads   core_target, core_plan, core_area, core_area_class, core_series, core_break
-- Method  A target held against another series is measured as the ratio or the
--         difference of the two in the same year. The floor of every street is
--         measured by the streets below the area, never by their mean
create or replace view core_target_series
(
    target_code    LowCardinality(String) comment 'Code in core_target',
    area_code      LowCardinality(String) comment 'Code in core_area',
    area_level     LowCardinality(String) comment 'district or street',
    start_year     UInt16                 comment 'First year of the plan',
    years          Array(UInt16)          comment 'Statistical years with a measured value, oldest first',
    measured       Array(Float64)         comment 'Measured values in the unit of the target, one for each of years',
    numerators     Array(Nullable(Float64)) comment 'Numerators, one for each of years',
    denominators   Array(Nullable(Float64)) comment 'Denominators, one for each of years',
    versions       Array(UInt64)          comment 'Batches that loaded the values, one for each of years',
    status_years   Array(UInt16)          comment 'Years in which the indicator was reported with or without a value',
    statuses       Array(String)          comment 'Observation status, one for each of status_years',
    break_years    Array(UInt16)          comment 'Years whose figure is marked as not comparable with those before',
    is_reference_missing UInt8            comment '1 when the indicator has values but the series it is held against has none in those years',
    is_stratum_empty UInt8                comment '1 when the target speaks of rural areas and the area has none',
    child_codes    Array(String)          comment 'Areas of the next level below that are monitored',
    child_years    Array(Array(UInt16))   comment 'Years with a value, for each of child_codes',
    child_values   Array(Array(Float64))  comment 'Values, for each of child_codes'
)
as
with
-- Monitored areas, each with those directly below it.
place as (
    select
        area.1 as area_code,
        area.3 as area_level,
        arraySort(arrayMap(a -> a.1, arrayFilter(a -> a.2 = area.1, areas))) as codes,
        arrayExists(a -> a.4 and (a.1 = area.1 or a.2 = area.1), areas) as has_rural
    from
    (
        select
            groupArray((
                toString(area_code),
                toString(parent_code),
                toString(level),
                area_code in (select area_code from core_area_class where residence != 'U')
            )) as areas
        from core_area
        where is_monitored = 1
    )
    array join areas as area
),
-- The series that a target needs in an area: its own, the one it is held
-- against, and for the floor of every street those of the streets.
need as (
    select
        t.target_code as target_code,
        a.area_code as area_code,
        a.area_level as area_level,
        p.start_year as start_year,
        t.reference_measure as measure,
        [toString(t.indicator_code), toString(t.reference_indicator_code)] as indicator_codes,
        t.residence as residence,
        t.age_group as age_group,
        t.residence = 'R' and not a.has_rural as is_stratum_empty,
        if(t.kind = 'per_area_floor' and t.area_level = 'street', a.codes, []) as child_codes,
        arrayConcat(
            if(t.reference_measure = '', ['own'], ['own', 'other']),
            arrayMap(code -> 'child', child_codes)
        ) as roles,
        arrayMap(
            (role, code) -> (
                code,
                toString(if(role = 'other', t.reference_indicator_code, t.indicator_code)),
                toString(if(role = 'other', t.reference_sex, t.sex)),
                toString(if(role = 'other', t.reference_category, t.category))
            ),
            roles,
            arrayConcat(
                if(t.reference_measure = '', [a.area_code], [a.area_code, a.area_code]),
                child_codes
            )
        ) as keys
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
        points
    from core_series
    where area_code in (select area_code from core_area where is_monitored = 1)
),
gathered as (
    select
        n.target_code as target_code,
        n.area_code as area_code,
        any(n.area_level) as area_level,
        any(n.start_year) as start_year,
        any(n.measure) as measure,
        any(n.indicator_codes) as indicator_codes,
        any(n.is_stratum_empty) as is_stratum_empty,
        groupArrayIf(s.points, role = 'own')[1] as points,
        groupArrayIf(s.points, role = 'other')[1] as other_points,
        arraySort(c -> c.1, groupArrayIf((key.1, s.points), role = 'child')) as children
    from need as n
    array join n.roles as role, n.keys as key
    left join series as s on
        s.area_code = key.1
        and s.indicator_code = key.2
        and s.sex = key.3
        and s.category = key.4
        and s.age_group = n.age_group
        and s.residence = n.residence
    group by
        n.target_code,
        n.area_code
),
-- The breaks that the catalog declares; there are few.
declared as (
    select groupArray((toString(indicator_code), toString(area_code), break_year)) as all_breaks
    from core_break
),
-- The points that can be measured: where the target is held against another
-- series, those of years that both have.
usable as (
    select
        target_code,
        area_code,
        area_level,
        start_year,
        measure,
        indicator_codes,
        is_stratum_empty,
        points,
        other_points,
        children,
        arrayFilter(
            p -> isNotNull(p.value) and not (measure = 'ratio' and p.value = 0),
            other_points
        ) as others,
        others.year as other_years,
        arrayMap(p -> assumeNotNull(p.value), others) as other_values,
        arrayFilter(
            p -> isNotNull(p.value) and (measure = '' or has(other_years, p.year)),
            points
        ) as kept
    from gathered
)
select
    target_code,
    area_code,
    area_level,
    start_year,
    kept.year as years,
    arrayMap(
        p -> multiIf(
            measure = 'ratio', assumeNotNull(p.value) / other_values[indexOf(other_years, p.year)],
            measure = 'difference',
                assumeNotNull(p.value) - other_values[indexOf(other_years, p.year)],
            assumeNotNull(p.value)
        ),
        kept
    ) as measured,
    if(measure = '', kept.numerator, arrayMap(p -> null, kept)) as numerators,
    if(measure = '', kept.denominator, arrayMap(p -> null, kept)) as denominators,
    kept.version as versions,
    points.year as status_years,
    points.obs_status as statuses,
    arrayConcat(
        arrayMap(
            p -> p.year,
            arrayFilter(p -> p.obs_status = 'B', arrayConcat(points, other_points))
        ),
        arrayMap(
            b -> b.3,
            arrayFilter(
                b -> has(indicator_codes, b.1) and b.2 in ('*', area_code),
                (select all_breaks from declared)
            )
        )
    ) as break_years,
    empty(kept) and arrayExists(p -> isNotNull(p.value), points) as is_reference_missing,
    is_stratum_empty,
    children.1 as child_codes,
    arrayMap(
        c -> arrayMap(p -> p.year, arrayFilter(p -> isNotNull(p.value), c.2)),
        children
    ) as child_years,
    arrayMap(
        c -> arrayMap(p -> assumeNotNull(p.value), arrayFilter(p -> isNotNull(p.value), c.2)),
        children
    ) as child_values
from usable
settings optimize_and_compare_chain = 0
comment 'One row per target and monitored area: what was measured, in the terms of the target.';
