-- core_expected_cell
-- One row per figure that a form must bring: what completeness and 缺项 are counted against.
-- Reads   dim_expected_cell, dim_catalog
-- Method  Newest state of each entry recorded by the moment of the catalog shown
create or replace view core_expected_cell
(
    form_code      LowCardinality(String) comment 'Form that brings it',
    indicator_code LowCardinality(String) comment 'Code in dim_indicator',
    sex            LowCardinality(String) comment 'SDMX CL_SEX',
    age_group      LowCardinality(String) comment 'Code in dim_age_group',
    residence      LowCardinality(String) comment 'SDMX CL_RESIDENCE',
    category       LowCardinality(String) comment 'Further breakdown, _T when none',
    area_level     LowCardinality(String) comment 'district or street: one figure for each area of that level'
)
as
select
    form_code,
    indicator_code,
    sex,
    age_group,
    residence,
    category,
    area_level
from dim_expected_cell
where
    is_removed = 0
    and (form_code, indicator_code, sex, age_group, residence, category, area_level, recorded_at) in (
        select
            form_code,
            indicator_code,
            sex,
            age_group,
            residence,
            category,
            area_level,
            max(recorded_at)
        from dim_expected_cell
        where recorded_at <= (select max(recorded_at) from dim_catalog where recorded_at <= bw_as_of())
        group by form_code, indicator_code, sex, age_group, residence, category, area_level
    )
comment 'One row per figure that a form must bring: what completeness and 缺项 are counted against.';
