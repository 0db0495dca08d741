-- core_sum
-- One row per part of a sum: which indicators are parts of others, by what the forms say.
-- Reads   dim_sum, dim_catalog
-- Method  Newest state of each entry recorded by the moment of the catalog shown
create or replace view core_sum
(
    form_code  LowCardinality(String) comment 'Form that says so',
    sum_number UInt8                  comment 'Which of the sums of the form, from 1',
    whole_code LowCardinality(String) comment 'Indicator that is the whole',
    part_code  LowCardinality(String) comment 'Indicator that is a part of it',
    kind       LowCardinality(String) comment 'sum: the parts make the whole; subset: each part is at most the whole'
)
as
select
    form_code,
    sum_number,
    whole_code,
    part_code,
    kind
from dim_sum
where
    is_removed = 0
    and (form_code, sum_number, whole_code, part_code, recorded_at) in (
        select
            form_code,
            sum_number,
            whole_code,
            part_code,
            max(recorded_at)
        from dim_sum
        where recorded_at <= (select max(recorded_at) from dim_catalog where recorded_at <= bw_as_of())
        group by form_code, sum_number, whole_code, part_code
    )
comment 'One row per part of a sum: which indicators are parts of others, by what the forms say.';
