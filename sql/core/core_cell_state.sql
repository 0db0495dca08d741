-- core_cell_state
-- One row per figure that a submission which came must bring, and area: is it answered.
-- Reads   core_submission, core_commit, core_expected_cell, core_area, core_observation
-- Method  A cell is answered by a value, or by a status that says why there is none. One
--         that a complete form no longer holds was withdrawn, and is not answered
create or replace view core_cell_state
(
    form_code      LowCardinality(String) comment 'Form that must bring it',
    agency_code    LowCardinality(String) comment 'Agency that owes the form',
    period_year    UInt16                 comment 'Statistical year',
    indicator_code LowCardinality(String) comment 'Code in core_indicator',
    area_code      LowCardinality(String) comment 'Monitored area of the level that the form asks for',
    sex            LowCardinality(String) comment 'SDMX CL_SEX',
    age_group      LowCardinality(String) comment 'SDMX CL_AGE',
    residence      LowCardinality(String) comment 'SDMX CL_RESIDENCE',
    category       LowCardinality(String) comment 'Further breakdown, _T when none',
    is_answered    UInt8                  comment '1 when there is a value or a status that says why not',
    has_value      UInt8                  comment '1 when there is a value'
)
as
with
came as (
    select
        form_code,
        agency_code,
        period_year
    from core_submission
    where (form_code, period_year) in (
        select
            form_code,
            arrayJoin(period_years)
        from core_commit
        where loaded_count > 0
    )
),
given as (
    select
        form_code,
        period_year,
        indicator_code,
        area_code,
        toString(sex) as sex,
        age_group,
        toString(residence) as residence,
        category,
        1 as is_given,
        max(isNotNull(value)) as has_value
    from core_observation
    where area_code in (select area_code from core_area where is_monitored = 1)
    group by
        form_code,
        period_year,
        indicator_code,
        area_code,
        sex,
        age_group,
        residence,
        category
)
select
    s.form_code as form_code,
    s.agency_code as agency_code,
    s.period_year as period_year,
    e.indicator_code as indicator_code,
    a.area_code as area_code,
    e.sex as sex,
    e.age_group as age_group,
    e.residence as residence,
    e.category as category,
    g.is_given as is_answered,
    g.has_value as has_value
from came as s
inner join core_expected_cell as e on e.form_code = s.form_code
inner join core_area as a on a.level = e.area_level
left join given as g on
    g.form_code = s.form_code
    and g.period_year = s.period_year
    and g.indicator_code = e.indicator_code
    and g.area_code = a.area_code
    and g.sex = e.sex
    and g.age_group = e.age_group
    and g.residence = e.residence
    and g.category = e.category
where a.is_monitored = 1
comment 'One row per figure that a submission which came must bring, and area: is it answered.';
