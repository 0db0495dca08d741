-- core_check
-- One row per validation rule and span of validity.
-- Reads   dim_check, dim_catalog
-- Method  Newest state of each entry recorded by the moment of the catalog shown
create or replace view core_check
(
    check_code  LowCardinality(String) comment 'Validation rule; view mart_check_<code> where it is held by a view',
    rule_number UInt8                  comment 'Its number, 1 to 18, as rejects give it; 0 is for what could not be read',
    version     UInt16                 comment 'Version of the rule, raised when it comes to find something else',
    name_zh     String                 comment 'Name, Chinese',
    name_en     String                 comment 'Name, English',
    class       LowCardinality(String) comment 'hard (强制性) or soft (核实性)',
    answer      LowCardinality(String) comment 'What closes a finding: correct (a new submission) or explain (words that are recorded)',
    place       LowCardinality(String) comment 'Where it is held: entry (while a file is read) or view',
    missing     LowCardinality(String) comment 'What a missing input means: skip (not run), compulsory_pair, exclusive_pair or none',
    valid_from  Date32                 comment 'First day it holds for',
    valid_to    Date32                 comment 'Last day it holds for',
    note        String                 comment 'Remark'
)
as
select
    check_code,
    rule_number,
    version,
    name_zh,
    name_en,
    class,
    answer,
    place,
    missing,
    valid_from,
    valid_to,
    note
from dim_check
where
    is_removed = 0
    and (check_code, valid_from, recorded_at) in (
        select
            check_code,
            valid_from,
            max(recorded_at)
        from dim_check
        where recorded_at <= (select max(recorded_at) from dim_catalog where recorded_at <= bw_as_of())
        group by check_code, valid_from
    )
comment 'One row per validation rule and span of validity.';
