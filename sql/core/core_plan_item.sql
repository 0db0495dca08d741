-- core_plan_item
-- One row per numbered item: the 114 goals and 120 strategies, in the words of the plan.
-- Reads   dim_plan_item, dim_catalog
-- Method  Newest state of each entry recorded by the moment of the catalog shown
create or replace view core_plan_item
(
    item_code   LowCardinality(String) comment 'Code such as W-1-G03 for a goal or W-1-S04 for a strategy',
    domain_code LowCardinality(String) comment 'Code in dim_domain',
    section     LowCardinality(String) comment 'goal (主要目标) or strategy (策略措施)',
    item_number UInt8                  comment 'Number within the section',
    text_zh     String                 comment 'The whole item as printed',
    line_number UInt32                 comment 'Line of the plan text that ships with the catalog, from 1'
)
as
select
    item_code,
    domain_code,
    section,
    item_number,
    text_zh,
    line_number
from dim_plan_item
where
    is_removed = 0
    and (item_code, recorded_at) in (
        select
            item_code,
            max(recorded_at)
        from dim_plan_item
        where recorded_at <= (select max(recorded_at) from dim_catalog where recorded_at <= bw_as_of())
        group by item_code
    )
comment 'One row per numbered item: the 114 goals and 120 strategies, in the words of the plan.';
