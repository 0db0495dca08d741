-- core_threshold
-- One row per parameter of a rule, span of validity. No rule holds a number of its own.
-- Reads   dim_threshold, dim_catalog
-- Method  Newest state of each entry recorded by the moment of the catalog shown
create or replace view core_threshold
(
    threshold_code LowCardinality(String) comment 'Parameter, such as verdict_on_track_min_l',
    value          Float64                comment 'Value in unit_code',
    unit_code      LowCardinality(String) comment 'Unit, empty for a pure number',
    valid_from     Date32                 comment 'First day it holds for, by the end of the statistical year',
    valid_to       Date32                 comment 'Last day it holds for',
    decided_by     String                 comment 'Who approved it; empty while it is a proposal',
    note           String                 comment 'What it does and where the number comes from'
)
as
select
    threshold_code,
    value,
    unit_code,
    valid_from,
    valid_to,
    decided_by,
    note
from dim_threshold
where
    is_removed = 0
    and (threshold_code, valid_from, recorded_at) in (
        select
            threshold_code,
            valid_from,
            max(recorded_at)
        from dim_threshold
        where recorded_at <= (select max(recorded_at) from dim_catalog where recorded_at <= bw_as_of())
        group by threshold_code, valid_from
    )
comment 'One row per parameter of a rule, span of validity. No rule holds a number of its own.';
