-- mart_check_rounding
-- One row per figure of a monitored area that others add up to: do they, within rounding (rule 6).
-- Reads   core_sum, core_area, core_indicator, core_observation
-- Method  A total and its parts by one source. Counts were held while the file was read;
--         printed with decimals, or in a larger unit, they may be off by half of the last
--         printed digit each: 0.5 x (parts + 1) x 10^-decimals, in the printed unit
create or replace view mart_check_rounding
(
    check_code     LowCardinality(String) comment 'Validation rule, code in core_check',
    result         LowCardinality(String) comment 'passed, failed or not_run; a rule whose input is missing is not run, never passed',
    reason         LowCardinality(String) comment 'Why it was not run, or what excused the figure; else empty',
    is_required    UInt8                  comment '1 when a finding must be explained, 0 when an explanation is asked for',
    cause_key      String                 comment 'What findings of one cause share within rule, area and year',
    indicator_code LowCardinality(String) comment 'Code in core_indicator, empty for a submission',
    area_code      LowCardinality(String) comment 'Monitored area',
    sex            LowCardinality(String) comment 'SDMX CL_SEX',
    age_group      LowCardinality(String) comment 'SDMX CL_AGE',
    residence      LowCardinality(String) comment 'SDMX CL_RESIDENCE',
    category       LowCardinality(String) comment 'Further breakdown, _T when none',
    period_year    UInt16                 comment 'Statistical year',
    source_code    LowCardinality(String) comment 'Agency whose figure it is; empty when the series tells',
    version        UInt64                 comment 'Batch of the figure, key of core_commit; 0 when there is none',
    observed_value Nullable(Float64)      comment 'Figure that was held against the rule',
    expected_text  String                 comment 'What would have been in order, empty when not run',
    evidence       String                 comment 'All a person needs to recompute it, JSON; empty unless failed',
    message_zh     String                 comment 'One sentence for the clerk, Chinese; empty unless failed',
    message_en     String                 comment 'The same in English'
)
as
with
part as (
    select
        form_code,
        sum_number,
        whole_code,
        part_code,
        count() over (partition by form_code, sum_number, whole_code) as part_count
    from core_sum
    where kind = 'sum'
),
figure as (
    select
        indicator_code,
        area_code,
        toString(sex) as sex,
        age_group,
        toString(residence) as residence,
        category,
        source_code,
        period_year,
        period_end,
        version,
        assumeNotNull(ifNull(if(isNotNull(denominator), numerator, null), value)) as amount,
        ifNull(if(isNotNull(numerator), null, reported_value), amount) as printed,
        length(splitByChar('.', toString(printed))[2]) as decimals,
        if(printed = 0, 1, abs(amount / printed)) as scale
    from core_observation
    where
        isNotNull(value)
        and area_code in (select area_code from core_area where is_monitored = 1)
        and indicator_code in (select arrayJoin([whole_code, part_code]) from part)
),
added as (
    select
        p.form_code as form_code,
        p.sum_number as sum_number,
        p.whole_code as whole_code,
        f.area_code as area_code,
        f.sex as sex,
        f.age_group as age_group,
        f.residence as residence,
        f.category as category,
        f.source_code as source_code,
        f.period_year as period_year,
        f.period_end as period_end,
        any(p.part_count) as wanted,
        count() as found,
        sum(f.amount) as total,
        min(f.decimals) as decimals,
        max(f.scale) as scale,
        groupArray(concat(toString(f.indicator_code), '=', toString(f.amount))) as amounts
    from figure as f
    inner join part as p on p.part_code = f.indicator_code
    group by
        p.form_code,
        p.sum_number,
        p.whole_code,
        f.area_code,
        f.sex,
        f.age_group,
        f.residence,
        f.category,
        f.source_code,
        f.period_year,
        f.period_end
),
held as (
    select
        w.indicator_code as indicator_code,
        w.area_code as area_code,
        w.sex as sex,
        w.age_group as age_group,
        w.residence as residence,
        w.category as category,
        w.period_year as period_year,
        w.source_code as source_code,
        w.version as version,
        w.amount as amount,
        s.total as total,
        arraySort(s.amounts) as amounts,
        s.found as found,
        i.name_zh as name_zh,
        i.name_en as name_en,
        least(w.decimals, s.decimals) as last_decimal,
        greatest(w.scale, s.scale) as unit,
        last_decimal > 0 or unit != 1 as is_rounded,
        if(is_rounded, 0.5 * (s.found + 1) * exp10(-last_decimal) * unit, 0) as tolerance,
        multiIf(s.found = 0, 'no_parts', s.found < s.wanted, 'parts_missing', '') as why_not,
        abs(w.amount - s.total) > tolerance + 1e-9 * abs(w.amount) as is_off
    from figure as w
    inner join (select distinct form_code, sum_number, whole_code from part) as k
        on k.whole_code = w.indicator_code
    inner join core_indicator as i on i.indicator_code = w.indicator_code
    left join added as s on
        s.form_code = k.form_code
        and s.sum_number = k.sum_number
        and s.whole_code = w.indicator_code
        and s.area_code = w.area_code
        and s.sex = w.sex
        and s.age_group = w.age_group
        and s.residence = w.residence
        and s.category = w.category
        and s.source_code = w.source_code
        and s.period_year = w.period_year
        and s.period_end = w.period_end
),
judged as (
    select
        *,
        multiIf(why_not != '', 'not_run', is_off, 'failed', 'passed') as verdict
    from held
)
select
    'rounding' as check_code,
    verdict as result,
    why_not as reason,
    not is_rounded as is_required,
    toString(indicator_code) as cause_key,
    indicator_code,
    area_code,
    sex,
    age_group,
    residence,
    category,
    period_year,
    source_code,
    version,
    amount as observed_value,
    if(why_not = '', concat('≈ ', toString(round(total, 6))), '') as expected_text,
    if(verdict = 'failed', toJSONString(map(
        'parts', arrayStringConcat(amounts, ', '),
        'total', toString(amount),
        'decimals', toString(last_decimal),
        'tolerance', toString(tolerance)
    )), '') as evidence,
    if(verdict = 'failed', concat(
        name_zh, '（', toString(amount), '）与各分项之和（', toString(round(total, 6)),
        '）相差超过取整误差（', toString(round(tolerance, 6)), '），请核实并说明'
    ), '') as message_zh,
    if(verdict = 'failed', concat(
        name_en, ' (', toString(amount), ') is not the sum of its parts (', toString(round(total, 6)),
        ') within rounding (', toString(round(tolerance, 6)), '); please look again'
    ), '') as message_en
from judged
comment 'One row per figure of a monitored area that others add up to: do they, within rounding (rule 6).';
