-- alert_volatile
-- One row per series of the district whose newest change leaves chance and its own past (波动较大).
-- Reads   mart_change_yearly, core_series_state, core_indicator, core_target, core_plan, core_threshold_yearly, mart_cause_yearly, core_moment
-- Rule    The newest change is at least surprise_min_change_percent, exceeds the
--         noise of its counts, and is out of line with the earlier changes (p below
--         surprise_max_p, and as far from what they led to expect) or one of many
--         swings (scatter about the own line from volatile_strong_cv_percent on with
--         volatile_direction_changes, beyond chance where there are counts). Warning,
--         but notice for a surprise for the better, which asks for a check of the figure,
--         and where no direction is better. A steady fall,
--         100 % for years, elections and surveys that were not held this year are silent,
--         and nothing is held against figures from before a break
-- Why     Plans, chapter 四: 对预计完成困难、波动较大的监测指标及时预警
-- Owner   Monitoring group (监测组)
create or replace view alert_volatile
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
with
volatile as (
    select
        indicator_code,
        name_zh,
        name_en,
        area_code,
        sex,
        age_group,
        residence,
        category,
        period_year,
        polarity,
        value,
        previous_value,
        change_value,
        change_percent,
        change_lower,
        change_upper,
        noise_value,
        surprise_scale,
        surprise_t,
        surprise_df,
        surprise_p,
        expected_value,
        turn_count,
        if(surprise_p < 0.0001, '<0.0001', printf('=%.4f', ifNull(surprise_p, 1))) as p_text,
        residual_cv_percent,
        dispersion_p,
        years,
        past_values,
        past_numerators,
        past_denominators,
        is_surprise,
        is_scattered,
        data_version,
        polarity = 0 or indicator_code in (
            select indicator_code
            from core_indicator
            where is_reporting_sensitive = 1
        ) as is_neutral
    from mart_change_yearly
    where
        is_volatile = 1
        and area_code in (select area_code from core_plan)
        and (indicator_code, sex, age_group, residence, category) in (
            select indicator_code, sex, age_group, residence, category
            from core_target
        )
        and (indicator_code, area_code, sex, age_group, residence, category, period_year) in (
            select indicator_code, area_code, sex, age_group, residence, category, newest_year
            from core_series_state
            where is_recent = 1
        )
)
select
    'volatile' as rule_code,
    '' as target_code,
    v.indicator_code as indicator_code,
    v.area_code as area_code,
    arrayStringConcat(
        arrayFilter(
            part -> not endsWith(part, '_T'),
            [
                concat('sex=', v.sex),
                concat('age_group=', v.age_group),
                concat('residence=', v.residence),
                toString(v.category)
            ]
        ),
        ';'
    ) as breakdown,
    v.period_year as period_year,
    if(
        v.is_neutral or (v.is_surprise and v.change_value * v.polarity > 0),
        'notice',
        'warning'
    ) as severity,
    v.value as observed_value,
    v.previous_value as reference_value,
    toJSONString(map(
        'method', multiIf(
            not v.is_surprise, 'scatter',
            v.is_scattered, 'surprise and scatter',
            'surprise'
        ),
        'years', toString(v.years),
        'values', toString(v.past_values),
        'numerators', toString(v.past_numerators),
        'denominators', toString(v.past_denominators),
        'change', toString(v.change_value),
        'change_percent', toString(v.change_percent),
        'change_lower', toString(v.change_lower),
        'change_upper', toString(v.change_upper),
        'noise', toString(v.noise_value),
        'surprise_scale', toString(v.surprise_scale),
        'surprise_t', toString(v.surprise_t),
        'surprise_df', toString(v.surprise_df),
        'surprise_p', toString(v.surprise_p),
        'expected_value', toString(v.expected_value),
        'scatter_percent', toString(v.residual_cv_percent),
        'turns', toString(v.turn_count),
        'scatter_p', toString(v.dispersion_p),
        'bound_change_percent', toString(t.bounds['surprise_min_change_percent']),
        'bound_surprise_p', toString(t.bounds['surprise_max_p']),
        'bound_scatter_percent', toString(t.bounds['volatile_strong_cv_percent']),
        'bound_scatter_p', toString(t.bounds['volatile_max_p']),
        'bound_turns', toString(t.bounds['volatile_direction_changes']),
        'version', toString(v.data_version)
    )) as evidence,
    assumeNotNull((select data_version from core_moment)) as data_version,
    concat(
        '波动较大：', v.name_zh, toString(v.period_year), '年为', toString(round(v.value, 2)),
        '，上年', ifNull(toString(round(v.previous_value, 2)), ''),
        if(
            v.is_surprise,
            concat('，与历年变化不符（p', v.p_text, '）'),
            ''
        ),
        if(
            v.is_scattered,
            concat(
                '，近', toString(length(v.years)), '年上下波动',
                printf('%.1f', ifNull(v.residual_cv_percent, 0)), '%'
            ),
            ''
        ),
        if(severity = 'notice', '；请先核对数据', '')
    ) as message_zh,
    concat(
        'Volatile: ', v.name_en, ' is ', toString(round(v.value, 2)),
        ' in ', toString(v.period_year),
        ' after ', ifNull(toString(round(v.previous_value, 2)), ''),
        if(
            v.is_surprise,
            concat(', out of line with its past (p', v.p_text, ')'),
            ''
        ),
        if(
            v.is_scattered,
            concat(
                ', scatter about its trend ', printf('%.1f', ifNull(v.residual_cv_percent, 0)),
                ' % over ', toString(length(v.years)), ' years'
            ),
            ''
        ),
        if(severity = 'notice', '; check the figure first', '')
    ) as message_en,
    if(c.cause_zh = '', '没有可比的数值，无法分解变化', c.cause_zh) as cause_zh,
    if(
        c.cause_en = '',
        'no two values to compare, so there is no change to take apart',
        c.cause_en
    ) as cause_en
from volatile as v
left join core_threshold_yearly as t on t.period_year = v.period_year
left join mart_cause_yearly as c on
    c.indicator_code = v.indicator_code
    and c.area_code = v.area_code
    and c.sex = v.sex
    and c.age_group = v.age_group
    and c.residence = v.residence
    and c.category = v.category
    and c.period_year = v.period_year
comment 'One row per series of the district whose newest change leaves chance and its own past (波动较大).';
