-- alert_reversal
-- One row per target of the district that is not met and whose figure got worse two years running.
-- Reads   mart_target_yearly, mart_change_yearly, core_plan, mart_cause_yearly, core_moment
-- Rule    Warning when the target is judged and not met in the newest year, and the changes of
--         its newest value and of the one before were both for the worse and both beyond
--         chance. Two small losses, and one big one, are silent; so is what has no counts
--         to tell chance from change
-- Why     Two losses that no chance explains are a turn, before the forecast can show it
-- Owner   Monitoring group (监测组)
create or replace view alert_reversal
(
    rule_code       LowCardinality(String) comment 'Rule, the name of this view without alert_',
    target_code     LowCardinality(String) comment 'Target concerned, empty when the rule is about an indicator or a submission',
    indicator_code  LowCardinality(String) comment 'Indicator concerned, empty when the rule is about a submission',
    area_code       LowCardinality(String) comment 'Area concerned',
    breakdown       LowCardinality(String) comment 'Breakdown concerned as name=code joined by ;  empty for the total',
    period_year     UInt16                 comment 'Statistical year it speaks of',
    severity        LowCardinality(String) comment 'critical, warning or notice',
    observed_value  Nullable(Float64)      comment 'Figure that made the rule fire',
    reference_value Nullable(Float64)      comment 'Figure it was held against',
    evidence        String                 comment 'All a person needs to recompute it, JSON',
    data_version    UInt64                 comment 'Newest committed batch that was read',
    message_zh      String                 comment 'One sentence for people, Chinese',
    message_en      String                 comment 'The same in English',
    cause_zh        String                 comment 'What made the figure change, in parts that sum to the change, Chinese; never empty',
    cause_en        String                 comment 'The same in English'
)
as
select
    'reversal' as rule_code,
    t.target_code as target_code,
    t.indicator_code as indicator_code,
    t.area_code as area_code,
    '' as breakdown,
    t.period_year as period_year,
    'warning' as severity,
    t.value as observed_value,
    t.value - m.change_value - m.previous_change as reference_value,
    toJSONString(map(
        'method_version', toString(t.method_version),
        'verdict', toString(t.verdict),
        'data_year', toString(t.data_year),
        'target_number', toString(t.target_number),
        'years', toString(arraySlice(m.years, -3)),
        'values', toString(arraySlice(m.past_values, -3)),
        'numerators', toString(arraySlice(m.past_numerators, -3)),
        'denominators', toString(arraySlice(m.past_denominators, -3)),
        'change', toString(m.change_value),
        'change_lower', toString(m.change_lower),
        'change_upper', toString(m.change_upper),
        'noise', toString(m.noise_value),
        'change_before', toString(m.previous_change),
        'version', toString(m.data_version)
    )) as evidence,
    assumeNotNull((select data_version from core_moment)) as data_version,
    concat(
        '连续两年变差：', t.name_zh, toString(m.period_year), '年为', toString(round(m.value, 2)),
        '，两年间依次变化', ifNull(toString(round(m.previous_change, 2)), ''),
        '、', ifNull(toString(round(m.change_value, 2)), ''),
        '，均超出偶然，且未达标'
    ) as message_zh,
    concat(
        'Worse two years running: ', t.name_en, ' is ', toString(round(m.value, 2)),
        ' in ', toString(m.period_year),
        ' after changes of ', ifNull(toString(round(m.previous_change, 2)), ''),
        ' and ', ifNull(toString(round(m.change_value, 2)), ''),
        ', both beyond chance, and the target is not met'
    ) as message_en,
    if(c.cause_zh = '', '没有可比的数值，无法分解变化', c.cause_zh) as cause_zh,
    if(
        c.cause_en = '',
        'no two values to compare, so there is no change to take apart',
        c.cause_en
    ) as cause_en
from mart_target_yearly as t
inner join core_plan as p on p.plan_code = t.plan_code and p.area_code = t.area_code
inner join mart_change_yearly as m on
    m.indicator_code = t.indicator_code
    and m.area_code = t.area_code
    and m.sex = t.sex
    and m.age_group = t.age_group
    and m.residence = t.residence
    and m.category = t.category
    and m.period_year = t.data_year
left join mart_cause_yearly as c on
    c.indicator_code = t.indicator_code
    and c.area_code = t.area_code
    and c.sex = t.sex
    and c.age_group = t.age_group
    and c.residence = t.residence
    and c.category = t.category
    and c.period_year = t.data_year
where
    t.is_latest = 1
    and t.is_met = 0
    and t.kind not in ('relative_to_indicator', 'milestone', 'qualitative')
    and t.verdict not in ('no_data', 'insufficient', 'not_applicable')
    and m.is_beyond_noise = 1
    and m.was_beyond_noise = 1
    and multiIf(t.kind = 'rise', 1, t.kind = 'fall', -1, t.polarity) * m.change_value < 0
    and multiIf(t.kind = 'rise', 1, t.kind = 'fall', -1, t.polarity) * m.previous_change < 0
comment 'One row per target of the district that is not met and whose figure got worse two years running.';
