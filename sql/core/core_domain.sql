-- core_domain
-- One row per domain: the fifteen fields of the two plans.
-- Reads   dim_domain, dim_catalog
-- Method  Newest state of each entry recorded by the moment of the catalog shown
create or replace view core_domain
(
    domain_code   LowCardinality(String) comment 'Plan letter and number, such as W-1',
    plan_code     LowCardinality(String) comment 'Code in dim_plan',
    domain_number UInt8                  comment 'Number within the plan',
    name_zh       String                 comment 'Name in the plan',
    name_en       String                 comment 'Name in English'
)
as
select
    domain_code,
    plan_code,
    domain_number,
    name_zh,
    name_en
from dim_domain
where
    is_removed = 0
    and (domain_code, recorded_at) in (
        select
            domain_code,
            max(recorded_at)
        from dim_domain
        where recorded_at <= (select max(recorded_at) from dim_catalog where recorded_at <= bw_as_of())
        group by domain_code
    )
comment 'One row per domain: the fifteen fields of the two plans.';
