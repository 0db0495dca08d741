-- alert_revision_large
-- One row per figure that was changed by much after it had been used.
-- Reads   core_revision, core_indicator, core_area, mart_cause_yearly, core_threshold, core_moment
-- Rule    Warning when the newest version differs by more than revision_large_percent from
--         the version that the last evaluation before it had seen; for
--         revision_report_days after the revision
-- Why     A figure that was reported must not change unseen: whoever used it has to know
-- Owner   Monitoring group (监测组)
create or replace view alert_revision_large
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
    'revision_large' as rule_code,
    '' as target_code,
    r.indicator_code as indicator_code,
    r.area_code as area_code,
    arrayStringConcat(
        arrayFilter(
            part -> part != '',
            [
                if(r.sex = '_T', '', concat('sex=', r.sex)),
                if(r.age_group = '_T', '', concat('age=', r.age_group)),
                if(r.residence = '_T', '', concat('residence=', r.residence)),
                if(r.category = '_T', '', r.category),
                concat('year=', toString(r.period_year))
            ]
        ),
        ';'
    ) as breakdown,
    r.period_year as period_year,
    'warning' as severity,
    r.value as observed_value,
    r.previous_value as reference_value,
    toJSONString(map(
        'form_code', toString(r.form_code),
        'agency_code', toString(r.source_code),
        'version', toString(r.version),
        'value', toString(r.value),
        'committed_at', toString(r.committed_at),
        'previous_version', toString(r.previous_version),
        'previous_value', toString(r.previous_value),
        'previous_committed_at', toString(r.previous_committed_at),
        'used_at', toString(r.used_at),
        'change_percent',
            toString(round(100 * (r.value - r.previous_value) / nullIf(abs(r.previous_value), 0), 2)),
        'threshold_percent', toString(h.value)
    )) as evidence,
    assumeNotNull((select data_version from core_moment)) as data_version,
    concat(
        '数据修订较大：',
        a.name_zh,
        i.name_zh,
        toString(r.period_year),
        '年由',
        toString(round(r.previous_value, 4)),
        '改为',
        toString(round(r.value, 4)),
        '，原数值曾用于',
        toString(toDate(r.used_at)),
        '的评估'
    ) as message_zh,
    concat(
        'Large revision: ',
        i.name_en,
        ' of ',
        a.name_en,
        ' for ',
        toString(r.period_year),
        ' was ',
        toString(round(r.previous_value, 4)),
        ' when used on ',
        toString(toDate(r.used_at)),
        ' and is now ',
        toString(round(r.value, 4))
    ) as message_en,
    if(c.cause_zh = '', '没有可比的数值，无法分解变化', c.cause_zh) as cause_zh,
    if(
        c.cause_en = '',
        'no two values to compare, so there is no change to take apart',
        c.cause_en
    ) as cause_en
from core_revision as r
cross join core_threshold as h
cross join core_threshold as d
left join core_indicator as i on i.indicator_code = r.indicator_code
left join core_area as a on a.area_code = r.area_code
left join mart_cause_yearly as c on
    c.indicator_code = r.indicator_code
    and c.area_code = r.area_code
    and c.sex = r.sex
    and c.age_group = r.age_group
    and c.residence = r.residence
    and c.category = r.category
    and c.period_year = r.period_year
where
    h.threshold_code = 'revision_large_percent'
    and makeDate32(r.period_year, 12, 31) between h.valid_from and h.valid_to
    and d.threshold_code = 'revision_report_days'
    and makeDate32(r.period_year, 12, 31) between d.valid_from and d.valid_to
    and abs(r.value - r.previous_value) > h.value / 100 * abs(r.previous_value)
    and dateDiff(
        'day',
        toDate32(r.committed_at),
        assumeNotNull((select on_date from core_moment))
    ) <= d.value
comment 'One row per figure that was changed by much after it had been used.';
