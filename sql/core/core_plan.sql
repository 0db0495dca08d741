-- core_plan
-- One row per plan: the ten-year plans that are monitored.
-- Reads   dim_plan, dim_catalog
-- Method  Newest state of each entry recorded by the moment of the catalog shown
create or replace view core_plan
(
    plan_code     LowCardinality(String) comment 'women or children',
    name_zh       String                 comment 'Official title',
    name_en       String                 comment 'Title in English',
    area_code     LowCardinality(String) comment 'Area the plan is for, code in dim_area',
    document_code String                 comment 'Number of the document that issued it',
    issued_on     Date32                 comment 'Day of issue',
    baseline_year UInt16                 comment 'Year that progress is counted from',
    start_year    UInt16                 comment 'First year of the plan',
    midterm_year  UInt16                 comment 'Year of the mid-term evaluation',
    deadline_year UInt16                 comment 'Last year of the plan'
)
as
select
    plan_code,
    name_zh,
    name_en,
    area_code,
    document_code,
    issued_on,
    baseline_year,
    start_year,
    midterm_year,
    deadline_year
from dim_plan
where
    is_removed = 0
    and (plan_code, recorded_at) in (
        select
            plan_code,
            max(recorded_at)
        from dim_plan
        where recorded_at <= (select max(recorded_at) from dim_catalog where recorded_at <= bw_as_of())
        group by plan_code
    )
comment 'One row per plan: the ten-year plans that are monitored.';
