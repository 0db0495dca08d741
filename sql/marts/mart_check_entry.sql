-- mart_check_entry
-- One row per loaded figure of a monitored area and rule of one figure that is held while a file is read (rules 3, 4, 5 and 7).
-- Reads   core_observation, core_indicator, core_area, core_check
-- Method  What a file failed by was refused and stands in core_reject, so a figure that is here
--         passed what could be held. Not run is a rule whose input the figure does not
--         have: numerator and denominator (3, 5), a printed rate (5), the figures of women
--         and men beside the total (7)
create or replace view mart_check_entry
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
figure as (
    select
        o.indicator_code as indicator_code,
        o.area_code as area_code,
        toString(o.sex) as sex,
        o.age_group as age_group,
        toString(o.residence) as residence,
        o.category as category,
        o.period_year as period_year,
        o.source_code as source_code,
        o.version as version,
        o.value as value,
        i.measure as measure,
        i.multiplier as multiplier,
        i.requires_sex as requires_sex,
        isNotNull(o.numerator) and isNotNull(o.denominator) as has_parts,
        isNotNull(o.reported_value) as is_printed,
        countIf(o.sex in ('F', 'M')) over (
            partition by
                o.indicator_code, o.area_code, o.age_group, o.residence, o.category,
                o.source_code, o.period_year, o.period_end
        ) = 2 as has_sexes
    from core_observation as o
    inner join core_indicator as i on i.indicator_code = o.indicator_code
    where
        isNotNull(o.value)
        and o.area_code in (select area_code from core_area where is_monitored = 1)
),
held as (
    select
        *,
        arrayJoin(arrayFilter(h -> h.2, [
            ('numerator', measure = 'proportion', if(has_parts, '', 'no_parts')),
            ('pair', multiplier > 0, if(has_parts, '', 'no_parts')),
            (
                'rate', multiplier > 0,
                multiIf(not has_parts, 'no_parts', not is_printed, 'no_printed_rate', '')
            ),
            (
                'breakdown', requires_sex = 1 and sex = '_T',
                multiIf(not has_sexes, 'no_sexes', multiplier > 0 and not has_parts, 'no_parts', '')
            )
        ])) as rule
    from figure
)
select
    rule.1 as check_code,
    if(rule.3 = '', 'passed', 'not_run') as result,
    rule.3 as reason,
    0 as is_required,
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
    value as observed_value,
    '' as expected_text,
    '' as evidence,
    '' as message_zh,
    '' as message_en
from held
where rule.1 in (select check_code from core_check)
comment 'One row per loaded figure of a monitored area and rule of one figure that is held while a file is read (rules 3, 4, 5 and 7).';
