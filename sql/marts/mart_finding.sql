-- mart_finding
-- One row per finding of validation that stands: one for each cause, not for each figure.
-- Reads   mart_check, core_standing_load, core_reject, core_check, core_explanation, core_observation, core_area, core_commit, core_working_day, core_threshold_yearly, core_plan, core_moment
-- Method  Figures that fail one rule for one cause are one finding, that of the most
--         general of them (total before a sex, before an age): refusals by their cause, a
--         jump of total and parts, one denominator under several indicators. A slip of
--         scale is a jump as well and is said once. The identity holds rule, area, year,
--         source and value, so a revised figure takes its finding and the answer with it.
--         Findings in the newest validation_years years of a form, and revisions, are to
--         be answered within validation_answer_working_days of the load; older ones are
--         listed only
create or replace view mart_finding
(
    finding_id     String                 comment 'Identity, key of fct_explanation',
    check_code     LowCardinality(String) comment 'Validation rule, code in core_check',
    rule_number    UInt8                  comment 'Its number',
    rule_version   UInt16                 comment 'Version of the rule',
    name_zh        String                 comment 'Its name, Chinese',
    name_en        String                 comment 'Its name, English',
    class          LowCardinality(String) comment 'hard (强制性) or soft (核实性)',
    answer         LowCardinality(String) comment 'What closes it: correct (a new submission) or explain',
    is_required    UInt8                  comment '1 when a finding must be explained, 0 when an explanation is asked for',
    is_asked       UInt8                  comment '1 when an answer is asked for, 0 for years long past',
    state          LowCardinality(String) comment 'standing (to be corrected), open, overdue or explained',
    indicator_code LowCardinality(String) comment 'Indicator concerned; empty for refusals and submissions',
    area_code      LowCardinality(String) comment 'Area concerned',
    sex            LowCardinality(String) comment 'SDMX CL_SEX',
    age_group      LowCardinality(String) comment 'SDMX CL_AGE',
    residence      LowCardinality(String) comment 'SDMX CL_RESIDENCE',
    category       LowCardinality(String) comment 'Further breakdown, _T when none',
    period_year    UInt16                 comment 'Statistical year',
    source_code    LowCardinality(String) comment 'Agency that answers',
    form_code      LowCardinality(String) comment 'Form of the figure',
    version        UInt64                 comment 'Batch of the figure, key of core_commit; 0 for what never came',
    payload_sha256 String                 comment 'Payload of the figure, empty for what never came',
    sheet          String                 comment 'Sheet of a workbook, empty for other files',
    cell           String                 comment 'Cell of the figure, such as C7, a JSON path, or the line of a record without',
    observed_text  String                 comment 'The figure as it was held against the rule',
    expected_text  String                 comment 'What would have been in order',
    figure_count   UInt64                 comment 'Figures of the same cause',
    figures        Array(String)          comment 'Their cells, or what they are where there is none, 50 at most',
    message_zh     String                 comment 'One sentence for the clerk, Chinese',
    message_en     String                 comment 'The same in English',
    evidence       String                 comment 'All a person needs to recompute it, JSON',
    found_at       DateTime64(3, 'UTC')   comment 'When the figure was committed',
    answer_date    Nullable(Date32)       comment 'Last day for the answer; null where none is asked for',
    explanation    String                 comment 'Answer of the agency, empty when there is none',
    explained_by   String                 comment 'Who gave it',
    explained_at   Nullable(DateTime64(3, 'UTC')) comment 'When it was recorded'
)
as
with
(
    select groupArray(day)
    from (select day from core_working_day order by day)
) as working_days,
failed as (
    select
        check_code,
        cause_key,
        is_required,
        indicator_code,
        area_code,
        sex,
        age_group,
        residence,
        category,
        period_year,
        source_code,
        version,
        observed_value,
        expected_text,
        evidence,
        message_zh,
        message_en,
        countIf(check_code = 'scale') over (
            partition by indicator_code, area_code, sex, age_group, residence, category, period_year
        ) as slips
    from mart_check
    where result = 'failed'
),
address as (
    select
        indicator_code,
        area_code,
        toString(sex) as sex,
        age_group,
        toString(residence) as residence,
        category,
        version,
        any(source_code) as source_code,
        any(form_code) as form_code,
        any(sheet) as sheet,
        any(cell) as cell
    from core_observation
    where area_code in (select area_code from core_area where is_monitored = 1)
    group by
        indicator_code,
        area_code,
        sex,
        age_group,
        residence,
        category,
        version
),
-- The most general figure speaks for a cause.
cause as (
    select
        f.check_code as check_code,
        f.cause_key as cause_key,
        f.area_code as area_code,
        f.period_year as period_year,
        f.source_code as source_code,
        max(f.is_required) as is_required,
        count() as figure_count,
        arraySort(groupArray(tuple(
            (f.sex != '_T') + (
                f.age_group != '_T'
            ) + (f.residence != '_T') + (f.category != '_T') as depth,
            toString(f.indicator_code) as indicator_code,
            toString(f.sex) as sex,
            toString(f.age_group) as age_group,
            toString(f.residence) as residence,
            toString(f.category) as category,
            f.version as version,
            toString(g.source_code) as reported_by,
            toString(g.form_code) as form_code,
            toString(g.sheet) as sheet,
            g.cell as cell,
            f.observed_value as observed_value,
            f.expected_text as expected_text,
            f.evidence as evidence,
            f.message_zh as message_zh,
            f.message_en as message_en
        ))) as members
    from failed as f
    left join address as g on
        g.indicator_code = f.indicator_code
        and g.area_code = f.area_code
        and g.sex = f.sex
        and g.age_group = f.age_group
        and g.residence = f.residence
        and g.category = f.category
        and g.version = f.version
    where not (f.check_code = 'jump' and f.slips > 0)
    group by
        f.check_code,
        f.cause_key,
        f.area_code,
        f.period_year,
        f.source_code
),
found as (
    select
        k.check_code as check_code,
        concat(
            toString(k.cause_key), '|', ifNull(toString(k.members[1].observed_value), '')
        ) as identity,
        k.is_required as is_required,
        k.members[1].indicator_code as indicator_code,
        k.area_code as area_code,
        k.members[1].sex as sex,
        k.members[1].age_group as age_group,
        k.members[1].residence as residence,
        k.members[1].category as category,
        k.period_year as period_year,
        if(k.source_code = '', k.members[1].reported_by, k.source_code) as source_code,
        if(k.check_code = 'late', toString(k.cause_key), k.members[1].form_code) as form_code,
        k.members[1].version as version,
        k.members[1].sheet as sheet,
        k.members[1].cell as cell,
        ifNull(toString(round(k.members[1].observed_value, 4)), '') as observed_text,
        k.members[1].expected_text as expected_text,
        k.figure_count as figure_count,
        arrayMap(
            m -> if(
                m.cell != '',
                m.cell,
                arrayStringConcat(
                    arrayFilter(
                        t -> t != '_T',
                        [m.indicator_code, m.sex, m.age_group, m.residence, m.category]
                    ),
                    ' '
                )
            ),
            arraySlice(k.members, 1, 50)
        ) as figures,
        k.members[1].message_zh as message_zh,
        k.members[1].message_en as message_en,
        k.members[1].evidence as evidence
    from cause as k
),
-- Refusals of loads that still stand, by cause.
refused as (
    select
        s.version as version,
        r.cause_number as cause_number,
        any(s.source_code) as source_code,
        any(s.form_code) as form_code,
        any(s.payload_sha256) as payload_sha256,
        any(s.newest_year) as newest_year,
        min(tuple(
            r.reject_number,
            r.rule_number,
            r.sheet,
            if(r.cell = '', concat('#', toString(r.line)), r.cell),
            r.value_text,
            r.expected_text,
            r.message_zh,
            r.message_en,
            r.reason_code,
            r.column_name
        )) as lead,
        count() as figure_count,
        groupArray(50)(if(r.cell = '', concat('#', toString(r.line)), r.cell)) as cells
    from core_standing_load as s
    inner join core_reject as r on r.version = s.version
    group by
        s.version,
        r.cause_number
),
every as (
    select
        toString(check_code) as check_code,
        identity,
        is_required,
        indicator_code,
        toString(area_code) as area_code,
        sex,
        age_group,
        residence,
        category,
        period_year,
        toString(source_code) as source_code,
        toString(form_code) as form_code,
        version,
        sheet,
        cell,
        observed_text,
        expected_text,
        figure_count,
        figures,
        message_zh,
        message_en,
        evidence
    from found

    union all

    select
        toString(k.check_code) as check_code,
        concat(r.payload_sha256, '|', r.form_code, '|', toString(r.cause_number)) as identity,
        1 as is_required,
        '' as indicator_code,
        assumeNotNull((select toString(min(area_code)) from core_plan)) as area_code,
        '_T' as sex,
        '_T' as age_group,
        '_T' as residence,
        '_T' as category,
        r.newest_year as period_year,
        toString(r.source_code) as source_code,
        toString(r.form_code) as form_code,
        r.version as version,
        r.lead.3 as sheet,
        r.lead.4 as cell,
        r.lead.5 as observed_text,
        r.lead.6 as expected_text,
        r.figure_count as figure_count,
        r.cells as figures,
        r.lead.7 as message_zh,
        r.lead.8 as message_en,
        toJSONString(
            map(
                'reason', toString(r.lead.9), 'column', r.lead.10, 'cells',
                arrayStringConcat(r.cells, ', ')
            )
        ) as evidence
    from refused as r
    inner join core_check as k on k.rule_number = r.lead.2 and k.place = 'entry'
),
newest as (
    select
        form_code,
        max(arrayJoin(period_years)) as newest_year
    from core_commit
    group by form_code
),
dated as (
    select
        e.check_code as check_code,
        e.identity as identity,
        e.is_required as is_required,
        e.indicator_code as indicator_code,
        e.area_code as area_code,
        e.sex as sex,
        e.age_group as age_group,
        e.residence as residence,
        e.category as category,
        e.period_year as period_year,
        e.source_code as source_code,
        e.form_code as form_code,
        e.version as version,
        e.sheet as sheet,
        e.cell as cell,
        e.observed_text as observed_text,
        e.expected_text as expected_text,
        e.figure_count as figure_count,
        e.figures as figures,
        e.message_zh as message_zh,
        e.message_en as message_en,
        e.evidence as evidence,
        k.rule_number as rule_number,
        k.version as rule_version,
        k.name_zh as name_zh,
        k.name_en as name_en,
        k.class as class,
        k.answer as answer,
        c.payload_sha256 as payload_sha256,
        c.committed_at as found_at,
        n.newest_year as newest_year,
        t.bounds['validation_answer_working_days'] as answer_days,
        t.bounds['validation_years'] as asked_years,
        substring(
            lower(hex(SHA256(arrayStringConcat(
                [e.check_code, e.identity, e.area_code, toString(e.period_year), e.source_code],
                '|'
            )))),
            1,
            16
        ) as finding_id
    from every as e
    left join core_check as k on
        k.check_code = e.check_code
        and makeDate32(greatest(e.period_year, 2018), 12, 31) between k.valid_from and k.valid_to
    left join core_commit as c on c.version = e.version
    left join newest as n on n.form_code = e.form_code
    left join core_threshold_yearly as t on t.period_year = e.period_year
),
asked as (
    select
        *,
        answer = 'correct' or check_code = 'revision'
        or period_year > newest_year - asked_years as is_asked,
        if(
            answer = 'explain' and is_asked,
            working_days[
                arrayFirstIndex(day -> day > toDate32(found_at, 'Asia/Shanghai'), working_days)
                + toUInt32(ifNull(answer_days, 1)) - 1
            ],
            null
        ) as answer_date
    from dated
)
select
    a.finding_id as finding_id,
    a.check_code as check_code,
    a.rule_number as rule_number,
    a.rule_version as rule_version,
    a.name_zh as name_zh,
    a.name_en as name_en,
    a.class as class,
    a.answer as answer,
    a.is_required as is_required,
    ifNull(a.is_asked, 0) as is_asked,
    multiIf(
        a.answer = 'correct', 'standing',
        x.explanation != '', 'explained',
        assumeNotNull((select on_date from core_moment)) > a.answer_date, 'overdue',
        'open'
    ) as state,
    a.indicator_code as indicator_code,
    a.area_code as area_code,
    a.sex as sex,
    a.age_group as age_group,
    a.residence as residence,
    a.category as category,
    a.period_year as period_year,
    a.source_code as source_code,
    a.form_code as form_code,
    a.version as version,
    a.payload_sha256 as payload_sha256,
    a.sheet as sheet,
    a.cell as cell,
    a.observed_text as observed_text,
    a.expected_text as expected_text,
    a.figure_count as figure_count,
    a.figures as figures,
    a.message_zh as message_zh,
    a.message_en as message_en,
    a.evidence as evidence,
    a.found_at as found_at,
    a.answer_date as answer_date,
    x.explanation as explanation,
    x.explained_by as explained_by,
    if(x.explanation = '', null, x.explained_at) as explained_at
from asked as a
left join core_explanation as x on x.finding_id = a.finding_id
settings enable_named_columns_in_function_tuple = 1
comment 'One row per finding of validation that stands: one for each cause, not for each figure.';
