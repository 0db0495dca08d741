-- core_past_revision
-- One row per figure of a monitored area that was changed when its year was past.
-- Reads   fct_observation, core_commit, core_area, core_submission, core_submission_event
-- Method  A year is past when the return for the next one is due, at the end of the year
--         after where nobody owes the form, or once the submission was accepted. Until
--         then a change is a correction, and answers what was asked. Of a figure with
--         several versions the newest is held against the one before; each stays in the
--         history. The reason is the remark that came with the newest version, where it
--         is not the old remark
create or replace view core_past_revision
(
    indicator_code       LowCardinality(String) comment 'Code in core_indicator',
    area_code            LowCardinality(String) comment 'Code in core_area',
    sex                  String                 comment 'SDMX CL_SEX',
    age_group            LowCardinality(String) comment 'SDMX CL_AGE',
    residence            String                 comment 'SDMX CL_RESIDENCE',
    category             LowCardinality(String) comment 'Further breakdown, _T when none',
    source_code          LowCardinality(String) comment 'Agency that gave both versions',
    period_year          UInt16                 comment 'Statistical year',
    form_code            LowCardinality(String) comment 'Form of the newest version',
    value                Float64                comment 'Value of the newest version',
    numerator            Nullable(Float64)      comment 'Its numerator',
    denominator          Nullable(Float64)      comment 'Its denominator',
    previous_value       Float64                comment 'Value of the version before, which is kept',
    previous_numerator   Nullable(Float64)      comment 'Its numerator',
    previous_denominator Nullable(Float64)      comment 'Its denominator',
    reason               String                 comment 'Remark that came with the newest version, empty when there is none',
    version              UInt64                 comment 'Batch of the newest version, key of core_commit',
    previous_version     UInt64                 comment 'Batch of the version before'
)
as
with
versions as (
    select
        indicator_code,
        area_code,
        sex,
        age_group,
        residence,
        category,
        source_code,
        period_year,
        period_start,
        period_end,
        arraySort(groupUniqArray(tuple(
            version as version,
            form_code as form_code,
            value as value,
            numerator as numerator,
            denominator as denominator,
            note as note,
            is_withdrawn as is_withdrawn
        ))) as history
    from fct_observation
    where
        area_code in (select area_code from core_area where is_monitored = 1)
        and version in (select version from core_commit)
    group by
        indicator_code,
        area_code,
        sex,
        age_group,
        residence,
        category,
        source_code,
        period_year,
        period_start,
        period_end
    having min(version) != max(version)
),
revised as (
    select
        *,
        history[-1] as newest,
        history[-2] as before
    from versions
    where
        newest.is_withdrawn = 0
        and before.is_withdrawn = 0
        and newest.value != before.value
)
select
    r.indicator_code as indicator_code,
    r.area_code as area_code,
    toString(r.sex) as sex,
    r.age_group as age_group,
    toString(r.residence) as residence,
    r.category as category,
    r.source_code as source_code,
    r.period_year as period_year,
    newest.form_code as form_code,
    assumeNotNull(newest.value) as value,
    newest.numerator as numerator,
    newest.denominator as denominator,
    assumeNotNull(before.value) as previous_value,
    before.numerator as previous_numerator,
    before.denominator as previous_denominator,
    if(newest.note = before.note, '', newest.note) as reason,
    newest.version as version,
    before.version as previous_version
from revised as r
inner join core_commit as c on c.version = newest.version
left join core_submission as s on
    s.form_code = newest.form_code
    and s.period_year = r.period_year + 1
left join core_submission_event as e on
    e.form_code = newest.form_code
    and e.period_year = r.period_year
where
    toDate32(c.committed_at, 'Asia/Shanghai') > if(
        s.form_code = '',
        makeDate32(r.period_year + 1, 12, 31),
        s.due_date
    )
    or (e.event = 'accepted' and e.data_version < newest.version)
settings enable_named_columns_in_function_tuple = 1
comment 'One row per figure of a monitored area that was changed when its year was past.';
