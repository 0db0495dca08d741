-- core_observation
-- One row per figure: the truth as committed, newest version, withdrawals left out.
-- Reads   fct_observation_current, fct_observation, raw_batch_year, raw_commit, raw_current_year
-- Method  A figure comes from one place, by its year alone. A year that was never
--         revised has one version of each figure and no withdrawal, and is read from
--         the history; one that was, from the current table. A year that a batch after the committed
--         one touches is read from the history, as it stood: that is a load under way,
--         or, when an earlier moment is asked for, whatever has changed since.
--         Nothing is shown half, twice or not at all, because of the order in which
--         the engine looks: at the steps of a union one by one, and in each first at
--         the table, then at the questions in its conditions, from left to right. So
--         the committed batch is known before the current table is looked at, which
--         then holds all of it, and the moving years are asked for last, so that they
--         name whatever else the current table or its list of years may hold
create or replace view core_observation
(
    area_code      LowCardinality(String)   comment 'GB/T 2260 code, or SDMX REF_AREA for countries; code in dim_area',
    indicator_code LowCardinality(String)   comment 'Code in dim_indicator, or publisher:code for a public series outside the catalog',
    sex            Enum8('_T' = 0, 'F' = 1, 'M' = 2, '_U' = 9) comment 'SDMX CL_SEX; _T is both sexes, _U not known, never blank',
    age_group      LowCardinality(String)   comment 'SDMX CL_AGE such as Y0T4 or Y_GE65; _T is all ages; code in dim_age_group',
    residence      Enum8('_T' = 0, 'U' = 1, 'R' = 2, '_U' = 9) comment 'SDMX CL_RESIDENCE: urban, rural, _T both, _U not known',
    category       LowCardinality(String)   comment 'Further breakdown as DIMENSION=code, several joined by ;  _T is none',
    source_code    LowCardinality(String)   comment 'Agency or publisher that gave the figure, code in dim_agency',
    period_year    UInt16                   comment 'Statistical year the figure is counted under',
    period_start   Date32                   comment 'First day the figure describes; health years begin in October, school years in September',
    period_end     Date32                   comment 'Last day the figure describes',
    freq           LowCardinality(String)   comment 'SDMX CL_FREQ: A yearly, S, Q, M',
    numerator      Nullable(Float64)        comment 'Events or persons counted, null when the source gives only a rate',
    denominator    Nullable(Float64)        comment 'Population or total the numerator belongs to, null when not given',
    value          Nullable(Float64)        comment 'Figure in unit_code: numerator / denominator x multiplier where both are given, else as reported; null only with a status that says why',
    reported_value Nullable(Float64)        comment 'Figure as the source printed it, null when it printed none',
    lower_bound    Nullable(Float64)        comment 'Lower end of the interval the publisher gives, in unit_code',
    upper_bound    Nullable(Float64)        comment 'Upper end of the interval the publisher gives, in unit_code',
    unit_code      LowCardinality(String)   comment 'Unit of value, code in the catalog such as percent or per_100000',
    obs_status     LowCardinality(String)   comment 'SDMX CL_OBS_STATUS: A normal, _X not stated and used as normal, P provisional, E estimated, B break, O missing, L not collected, M not applicable, Q suppressed, …',
    conf_status    LowCardinality(String)   comment 'SDMX CL_CONF_STATUS: F free, N not for publication, C confidential',
    note           String                   comment 'Remark of the source on this figure, may be empty',
    form_code      LowCardinality(String)   comment 'Form the payload was read with',
    sheet          LowCardinality(String)   comment 'Sheet of a workbook, empty for other files',
    cell           String                   comment 'Spreadsheet address of the figure such as C7, or a JSON path',
    version        UInt64                   comment 'Batch that loaded the row, key of raw_commit, which leads to the payload and its SHA-256',
    recorded_at    DateTime64(3, 'UTC')     comment 'When the version was written'
)
as
with
(select max(version) from raw_commit where committed_at <= bw_as_of()) as data_version,
(select groupUniqArray(period_year) from raw_batch_year where version > data_version) as moving_years,
(select groupUniqArray(period_year) from raw_current_year) as current_years
    -- No row: only asks for the committed batch, before any table is looked at.
    select
        area_code,
        indicator_code,
        sex,
        age_group,
        residence,
        category,
        source_code,
        period_year,
        period_start,
        period_end,
        freq,
        numerator,
        denominator,
        value,
        reported_value,
        lower_bound,
        upper_bound,
        unit_code,
        obs_status,
        conf_status,
        note,
        form_code,
        sheet,
        cell,
        version,
        recorded_at
    from fct_observation
    where data_version < 0

    union all

    select
        area_code,
        indicator_code,
        sex,
        age_group,
        residence,
        category,
        source_code,
        period_year,
        period_start,
        period_end,
        freq,
        numerator,
        denominator,
        value,
        reported_value,
        lower_bound,
        upper_bound,
        unit_code,
        obs_status,
        conf_status,
        note,
        form_code,
        sheet,
        cell,
        version,
        recorded_at
    from fct_observation_current final
    -- It holds no year but the current and the moving ones.
    where notEmpty(current_years) and (empty(moving_years) or not has(moving_years, period_year))

    union all

    select
        area_code,
        indicator_code,
        sex,
        age_group,
        residence,
        category,
        source_code,
        period_year,
        period_start,
        period_end,
        freq,
        numerator,
        denominator,
        value,
        reported_value,
        lower_bound,
        upper_bound,
        unit_code,
        obs_status,
        conf_status,
        note,
        form_code,
        sheet,
        cell,
        version,
        recorded_at
    from fct_observation final
    where
        (empty(current_years) or not has(current_years, period_year))
        and (empty(moving_years) or not has(moving_years, period_year))
        and version <= data_version

    union all

    select
        area_code,
        indicator_code,
        sex,
        age_group,
        residence,
        category,
        source_code,
        period_year,
        period_start,
        period_end,
        freq,
        numerator,
        denominator,
        value,
        reported_value,
        lower_bound,
        upper_bound,
        unit_code,
        obs_status,
        conf_status,
        note,
        form_code,
        sheet,
        cell,
        version,
        recorded_at
    from
    (
        select
            area_code,
            indicator_code,
            sex,
            age_group,
            residence,
            category,
            source_code,
            period_year,
            period_start,
            period_end,
            freq,
            numerator,
            denominator,
            value,
            reported_value,
            lower_bound,
            upper_bound,
            unit_code,
            obs_status,
            conf_status,
            note,
            form_code,
            sheet,
            cell,
            version,
            recorded_at,
            is_withdrawn
        from fct_observation
        where notEmpty(moving_years) and has(moving_years, period_year) and version <= data_version
        order by version desc, recorded_at desc
        limit 1 by area_code, indicator_code, sex, age_group, residence, category, source_code, period_year, period_start, period_end
    )
    where is_withdrawn = 0
comment 'One row per figure: the truth as committed, newest version, withdrawals left out.';
