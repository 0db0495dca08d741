-- mart_gap
-- One row per figure that should be there and is not: the register of gaps (缺项).
-- Reads   core_indicator, core_target, core_plan, core_area, core_area_class, core_expected_cell, core_submission_state, core_series, core_gap_note
-- Method  Expected are, for each indicator of a target and each year of the plan so
--         far, the total of the district, its required sexes, residences and ages,
--         and each street where the indicator asks for it. A figure reported without
--         a value is a gap with the reason the agency gave. A gap is never a zero. Beside
--         it stands what people have recorded about it, for the area before everywhere
create or replace view mart_gap
(
    indicator_code LowCardinality(String) comment 'Code in core_indicator',
    name_zh        String                 comment 'Official name',
    name_en        String                 comment 'Name in English',
    agency_code    LowCardinality(String) comment 'Agency that answers for it',
    area_code      LowCardinality(String) comment 'Area the figure is missing for',
    period_year    UInt16                 comment 'Statistical year the figure is missing for',
    sex            LowCardinality(String) comment 'SDMX CL_SEX',
    age_group      LowCardinality(String) comment 'SDMX CL_AGE',
    residence      LowCardinality(String) comment 'SDMX CL_RESIDENCE',
    form_code      LowCardinality(String) comment 'Form that should bring it, empty when no form does',
    target_codes   Array(String)          comment 'Targets that cannot be judged without it',
    gap_reason     LowCardinality(String) comment 'no_form, not_owed, not_due, due, late, cell_missing, survey_only, not_collected, missing or suppressed',
    note           String                 comment 'Reason that was recorded for it, empty when nobody gave one',
    survey         String                 comment 'Survey that will bring it, empty when none is named',
    noted_by       String                 comment 'Who gave the reason'
)
as
with
span as (
    select
        min(baseline_year) as first_year,
        (
            select max(arrayMax(arrayMap(p -> p.year, points)))
            from core_series
            where area_code in (select area_code from core_area where is_monitored = 1)
        ) as final_year
    from core_plan
),
wanted as (
    select
        t.indicator_code as indicator_code,
        i.name_zh as name_zh,
        i.name_en as name_en,
        i.agency_code as agency_code,
        i.data_kind as data_kind,
        i.requires_area as requires_area,
        arraySort(groupUniqArray(toString(t.target_code))) as target_codes,
        arrayConcat(
            [('_T', '_T', '_T')],
            if(any(i.requires_sex) = 1, [('F', '_T', '_T'), ('M', '_T', '_T')], []),
            if(any(i.requires_residence) = 1, [('_T', '_T', 'U'), ('_T', '_T', 'R')], []),
            arrayMap(age -> ('_T', age, '_T'), any(i.required_age_groups))
        ) as breakdowns
    from core_target as t
    inner join core_indicator as i on i.indicator_code = t.indicator_code
    group by
        t.indicator_code,
        i.name_zh,
        i.name_en,
        i.agency_code,
        i.data_kind,
        i.requires_area
),
expected as (
    select
        w.indicator_code as indicator_code,
        w.name_zh as name_zh,
        w.name_en as name_en,
        w.agency_code as agency_code,
        w.data_kind as data_kind,
        w.target_codes as target_codes,
        a.area_code as area_code,
        breakdown.1 as sex,
        breakdown.2 as age_group,
        breakdown.3 as residence,
        toUInt16(
            arrayJoin(
                range(
                    (select first_year from span), assumeNotNull((select final_year from span)) + 1
                )
            )
        ) as period_year
    from wanted as w
    array join w.breakdowns as breakdown
    cross join core_area as a
    where
        a.is_monitored = 1
        and (a.level = 'district' or (w.requires_area = 1 and breakdown = ('_T', '_T', '_T')))
        and (
            breakdown.3 != 'R' or a.area_code in (
                select area_code from core_area_class where residence != 'U'
            )
        )
        and (
            breakdown.3 != 'U' or a.area_code in (
                select area_code from core_area_class where residence != 'U'
            )
        )
),
present as (
    select
        indicator_code,
        area_code,
        sex,
        age_group,
        residence,
        p.year as period_year,
        max(isNotNull(p.value)) as has_value,
        any(p.obs_status) as obs_status
    from core_series
    array join points as p
    where area_code in (select area_code from core_area where is_monitored = 1)
    group by
        indicator_code,
        area_code,
        sex,
        age_group,
        residence,
        period_year
),
-- The form that brings exactly this figure; of a part that no form lists, the form
-- of the total.
form as (
    select
        indicator_code,
        sex,
        age_group,
        residence,
        min(form_code) as form_code
    from core_expected_cell
    group by
        indicator_code,
        sex,
        age_group,
        residence
),
form_of_whole as (
    select
        indicator_code,
        argMin(
            form_code,
            ((sex != '_T') + (age_group != '_T') + (residence != '_T'), form_code)
        ) as form_code
    from form
    group by indicator_code
),
noted as (
    select
        n.indicator_code as indicator_code,
        a.area_code as area_code,
        arrayJoin(range(n.first_year, n.last_year + 1)) as period_year,
        max(tuple(n.area_code != '*', n.noted_at, n.reason, n.survey, n.noted_by)) as note
    from core_gap_note as n
    cross join core_area as a
    where a.is_monitored = 1 and (n.area_code = '*' or n.area_code = a.area_code)
    group by
        n.indicator_code,
        a.area_code,
        period_year
)
select
    e.indicator_code as indicator_code,
    e.name_zh as name_zh,
    e.name_en as name_en,
    e.agency_code as agency_code,
    e.area_code as area_code,
    e.period_year as period_year,
    e.sex as sex,
    e.age_group as age_group,
    e.residence as residence,
    if(f.form_code = '', w.form_code, f.form_code) as form_code,
    e.target_codes as target_codes,
    multiIf(
        p.obs_status = 'L', 'not_collected',
        p.obs_status = 'Q', 'suppressed',
        p.obs_status != '', 'missing',
        s.data_version > 0, 'cell_missing',
        s.state != '', s.state,
        e.data_kind = 'survey', 'survey_only',
        f.form_code = '' and w.form_code = '', 'no_form',
        'not_owed'
    ) as gap_reason,
    n.note.3 as note,
    n.note.4 as survey,
    n.note.5 as noted_by
from expected as e
left join present as p on
    p.indicator_code = e.indicator_code
    and p.area_code = e.area_code
    and p.sex = e.sex
    and p.age_group = e.age_group
    and p.residence = e.residence
    and p.period_year = e.period_year
left join form as f on
    f.indicator_code = e.indicator_code
    and f.sex = e.sex
    and f.age_group = e.age_group
    and f.residence = e.residence
left join form_of_whole as w on w.indicator_code = e.indicator_code
left join noted as n on
    n.indicator_code = e.indicator_code
    and n.area_code = e.area_code
    and n.period_year = e.period_year
left join core_submission_state as s on
    s.form_code = if(f.form_code = '', w.form_code, f.form_code)
    and s.period_year = e.period_year
where
    p.has_value = 0
    and p.obs_status != 'M'
comment 'One row per figure that should be there and is not: the register of gaps (缺项).';
