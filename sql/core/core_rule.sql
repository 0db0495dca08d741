-- core_rule
-- One row per rule of early warning, span of validity.
-- Reads   dim_rule, dim_catalog
-- Method  Newest state of each entry recorded by the moment of the catalog shown
create or replace view core_rule
(
    rule_code    LowCardinality(String)        comment 'Rule, the name of its view without alert_',
    name_zh      String                        comment 'Name, Chinese',
    name_en      String                        comment 'Name, English',
    muted_by     Array(String)                 comment 'Rules whose alert about the same thing mutes this one',
    budget_count UInt16                        comment 'Alerts a district may expect in a year before the rule is too loud',
    owner        String                        comment 'Who answers for it',
    is_enabled   UInt8                         comment '1 when the rule is evaluated',
    valid_from   Date32                        comment 'First day it holds for',
    valid_to     Date32                        comment 'Last day it holds for'
)
as
select
    rule_code,
    name_zh,
    name_en,
    muted_by,
    budget_count,
    owner,
    is_enabled,
    valid_from,
    valid_to
from dim_rule
where
    is_removed = 0
    and (rule_code, valid_from, recorded_at) in (
        select
            rule_code,
            valid_from,
            max(recorded_at)
        from dim_rule
        where recorded_at <= (select max(recorded_at) from dim_catalog where recorded_at <= bw_as_of())
        group by rule_code, valid_from
    )
comment 'One row per rule of early warning, span of validity.';
