-- What changed between two submissions of an agency: every figure of their forms and
-- years as it stood after the one and after the other, from the append-only history.
-- A figure counts as there when its newest version by then is no withdrawal; of one
-- that is gone, the version and the payload are those that withdrew it. At most
-- so many rows of each kind; kind_count is the number of all of them, and one row
-- stands for those that did not change.
with
    history as (
        select
            *,
            is_withdrawn = 0 as is_there,
            cast(
                (
                    if(is_there, value, null),
                    if(is_there, reported_value, null),
                    if(is_there, numerator, null),
                    if(is_there, denominator, null),
                    if(is_there, lower_bound, null),
                    if(is_there, upper_bound, null),
                    unit_code
                ),
                'Tuple(value Nullable(Float64), reported_value Nullable(Float64),
                numerator Nullable(Float64), denominator Nullable(Float64),
                lower_bound Nullable(Float64), upper_bound Nullable(Float64), unit_code String)'
            ) as amounts,
            cast(
                (
                    if(is_there, obs_status, ''),
                    conf_status,
                    if(is_there, sheet, ''),
                    if(is_there, cell, ''),
                    form_code,
                    version,
                    is_withdrawn
                ),
                'Tuple(obs_status String, conf_status String, sheet String, cell String,
                form_code String, version UInt64, is_withdrawn UInt8)'
            ) as origin
        from fct_observation final
        where
            source_code = {source:String}
            and period_year in {years:Array(UInt16)}
            and version <= greatest({old:UInt64}, {new:UInt64})
            and version in (select version from raw_commit)
    ),
    side_by_side as (
        select
            area_code,
            indicator_code,
            sex,
            age_group,
            residence,
            category,
            period_year,
            period_start,
            period_end,
            argMaxIf(amounts, version, version <= {old:UInt64}) as old_amounts,
            argMaxIf(origin, version, version <= {old:UInt64}) as old,
            argMaxIf(amounts, version, version <= {new:UInt64}) as new_amounts,
            argMaxIf(origin, version, version <= {new:UInt64}) as new,
            old.version != 0 and old.is_withdrawn = 0 as is_old,
            new.version != 0 and new.is_withdrawn = 0 as is_new
        from history
        group by
            area_code,
            indicator_code,
            sex,
            age_group,
            residence,
            category,
            period_year,
            period_start,
            period_end
    ),
    compared as (
        select
            *,
            multiIf(
                is_old and not is_new, 'removed',
                is_new and not is_old, 'added',
                toString(old_amounts) != toString(new_amounts), 'changed', -- null equals null
                old.obs_status != new.obs_status or old.conf_status != new.conf_status, 'status_changed',
                'unchanged'
            ) as kind
        from side_by_side
        where
            (is_old or is_new)
            and if(new.version >= old.version, new.form_code, old.form_code) in {forms:Array(String)}
    ),
    numbered as (
        select
            *,
            count() over (partition by kind) as kind_count,
            row_number() over (
                partition by kind
                order by
                    indicator_code,
                    area_code,
                    period_year,
                    sex,
                    age_group,
                    residence,
                    category,
                    period_start,
                    period_end
            ) as place
        from compared
    )
select
    d.kind as kind,
    d.kind_count as kind_count,
    d.indicator_code as indicator_code,
    i.name_zh as name_zh,
    i.name_en as name_en,
    d.area_code as area_code,
    d.period_year as period_year,
    d.sex as sex,
    d.age_group as age_group,
    d.residence as residence,
    d.category as category,
    d.old_amounts.value as old_value,
    d.new_amounts.value as new_value,
    if(d.kind = 'changed', new_value - old_value, null) as value_change,
    if(d.kind = 'changed' and old_value != 0, value_change / abs(old_value) * 100, null) as change_percent,
    i.unit_code as unit_code,
    d.old_amounts.reported_value as old_reported_value,
    d.new_amounts.reported_value as new_reported_value,
    d.old_amounts.numerator as old_numerator,
    d.new_amounts.numerator as new_numerator,
    d.old_amounts.denominator as old_denominator,
    d.new_amounts.denominator as new_denominator,
    d.old.obs_status as old_obs_status,
    d.new.obs_status as new_obs_status,
    d.old.sheet as old_sheet,
    d.old.cell as old_cell,
    d.new.sheet as new_sheet,
    d.new.cell as new_cell,
    d.old.version as old_version,
    d.new.version as new_version,
    old_load.payload_sha256 as old_sha256,
    new_load.payload_sha256 as new_sha256,
    d.period_start as period_start,
    d.period_end as period_end
from numbered as d
left join core_indicator as i on i.indicator_code = d.indicator_code
left join (select * from raw_commit final) as old_load on old_load.version = d.old.version
left join (select * from raw_commit final) as new_load on new_load.version = d.new.version
where d.place <= if(d.kind = 'unchanged', 1, {limit:UInt64})
order by
    indexOf(['added', 'removed', 'changed', 'status_changed', 'unchanged'], d.kind),
    d.place
