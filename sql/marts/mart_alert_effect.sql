-- mart_alert_effect
-- One row per alert with measures and later year: what the figure did after the measures.
-- Reads   mart_alert, mart_alert_case, core_indicator, mart_indicator_yearly
-- Method  The figure of the year that the alert spoke of when measures were decided is
--         the base; every later year of the same indicator, area and breakdown is held
--         against it. It says what followed, not what the measures caused
create or replace view mart_alert_effect
(
    alert_id       String                 comment 'Identity of the alert',
    indicator_code LowCardinality(String) comment 'Indicator that is followed',
    area_code      LowCardinality(String) comment 'Area',
    breakdown      LowCardinality(String) comment 'Breakdown as name=code, empty for the total',
    measures       String                 comment 'What was decided',
    measures_at    DateTime64(3, 'UTC')   comment 'When',
    base_year      UInt16                 comment 'Year that the alert spoke of then',
    base_value     Nullable(Float64)      comment 'Figure of that year as it stands, in unit_code',
    period_year    UInt16                 comment 'Later year',
    value          Nullable(Float64)      comment 'Its figure, in unit_code',
    change_value   Nullable(Float64)      comment 'value - base_value',
    movement       LowCardinality(String) comment 'better, worse, same, or unclear where the indicator has no good side or a figure is missing',
    unit_code      LowCardinality(String) comment 'Unit of the figures'
)
as
with
decided as (
    select
        m.alert_id as alert_id,
        m.indicator_code as indicator_code,
        m.area_code as area_code,
        m.breakdown as breakdown,
        c.measures as measures,
        assumeNotNull(c.measures_at) as measures_at,
        c.base_year as base_year,
        i.polarity as polarity,
        [
            regexpExtract(m.breakdown, '(?:^|;)sex=([^;]*)'),
            regexpExtract(m.breakdown, '(?:^|;)age_group=([^;]*)'),
            regexpExtract(m.breakdown, '(?:^|;)residence=([^;]*)'),
            regexpExtract(m.breakdown, '(?:^|;)category=([^;]*)')
        ] as parts
    from mart_alert as m
    inner join mart_alert_case as c on c.alert_id = m.alert_id
    left join core_indicator as i on i.indicator_code = m.indicator_code
    where
        isNotNull(c.measures_at)
        and m.indicator_code != ''
),
figure as (
    select
        indicator_code,
        area_code,
        sex,
        age_group,
        residence,
        category,
        period_year,
        value,
        unit_code
    from mart_indicator_yearly
    where (indicator_code, area_code) in (select indicator_code, area_code from decided)
),
followed as (
    select
        d.alert_id as alert_id,
        d.indicator_code as indicator_code,
        d.area_code as area_code,
        d.breakdown as breakdown,
        d.measures as measures,
        d.measures_at as measures_at,
        d.base_year as base_year,
        d.polarity as polarity,
        f.period_year as period_year,
        f.value as value,
        f.unit_code as unit_code,
        anyIf(f.value, f.period_year = d.base_year) over (partition by d.alert_id) as base_value
    from decided as d
    inner join figure as f on
        f.indicator_code = d.indicator_code
        and f.area_code = d.area_code
        and f.sex = if(d.parts[1] = '', '_T', d.parts[1])
        and f.age_group = if(d.parts[2] = '', '_T', d.parts[2])
        and f.residence = if(d.parts[3] = '', '_T', d.parts[3])
        and f.category = if(d.parts[4] = '', '_T', d.parts[4])
)
select
    alert_id,
    indicator_code,
    area_code,
    breakdown,
    measures,
    measures_at,
    base_year,
    base_value,
    period_year,
    value,
    value - base_value as change_value,
    multiIf(
        isNull(change_value) or polarity = 0, 'unclear',
        change_value = 0, 'same',
        change_value * polarity > 0, 'better',
        'worse'
    ) as movement,
    unit_code
from followed
where period_year > base_year
comment 'One row per alert with measures and later year: what the figure did after the measures.';
