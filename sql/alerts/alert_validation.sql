-- alert_validation
-- One row per payload with refused figures that stand, and per form and year with findings nobody explained.
-- Reads   core_standing_load, core_reject, mart_finding, core_agency, core_plan, core_moment
-- Rule    Warning while the newest load of a form for a year has refused figures; a later
--         submission of the form for the same years takes its place. Notice when findings
--         that ask for an explanation have none after validation_answer_working_days;
--         warning when one of them must be explained. Late submissions and conflicts of
--         sources have alerts of their own
-- Why     Hard rules refuse what cannot be true; a figure that stays refused is a figure
--         that is missing. A question that nobody answers was asked for nothing
-- Owner   Monitoring group (监测组); the agency corrects
create or replace view alert_validation
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
standing as (
    select
        version,
        source_code,
        form_code,
        payload_sha256,
        newest_year,
        read_count,
        rejected_count
    from core_standing_load
    where
        rejected_count > 0
        and (newest_year = 0 or newest_year >= (select min(baseline_year) from core_plan))
),
-- One refused figure stands for the whole in the message; the reasons are counted.
reason as (
    select
        version,
        reason_code,
        count() as refused,
        min(reject_number) as first_number
    from core_reject
    where version in (select version from standing)
    group by
        version,
        reason_code
),
reasons as (
    select
        version,
        arrayStringConcat(
            arrayMap(
                r -> concat(r.2, '=', toString(r.3)),
                arraySort(groupArray((first_number, reason_code, refused)))
            ),
            ', '
        ) as by_reason
    from reason
    group by version
),
example as (
    select
        version,
        groupArray(5)(
            concat(
                if(sheet = '', '', concat(sheet, '!')),
                if(cell = '', concat('line ', toString(line)), cell), ' ', column_name, ' ',
                value_text, ' ', reason_code
            )
        ) as first_rejects,
        groupArray(1)(
            concat(if(cell = '', concat('第', toString(line), '行'), cell), ' ', message_zh)
        )[1] as first_zh,
        groupArray(1)(
            concat(if(cell = '', concat('line ', toString(line)), cell), ' ', message_en)
        )[1] as first_en
    from
    (
        select
            version,
            reject_number,
            sheet,
            cell,
            line,
            column_name,
            value_text,
            reason_code,
            message_zh,
            message_en
        from core_reject
        where version in (select version from standing)
        order by
            version,
            reject_number
        limit 5 by version
    )
    group by version
),
unexplained as (
    select
        form_code,
        source_code,
        period_year,
        max(is_required) as must,
        count() as finding_count,
        min(answer_date) as due,
        arraySort(groupArray(20)(finding_id)) as findings,
        arraySort(groupUniqArray(toString(check_code))) as rules,
        min(tuple(-is_required, message_zh)).2 as first_zh,
        min(tuple(-is_required, message_en)).2 as first_en
    from mart_finding
    where
        state = 'overdue'
        and check_code != 'source'
        and period_year >= (select min(baseline_year) from core_plan)
    group by
        form_code,
        source_code,
        period_year
)
select
    'validation' as rule_code,
    '' as target_code,
    '' as indicator_code,
    assumeNotNull((select min(area_code) from core_plan)) as area_code,
    concat(
        'form=', s.form_code, ';source=', s.source_code, ';year=', toString(s.newest_year)
    ) as breakdown,
    s.newest_year as period_year,
    'warning' as severity,
    toFloat64(s.rejected_count) as observed_value,
    toFloat64(0) as reference_value,
    toJSONString(map(
        'form_code', toString(s.form_code),
        'agency_code', toString(s.source_code),
        'payload_sha256', s.payload_sha256,
        'read_count', toString(s.read_count),
        'rejected_count', toString(s.rejected_count),
        'reasons', r.by_reason,
        'first_rejects', arrayStringConcat(e.first_rejects, '; '),
        'version', toString(s.version)
    )) as evidence,
    assumeNotNull((select data_version from core_moment)) as data_version,
    concat(
        '校验未通过：', a.name_zh, '报送的', toString(s.newest_year), '年数据（', s.form_code,
        '）有', toString(s.rejected_count), '个数被退回，尚未更正：', e.first_zh
    ) as message_zh,
    concat(
        'Refused: ', toString(s.rejected_count), ' of ', toString(s.read_count), ' figures of ',
        s.form_code, ' for ', toString(s.newest_year), ' from ', a.name_en, ', not yet put right: ',
        e.first_en
    ) as message_en,
    '被退回的数没有装入，没有变化可分解' as cause_zh,
    'a refused figure is not loaded, so there is no change to take apart' as cause_en
from standing as s
left join reasons as r on r.version = s.version
left join example as e on e.version = s.version
left join core_agency as a on a.agency_code = s.source_code

union all

select
    'validation' as rule_code,
    '' as target_code,
    '' as indicator_code,
    assumeNotNull((select min(area_code) from core_plan)) as area_code,
    concat(
        'form=', u.form_code, ';source=', u.source_code, ';year=', toString(u.period_year),
        ';answer=explain'
    ) as breakdown,
    u.period_year as period_year,
    if(u.must = 1, 'warning', 'notice') as severity,
    toFloat64(u.finding_count) as observed_value,
    toFloat64(0) as reference_value,
    toJSONString(map(
        'form_code', '',
        'agency_code', toString(u.source_code),
        'findings', arrayStringConcat(u.findings, ', '),
        'rules', arrayStringConcat(u.rules, ', '),
        'answer_date', ifNull(toString(u.due), '')
    )) as evidence,
    assumeNotNull((select data_version from core_moment)) as data_version,
    concat(
        '逾期未说明：', a.name_zh, toString(u.period_year), '年数据（', u.form_code, '）有',
        toString(u.finding_count), '项核实意见应于', ifNull(toString(u.due), ''), '前说明：',
        u.first_zh
    ) as message_zh,
    concat(
        'Unexplained: ', toString(u.finding_count), ' findings on ', u.form_code, ' for ',
        toString(u.period_year), ' from ', a.name_en, ', answers due by ',
        ifNull(toString(u.due), ''), ': ', u.first_en
    ) as message_en,
    '尚无说明，没有变化可分解' as cause_zh,
    'there is no explanation yet, so there is no change to take apart' as cause_en
from unexplained as u
left join core_agency as a on a.agency_code = u.source_code
comment 'One row per payload with refused figures that stand, and per form and year with findings nobody explained.';
