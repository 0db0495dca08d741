-- core_target
-- One row per monitorable target, with the sentence of the plan.
-- Reads   dim_target, dim_catalog
-- Method  Newest state of each entry recorded by the moment of the catalog shown
create or replace view core_target
(
    target_code              LowCardinality(String) comment 'Code such as W-1-G03-a; never changes',
    plan_code                LowCardinality(String) comment 'Code in dim_plan',
    domain_code              LowCardinality(String) comment 'Code in dim_domain',
    item_code                LowCardinality(String) comment 'Goal or strategy it stands in, code in dim_plan_item',
    section                  LowCardinality(String) comment 'goal or strategy',
    indicator_code           LowCardinality(String) comment 'Indicator that measures it, code in dim_indicator',
    name_zh                  String                 comment 'Short name',
    name_en                  String                 comment 'Short name in English',
    kind                     LowCardinality(String) comment 'at_least, at_most, about, equals, rise, fall, baseline_relative, relative_to_indicator, per_area_floor, milestone or qualitative',
    trend_rule               LowCardinality(String) comment 'net, yoy, steady or slope for rise and fall, else empty',
    mode                     LowCardinality(String) comment 'maintain (must hold every year) or reach (by the deadline)',
    value_origin             LowCardinality(String) comment 'printed (number in the text), implied (follows from the words) or none',
    target_value             Nullable(Float64)      comment 'Number to be met in unit_code; percent of change for baseline_relative; null without one',
    tolerance                Nullable(Float64)      comment 'Allowed distance of an about target, in unit_code',
    unit_code                LowCardinality(String) comment 'Unit of the target value',
    polarity                 Int8                   comment '1 higher is better, -1 lower is better, 0 parity or neither',
    sex                      LowCardinality(String) comment 'Sex it speaks of: _T, F or M',
    age_group                LowCardinality(String) comment 'Age group it speaks of, _T when all',
    residence                LowCardinality(String) comment 'Residence it speaks of: _T, U or R',
    category                 LowCardinality(String) comment 'Further breakdown it speaks of, _T when none',
    area_level               LowCardinality(String) comment 'district, or street / facility when every one of them has to meet it (per_area_floor)',
    reference_indicator_code LowCardinality(String) comment 'Series it is held against (relative_to_indicator), else empty',
    reference_sex            LowCardinality(String) comment 'Sex of the reference series',
    reference_category       LowCardinality(String) comment 'Category of the reference series',
    reference_measure        LowCardinality(String) comment 'ratio or difference (value against reference), else empty',
    baseline_year            UInt16                 comment 'Year that progress is counted from',
    deadline_year            UInt16                 comment 'Year by which it is to be met',
    sentence_zh              String                 comment 'The words of the plan that set the target, exactly',
    line_number              UInt32                 comment 'Line of the plan text that holds the sentence, from 1',
    note                     String                 comment 'How the words were read, and doubts'
)
as
select
    target_code,
    plan_code,
    domain_code,
    item_code,
    section,
    indicator_code,
    name_zh,
    name_en,
    kind,
    trend_rule,
    mode,
    value_origin,
    target_value,
    tolerance,
    unit_code,
    polarity,
    sex,
    age_group,
    residence,
    category,
    area_level,
    reference_indicator_code,
    reference_sex,
    reference_category,
    reference_measure,
    baseline_year,
    deadline_year,
    sentence_zh,
    line_number,
    note
from dim_target
where
    is_removed = 0
    and (target_code, recorded_at) in (
        select
            target_code,
            max(recorded_at)
        from dim_target
        where recorded_at <= (select max(recorded_at) from dim_catalog where recorded_at <= bw_as_of())
        group by target_code
    )
comment 'One row per monitorable target, with the sentence of the plan.';
