-- alert_stale
-- One row per source that does not bring what it promised.
-- Reads   core_source_state, core_plan, core_threshold, core_moment
-- Rule    Warning when the last run of a source failed; critical when a source with a
--         timetable has had no good run for more than stale_run_days, by the day of the
--         evaluation
-- Why     Old figures look exactly like current ones
-- Owner   Operations (系统运维)
create or replace view alert_stale
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
aged as (
    select
        s.source_code as source_code,
        s.run_id as run_id,
        s.state as state,
        s.message as message,
        s.started_at as started_at,
        s.good_at as good_at,
        s.form_codes as form_codes,
        s.agency_codes as agency_codes,
        assumeNotNull((select on_date from core_moment)) as on_date,
        h.value as promised_days,
        dateDiff(
            'day',
            toDate32(coalesce(s.good_at, s.first_at), 'Asia/Shanghai'),
            on_date
        ) as age_days,
        s.is_scheduled = 1 and age_days > promised_days as is_overdue
    from core_source_state as s
    cross join core_threshold as h
    where
        h.threshold_code = 'stale_run_days'
        and on_date between h.valid_from and h.valid_to
)
select
    'stale' as rule_code,
    '' as target_code,
    '' as indicator_code,
    assumeNotNull((select min(area_code) from core_plan)) as area_code,
    concat('source=', source_code) as breakdown,
    toYear(on_date) as period_year,
    if(is_overdue, 'critical', 'warning') as severity,
    toFloat64(age_days) as observed_value,
    promised_days as reference_value,
    toJSONString(map(
        'source_code', toString(source_code),
        'run_id', run_id,
        'state', toString(state),
        'message', message,
        'started_at', toString(started_at),
        'good_at', toString(good_at),
        'on_date', toString(on_date),
        'form_code', arrayStringConcat(form_codes, ','),
        'agency_code', arrayStringConcat(agency_codes, ',')
    )) as evidence,
    assumeNotNull((select data_version from core_moment)) as data_version,
    concat(
        '数据源异常：', source_code,
        if(state = 'failed', concat('最近一次装入失败：', message), ''),
        if(
            is_overdue,
            concat(
                if(state = 'failed', '；', ''),
                if(
                    isNull(good_at),
                    '从未成功装入',
                    concat(
                        '自',
                        toString(toDate(assumeNotNull(good_at), 'Asia/Shanghai')),
                        '起没有成功装入'
                    )
                ),
                '，约定每',
                toString(promised_days),
                '天至少一次'
            ),
            ''
        )
    ) as message_zh,
    concat(
        'Stale: ', source_code,
        if(state = 'failed', concat(' failed at its last run: ', message), ''),
        if(
            is_overdue,
            concat(
                if(state = 'failed', ';', ''),
                if(
                    isNull(good_at),
                    ' never had a good run',
                    concat(
                        ' has had no good run since ',
                        toString(toDate(assumeNotNull(good_at), 'Asia/Shanghai'))
                    )
                ),
                ', where one is promised every ',
                toString(promised_days),
                ' days'
            ),
            ''
        )
    ) as message_en,
    '没有新数据，没有变化可分解' as cause_zh,
    'nothing new came, so there is no change to take apart' as cause_en
from aged
where
    state = 'failed'
    or is_overdue
comment 'One row per source that does not bring what it promised.';
