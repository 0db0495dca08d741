-- core_age_group
-- One row per age group. Bands overlap: never add across them unless their bounds show that they do not.
-- Reads   dim_age_group, dim_catalog
-- Method  Newest state of each entry recorded by the moment of the catalog shown
create or replace view core_age_group
(
    age_group_code LowCardinality(String) comment 'SDMX CL_AGE code such as Y0T4',
    name_zh        String                 comment 'Name',
    name_en        String                 comment 'Name in English',
    lower_months   UInt16                 comment 'Youngest age in completed months, inclusive',
    upper_months   UInt16                 comment 'Age in months at which the band ends, exclusive; 65535 when it is open'
)
as
select
    age_group_code,
    name_zh,
    name_en,
    lower_months,
    upper_months
from dim_age_group
where
    is_removed = 0
    and (age_group_code, recorded_at) in (
        select
            age_group_code,
            max(recorded_at)
        from dim_age_group
        where recorded_at <= (select max(recorded_at) from dim_catalog where recorded_at <= bw_as_of())
        group by age_group_code
    )
comment 'One row per age group. Bands overlap: never add across them unless their bounds show that they do not.';
