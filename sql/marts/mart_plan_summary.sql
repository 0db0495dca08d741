-- mart_plan_summary
-- One row per plan, area of the plan and year: how many targets have which verdict.
-- Reads   mart_target_yearly, core_plan
-- Method  The share of targets met is given with all three of its denominators: all
--         targets, those that could be judged this year, and those with a number.
--         A target without data is neither met nor failed
create or replace view mart_plan_summary
(
    plan_code            LowCardinality(String) comment 'Code in core_plan',
    area_code            LowCardinality(String) comment 'Area the plan is for',
    period_year          UInt16                 comment 'Statistical year that is judged',
    is_latest            UInt8                  comment '1 for the newest year that has any data',
    target_count         UInt64                 comment 'All targets of the plan',
    judged_count         UInt64                 comment 'Targets with a verdict on data: achieved, achieved_slipping, on_track, at_risk, off_track or broken',
    quantitative_count   UInt64                 comment 'Targets with a number, printed or implied',
    met_count            UInt64                 comment 'Targets met this year: achieved or achieved_slipping',
    met_quantitative_count UInt64               comment 'Targets with a number that are met this year',
    met_of_all_percent   Nullable(Float64)      comment 'met_count of target_count, percent',
    met_of_judged_percent Nullable(Float64)     comment 'met_count of judged_count, percent; null when none could be judged',
    met_of_quantitative_percent Nullable(Float64) comment 'met_quantitative_count of quantitative_count, percent',
    achieved_count       UInt64                 comment '已达标',
    achieved_slipping_count UInt64              comment '已达标但下滑',
    on_track_count       UInt64                 comment '进展顺利',
    at_risk_count        UInt64                 comment '有风险',
    off_track_count      UInt64                 comment '预计完成困难',
    broken_count         UInt64                 comment '未保持',
    too_early_count      UInt64                 comment '尚早',
    insufficient_count   UInt64                 comment '数据不足',
    no_data_count        UInt64                 comment '无数据',
    not_applicable_count UInt64                 comment '本年不适用'
)
as
with
judged as (
    select
        t.plan_code as plan_code,
        t.area_code as area_code,
        t.period_year as period_year,
        t.is_latest as is_latest,
        t.verdict as verdict,
        t.value_origin in ('printed', 'implied') as is_quantitative,
        t.verdict in ('achieved', 'achieved_slipping') as is_met
    from mart_target_yearly as t
    inner join core_plan as p on p.plan_code = t.plan_code and p.area_code = t.area_code
)
select
    plan_code,
    area_code,
    period_year,
    max(is_latest) as is_latest,
    count() as target_count,
    countIf(verdict in ('achieved', 'achieved_slipping', 'on_track', 'at_risk', 'off_track', 'broken')) as judged_count,
    countIf(is_quantitative) as quantitative_count,
    countIf(is_met) as met_count,
    countIf(is_met and is_quantitative) as met_quantitative_count,
    100 * met_count / nullIf(target_count, 0) as met_of_all_percent,
    100 * met_count / nullIf(judged_count, 0) as met_of_judged_percent,
    100 * met_quantitative_count / nullIf(quantitative_count, 0) as met_of_quantitative_percent,
    countIf(verdict = 'achieved') as achieved_count,
    countIf(verdict = 'achieved_slipping') as achieved_slipping_count,
    countIf(verdict = 'on_track') as on_track_count,
    countIf(verdict = 'at_risk') as at_risk_count,
    countIf(verdict = 'off_track') as off_track_count,
    countIf(verdict = 'broken') as broken_count,
    countIf(verdict = 'too_early') as too_early_count,
    countIf(verdict = 'insufficient') as insufficient_count,
    countIf(verdict = 'no_data') as no_data_count,
    countIf(verdict = 'not_applicable') as not_applicable_count
from judged
group by
    plan_code,
    area_code,
    period_year
comment 'One row per plan, area of the plan and year: how many targets have which verdict.';
