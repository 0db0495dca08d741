-- core_revision
-- One row per figure of a monitored area that was changed after it had been used.
-- Reads   fct_observation, core_commit, core_area, raw_evaluation
-- Method  Used means seen by an evaluation: the newest version is held against the
--         one that the last evaluation before its commit could see. A version that
--         came and went between two evaluations was never used. Withdrawals and
--         figures without a value are no revision
create or replace view core_revision
(
    indicator_code        LowCardinality(String) comment 'Code in core_indicator, or publisher:code',
    area_code             LowCardinality(String) comment 'Code in core_area',
    sex                   String                 comment 'SDMX CL_SEX',
    age_group             LowCardinality(String) comment 'SDMX CL_AGE',
    residence             String                 comment 'SDMX CL_RESIDENCE',
    category              LowCardinality(String) comment 'Further breakdown, _T when none',
    source_code           LowCardinality(String) comment 'Agency that gave both versions',
    period_year           UInt16                 comment 'Statistical year',
    form_code             LowCardinality(String) comment 'Form of the newest version',
    value                 Float64                comment 'Value of the newest version',
    previous_value        Float64                comment 'Value that was used before',
    version               UInt64                 comment 'Batch of the newest version, key of core_commit',
    previous_version      UInt64                 comment 'Batch of the version used before',
    committed_at          DateTime64(3, 'UTC')   comment 'When the newest version was committed',
    previous_committed_at DateTime64(3, 'UTC')   comment 'When the version used before was committed',
    used_at               DateTime64(3, 'UTC')   comment 'Last evaluation that saw the version before'
)
as
with
batch as (
    select
        version,
        committed_at,
        arrayLast(
            at -> at < committed_at,
            assumeNotNull((select arraySort(groupArray(evaluated_at)) from raw_evaluation where evaluated_at <= bw_as_of()))
        ) as evaluated_before
    from core_commit
),
-- Most figures have one version, which is found out before any is gathered.
history as (
    select
        o.indicator_code as indicator_code,
        o.area_code as area_code,
        o.sex as sex,
        o.age_group as age_group,
        o.residence as residence,
        o.category as category,
        o.source_code as source_code,
        o.period_year as period_year,
        o.period_start as period_start,
        o.period_end as period_end,
        arraySort(groupUniqArray(tuple(
            o.version as version,
            o.form_code as form_code,
            o.value as value,
            o.is_withdrawn as is_withdrawn,
            b.committed_at as committed_at,
            b.evaluated_before as evaluated_before
        ))) as versions
    from fct_observation as o
    inner join batch as b on b.version = o.version
    where
        o.area_code in (select area_code from core_area where is_monitored = 1)
        and (
            o.area_code,
            o.indicator_code,
            o.sex,
            o.age_group,
            o.residence,
            o.category,
            o.source_code,
            o.period_year
        ) in (
            select
                area_code,
                indicator_code,
                sex,
                age_group,
                residence,
                category,
                source_code,
                period_year
            from fct_observation
            where area_code in (select area_code from core_area where is_monitored = 1)
            group by
                area_code,
                indicator_code,
                sex,
                age_group,
                residence,
                category,
                source_code,
                period_year
            having min(version) != max(version)
        )
    group by
        o.indicator_code,
        o.area_code,
        o.sex,
        o.age_group,
        o.residence,
        o.category,
        o.source_code,
        o.period_year,
        o.period_start,
        o.period_end
    having length(versions) > 1
),
compared as (
    select
        *,
        versions[-1] as newest,
        arrayLast(v -> v.committed_at <= newest.evaluated_before, versions) as used
    from history
)
select
    indicator_code,
    area_code,
    toString(sex) as sex,
    age_group,
    toString(residence) as residence,
    category,
    source_code,
    period_year,
    newest.form_code as form_code,
    assumeNotNull(newest.value) as value,
    assumeNotNull(used.value) as previous_value,
    newest.version as version,
    used.version as previous_version,
    newest.committed_at as committed_at,
    used.committed_at as previous_committed_at,
    newest.evaluated_before as used_at
from compared
where
    used.version > 0
    and newest.is_withdrawn = 0
    and used.is_withdrawn = 0
    and newest.value != used.value
settings enable_named_columns_in_function_tuple = 1
comment 'One row per figure of a monitored area that was changed after it had been used.';
