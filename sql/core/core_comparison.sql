-- core_comparison
-- One row per figure of a comparison: which figures of which agencies count the same thing.
-- Reads   dim_comparison, dim_catalog
-- Method  Newest state of each entry recorded by the moment of the catalog shown
create or replace view core_comparison
(
    comparison_code   LowCardinality(String) comment 'Fact that several figures count',
    name_zh           String                 comment 'Its name, Chinese',
    name_en           String                 comment 'Its name, English',
    indicator_code    LowCardinality(String) comment 'Indicator that holds one of the figures',
    operand           LowCardinality(String) comment 'Which of its numbers: value, numerator or denominator',
    factor            Float64                comment 'Brings the number to the unit of the comparison',
    tolerance_percent Nullable(Float64)      comment 'Difference that is no finding; null stands for validation_source_difference_percent',
    note              String                 comment 'Whose figure it is, and of which year'
)
as
select
    comparison_code,
    name_zh,
    name_en,
    indicator_code,
    operand,
    factor,
    tolerance_percent,
    note
from dim_comparison
where
    is_removed = 0
    and (comparison_code, indicator_code, operand, recorded_at) in (
        select
            comparison_code,
            indicator_code,
            operand,
            max(recorded_at)
        from dim_comparison
        where recorded_at <= (select max(recorded_at) from dim_catalog where recorded_at <= bw_as_of())
        group by comparison_code, indicator_code, operand
    )
comment 'One row per figure of a comparison: which figures of which agencies count the same thing.';
