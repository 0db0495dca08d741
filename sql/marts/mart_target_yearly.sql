-- mart_target_yearly
-- One row per target, monitored area and year from the baseline of the plan on.
-- Reads   core_target, core_plan, core_indicator, core_area, core_target_series, core_threshold, core_observation
-- Method  Linear progress A = (y - y0) / (T - y0) against elapsed time E, and their
--         ratio L (UN ESCAP, Asia and the Pacific SDG Progress Report, current status
--         index); the verdict holds the point value against the printed number, the
--         certainty says what chance alone could have done: Wilson (1927) for
--         proportions, exact Poisson and Byar for rates. Every bound is a row of
--         core_threshold that is valid at the end of the year judged
create or replace view mart_target_yearly
(
    plan_code          LowCardinality(String) comment 'Plan: women or children',
    domain_code        LowCardinality(String) comment 'Domain, code in core_domain',
    item_code          LowCardinality(String) comment 'Goal or strategy, code in core_plan_item',
    section            LowCardinality(String) comment 'goal or strategy',
    target_code        LowCardinality(String) comment 'Code in core_target',
    indicator_code     LowCardinality(String) comment 'Code in core_indicator',
    name_zh            String                 comment 'Short name of the target',
    name_en            String                 comment 'Short name in English',
    agency_code        LowCardinality(String) comment 'Agency that answers for the indicator',
    area_code          LowCardinality(String) comment 'Code in core_area',
    area_level         LowCardinality(String) comment 'district or street',
    period_year        UInt16                 comment 'Statistical year that is judged',
    is_latest          UInt8                  comment '1 for the newest year that has any data',
    kind               LowCardinality(String) comment 'Kind of target, as in core_target',
    trend_rule         LowCardinality(String) comment 'net, yoy, steady or slope for rise and fall',
    mode               LowCardinality(String) comment 'maintain or reach',
    value_origin       LowCardinality(String) comment 'printed, implied or none',
    unit_code          LowCardinality(String) comment 'Unit of value and target',
    polarity           Int8                   comment '1 higher is better, -1 lower is better, 0 parity or neither',
    sex                LowCardinality(String) comment 'Sex it speaks of',
    age_group          LowCardinality(String) comment 'Age group it speaks of',
    residence          LowCardinality(String) comment 'Residence it speaks of',
    category           LowCardinality(String) comment 'Further breakdown it speaks of',
    data_kind          LowCardinality(String) comment 'administrative, survey, term, milestone or assessment',
    data_year          Nullable(UInt16)       comment 'Year of the newest value by then; earlier than period_year when this year has none',
    value              Nullable(Float64)      comment 'Newest value by then, in unit_code; ratio or difference for a relative target',
    numerator          Nullable(Float64)      comment 'Numerator of value',
    denominator        Nullable(Float64)      comment 'Denominator of value',
    value_lower        Nullable(Float64)      comment 'Lower end of the 95 % interval of value: Wilson for proportions, exact Poisson or Byar for rates',
    value_upper        Nullable(Float64)      comment 'Upper end of the 95 % interval of value',
    previous_value     Nullable(Float64)      comment 'Value of the year before data_year',
    change_value       Nullable(Float64)      comment 'value - previous_value',
    baseline_year      Nullable(UInt16)       comment 'Year of the baseline value: that of the plan, or the nearest later one with data',
    baseline_value     Nullable(Float64)      comment 'Value that progress is counted from',
    target_number      Nullable(Float64)      comment 'Number to be met; computed from the baseline where the plan says so',
    tolerance          Nullable(Float64)      comment 'Allowed distance of an about target',
    gap_value          Nullable(Float64)      comment 'target_number - value',
    progress           Nullable(Float64)      comment 'A: share of the way from baseline to target that is done; share of areas for a floor',
    elapsed            Nullable(Float64)      comment 'E: share of the time from baseline to deadline that has passed, by data_year',
    relative_progress  Nullable(Float64)      comment 'L = A / E; 1 is exactly on schedule',
    required_change    Nullable(Float64)      comment 'Yearly change that reaches the target by the deadline',
    best_change        Nullable(Float64)      comment 'Best mean yearly change over three years that the series ever sustained',
    point_count        UInt16                 comment 'Yearly values from the baseline on',
    forecast_value     Nullable(Float64)      comment 'Forecast for the deadline; null where no method applies',
    forecast_lower     Nullable(Float64)      comment 'Lower end of the 80 % interval of the forecast',
    forecast_upper     Nullable(Float64)      comment 'Upper end of the 80 % interval of the forecast',
    attain_probability Nullable(Float64)      comment 'P: probability that the target is met by the deadline; null where no method applies',
    pooled_value       Nullable(Float64)      comment 'Value of up to three years together, sum over sum, when the yearly count is small',
    pooled_lower       Nullable(Float64)      comment 'Lower end of its 95 % interval',
    pooled_upper       Nullable(Float64)      comment 'Upper end of its 95 % interval',
    pooled_years       Array(UInt16)          comment 'Years that are pooled',
    failed_years       Array(UInt16)          comment 'Years since the start of the plan in which a maintain target was not met, or a yearly trend went the wrong way',
    failing_area_codes Array(String)          comment 'Areas below a floor',
    missing_area_codes Array(String)          comment 'Areas without a value for a floor',
    is_met             Nullable(UInt8)        comment '1 when the point value meets the target; null when that cannot be said',
    verdict            LowCardinality(String) comment 'One of the ten verdicts, code in core_code list VERDICT',
    verdict_reason     LowCardinality(String) comment 'Why this verdict and not its neighbour',
    certainty          LowCardinality(String) comment 'supported, within_chance, small_numbers or full_count; empty without a verdict on data',
    reason_zh          String                 comment 'The verdict in one sentence with its numbers, Chinese',
    reason_en          String                 comment 'The same in English',
    obs_status         LowCardinality(String) comment 'Observation status of period_year, empty when nothing came',
    deadline_year      UInt16                 comment 'Year by which the target is to be met',
    sentence_zh        String                 comment 'The words of the plan',
    data_version       UInt64                 comment 'Batch that loaded the newest value, key of core_commit',
    method_version     LowCardinality(String) comment 'Version of the rules in this view'
)
as
with
-- The reasons in the order in which they are tried; each belongs to one verdict.
-- In the sentences v is the value, t the number to be met, b the baseline value,
-- d and y0 their years, l the relative progress, f the years that failed, n a
-- count of streets.
[
    ('zero_denominator', 'not_applicable', '本年分母为零，不适用', 'the denominator is zero this year'),
    ('empty_stratum', 'not_applicable', '本区没有该类地区，不适用', 'the district has no such areas'),
    ('floor_broken', 'broken', '{n}个街道低于{t}', '{n} streets are below {t}'),
    ('never_submitted', 'no_data', '从未报送', 'never submitted'),
    ('area_missing', 'insufficient', '缺{n}个街道的数值，不能判定各街道均达{t}', '{n} streets have no value'),
    ('floor_held', 'achieved', '各街道均不低于{t}', 'every street is at or above {t}'),
    ('reference_missing', 'insufficient', '缺少对照指标的数值，无法判定', 'the series it is held against has no value'),
    ('not_collected_here', 'not_applicable', '该指标不按街道收集', 'not collected by street'),
    ('no_survey_this_year', 'no_data', '本年未开展调查；最近一次为{d}年：{v}', 'no survey this year; last in {d}: {v}'),
    ('between_terms', 'not_applicable', '本年不是换届年；最近一次为{d}年：{v}', 'not an election year; last in {d}: {v}'),
    ('stale', 'insufficient', '最新数值为{d}年，数据滞后', 'the newest value is of {d}'),
    ('reporting_sensitive', 'insufficient', '报告敏感指标：只列示{d}年数值{v}，不判定', 'reporting-sensitive: {v} in {d} is shown, not judged'),
    ('no_baseline', 'insufficient', '没有基期值，无法判定', 'there is no baseline value'),
    ('not_held', 'broken', '{f}年未达{t}；{d}年为{v}', 'not held in {f} (target {t}); {d}: {v}'),
    ('met_but_worsening', 'achieved_slipping', '{d}年为{v}，已达{t}，但近年持续变差', '{d}: {v} meets {t} but is worsening'),
    ('improved', 'achieved', '{d}年为{v}，优于基期{y0}年的{b}', '{d}: {v}, better than {b} in {y0}'),
    ('met', 'achieved', '{d}年为{v}，达到{t}', '{d}: {v} meets {t}'),
    ('baseline_only', 'too_early', '只有基期{y0}年的值{b}，尚不能判断变化', 'only the baseline of {y0} is known: {b}'),
    ('deadline_passed', 'off_track', '已到期限：{d}年为{v}，未达{t}', 'the deadline is here: {v} in {d} does not meet {t}'),
    ('too_early', 'too_early', '尚早：{d}年为{v}，目标{t}', 'too early: {v} in {d}, target {t}'),
    ('not_yet_done', 'at_risk', '尚未完成：{d}年为{v}，要求{t}', 'not done yet: {v} in {d}, asked for {t}'),
    ('too_few_points', 'insufficient', '数据点不足，无法判断趋势', 'too few values to see a trend'),
    ('trend_wrong', 'off_track', '{d}年为{v}，基期{y0}年为{b}，持续未按要求变化', '{d}: {v}, {b} in {y0}; it keeps moving the wrong way'),
    ('trend_not_yet', 'at_risk', '{d}年为{v}，基期{y0}年为{b}，未按要求变化', '{d}: {v}, {b} in {y0}; not moving as asked'),
    ('lost', 'off_track', '基期已达目标{t}，{d}年为{v}，已失守', 'met at the baseline, {v} in {d} no longer meets {t}'),
    ('far_behind', 'off_track', '{d}年为{v}，目标{t}，基期{b}，进度为应有进度的{l}倍', '{d}: {v}, target {t}, baseline {b}, progress {l} times what is due'),
    ('behind', 'at_risk', '{d}年为{v}，目标{t}，基期{b}，进度为应有进度的{l}倍', '{d}: {v}, target {t}, baseline {b}, progress {l} times what is due'),
    ('faster_than_ever', 'at_risk', '{d}年为{v}，目标{t}，所需年变化超过历史最好水平', '{d}: {v}, target {t}; the change needed is faster than it ever was'),
    ('on_schedule', 'on_track', '{d}年为{v}，目标{t}，基期{b}，进度为应有进度的{l}倍', '{d}: {v}, target {t}, baseline {b}, progress {l} times what is due')
] as wording,
last_year as (
    select max(period_year) as year
    from core_observation
    where area_code in (select area_code from core_area where is_monitored = 1)
),
-- The bounds of the verdict, one row per year that is judged.
threshold as (
    select
        year,
        tuple(
            maxIf(value, threshold_code = 'verdict_too_early_max_e') as too_early_max_e,
            maxIf(value, threshold_code = 'verdict_on_track_min_l') as on_track_min_l,
            maxIf(value, threshold_code = 'verdict_off_track_max_l') as off_track_max_l,
            maxIf(value, threshold_code = 'verdict_about_tolerance_share') as about_tolerance_share,
            maxIf(value, threshold_code = 'verdict_stale_years') as stale_years,
            maxIf(value, threshold_code = 'verdict_min_points_l') as min_points_l,
            maxIf(value, threshold_code = 'trend_steady_max_bad_years') as steady_max_bad_years,
            maxIf(value, threshold_code = 'trend_steady_window_years') as steady_window_years,
            maxIf(value, threshold_code = 'small_number_events') as small_number_events,
            maxIf(value, threshold_code = 'parity_low') as parity_low,
            maxIf(value, threshold_code = 'parity_high') as parity_high
        ) as bound
    from
    (
        select
            toUInt16(arrayJoin(range(
                assumeNotNull((select min(baseline_year) from core_plan)),
                assumeNotNull((select year from last_year)) + 1
            ))) as year,
            threshold_code,
            value,
            valid_from,
            valid_to
        from core_threshold
    )
    where makeDate32(year, 12, 31) between valid_from and valid_to
    group by year
),
-- A target in an area with the whole of its series: which way is good, how far
-- a value may lie from the number on either side, and the yearly changes counted
-- in the good direction. The change at index i leads from point i to the next.
-- What is only shown goes along in one column.
series as (
    select
        s.target_code as target_code,
        s.area_code as area_code,
        tuple(
            t.plan_code as plan_code,
            t.domain_code as domain_code,
            t.item_code as item_code,
            t.section as section,
            t.indicator_code as indicator_code,
            t.name_zh as name_zh,
            t.name_en as name_en,
            i.agency_code as agency_code,
            s.area_level as area_level,
            t.kind as kind,
            t.trend_rule as trend_rule,
            t.mode as mode,
            t.value_origin as value_origin,
            t.unit_code as unit_code,
            t.polarity as polarity,
            t.sex as sex,
            t.age_group as age_group,
            t.residence as residence,
            t.category as category,
            i.data_kind as data_kind,
            t.sentence_zh as sentence_zh
        ) as shown,
        t.kind = 'rise' or t.kind = 'fall' as is_trend,
        t.kind = 'milestone' or t.kind = 'qualitative' as is_milestone,
        t.kind = 'about' as is_about,
        t.kind = 'baseline_relative' as is_of_baseline,
        t.kind = 'relative_to_indicator' as is_relative,
        is_relative and t.polarity = 0 and t.reference_measure != 'difference' as is_parity,
        t.trend_rule = 'yoy' as is_yoy,
        t.trend_rule = 'steady' as is_steady,
        t.trend_rule = 'slope' as is_slope,
        t.mode = 'maintain' and not is_trend as is_held,
        t.target_value as printed_number,
        if(t.reference_measure = 'difference', 0, 1) as neutral_number,
        t.tolerance as printed_tolerance,
        t.baseline_year as plan_baseline_year,
        t.deadline_year as deadline_year,
        i.data_kind = 'survey' as is_survey,
        i.data_kind = 'term' as is_term,
        i.measure = 'proportion' as is_proportion,
        i.measure = 'rate' as is_rate,
        i.multiplier as multiplier,
        i.is_small_number = 1 or i.measure = 'rate' as is_countable,
        i.is_reporting_sensitive as is_reporting_sensitive,
        s.area_level = 'street' and not i.requires_area as is_not_collected_here,
        if(t.reference_measure = '', 0.5 * exp10(-i.decimals), 1e-9) as half_unit,
        multiIf(
            is_milestone or is_about or is_parity or t.kind = 'at_least' or t.kind = 'per_area_floor', 0.,
            t.polarity > 0 and (is_of_baseline or is_relative), 0.,
            t.polarity >= 0 and t.kind = 'equals', half_unit,
            t.polarity = 0 and is_relative, half_unit,
            inf
        ) as slack_below,
        multiIf(
            is_about or is_parity or t.kind = 'at_most', 0.,
            t.polarity < 0 and (is_of_baseline or is_relative), 0.,
            t.polarity < 0 and t.kind = 'equals', half_unit,
            t.polarity = 0 and is_relative, half_unit,
            inf
        ) as slack_above,
        multiIf(t.kind = 'rise', 1, t.kind = 'fall', -1, toInt8(sign(t.polarity))) as direction,
        s.start_year as start_year,
        s.years as years,
        s.measured as measured,
        s.numerators as numerators,
        s.denominators as denominators,
        s.versions as versions,
        s.status_years as status_years,
        s.statuses as statuses,
        s.is_reference_missing as is_reference_missing,
        s.is_stratum_empty as is_stratum_empty,
        s.child_codes as child_codes,
        s.child_years as child_years,
        s.child_values as child_values,
        arrayFirstIndex(y -> y >= plan_baseline_year, s.years) as first_index,
        arrayMap(
            (v1, v0, y1, y0) -> direction * (v1 - v0) / (y1 - y0),
            arrayPopFront(s.measured), arrayPopBack(s.measured), arrayPopFront(s.years), arrayPopBack(s.years)
        ) as all_changes,
        arrayMap(
            (v1, v0, y1, y0) -> direction * (v1 - v0) / (y1 - y0),
            arraySlice(s.measured, 4), arraySlice(s.measured, 1, greatest(length(s.measured), 3) - 3),
            arraySlice(s.years, 4), arraySlice(s.years, 1, greatest(length(s.years), 3) - 3)
        ) as three_year_gains
    from core_target as t
    inner join core_target_series as s on s.target_code = t.target_code
    left join core_indicator as i on i.indicator_code = t.indicator_code
),
-- What was known at the end of each year: points after it are not looked at.
-- Progress is counted from the baseline.
known as (
    select
        * except (versions, status_years, statuses, child_codes, child_years, child_values, first_index, all_changes, three_year_gains),
        year as period_year,
        arrayCount(y -> y <= year, years) as value_count,
        if(first_index > value_count, 0, first_index) as baseline_index,
        statuses[indexOf(status_years, year)] as obs_status,
        length(child_codes) as area_count,
        arrayFilter((code, y) -> not has(y, year), child_codes, child_years) as missing_area_codes,
        arrayFilter(
            (code, y, v) -> has(y, year) and v[indexOf(y, year)] < coalesce(printed_number, 0) - 1e-9,
            child_codes, child_years, child_values
        ) as failing_area_codes,
        if(value_count = 0, null, years[value_count]) as data_year,
        if(value_count = 0, null, measured[value_count]) as value,
        if(value_count = 0, null, numerators[value_count]) as numerator,
        if(value_count = 0, null, denominators[value_count]) as denominator,
        versions[value_count] as data_version,
        if(value_count < 2 or years[value_count - 1] != years[value_count] - 1, null, measured[value_count - 1]) as previous_value,
        nullIf(years[baseline_index], 0) as baseline_year,
        if(baseline_index = 0, null, measured[baseline_index]) as baseline_value,
        if(baseline_index = 0, 0, value_count + 1 - baseline_index) as point_count,
        arraySlice(all_changes, 1, greatest(value_count, 1) - 1) as past_changes,
        arraySlice(past_changes, greatest(baseline_index, 1), if(baseline_index = 0, 0, value_count)) as changes,
        arraySlice(years, baseline_index + 1, length(changes)) as change_years,
        if(value_count < 4, null, arrayMax(arraySlice(three_year_gains, 1, value_count - 3))) as best_gain
    from series
    cross join threshold
),
-- The number to be met.
aimed as (
    select
        * except (printed_number, printed_tolerance, plan_baseline_year, baseline_index, is_of_baseline, is_relative, neutral_number, previous_value, is_about),
        previous_value,
        if(is_about, coalesce(printed_tolerance, abs(printed_number) * bound.about_tolerance_share), null) as tolerance,
        multiIf(
            is_of_baseline and is_yoy, previous_value + coalesce(printed_number, 0),
            is_of_baseline and baseline_year != plan_baseline_year, null,
            is_of_baseline or is_trend, baseline_value * (1 + if(is_trend, 0, printed_number) / 100),
            is_milestone, coalesce(printed_number, 1),
            is_relative, coalesce(printed_number, neutral_number),
            printed_number
        ) as target_number
    from known
),
-- Between which bounds a value meets the target.
compared as (
    select
        * except (changes, change_years, measured, slack_below, slack_above, is_parity, start_year, is_countable),
        1e-9 * greatest(1, abs(coalesce(target_number, 0))) as epsilon,
        target_number * if(is_parity, bound.parity_low, 1.) - slack_below - coalesce(tolerance, 0) - epsilon as lowest,
        target_number * if(is_parity, bound.parity_high, 1.) + slack_above + coalesce(tolerance, 0) + epsilon as highest,
        value >= lowest and value <= highest as is_inside,
        baseline_value >= lowest and baseline_value <= highest as was_inside,
        multiIf(
            is_trend and is_yoy, arrayFilter((y, c) -> c < -epsilon, change_years, changes),
            is_trend and is_steady, arrayFilter((y, c) -> c < -half_unit, change_years, changes),
            is_held and isNotNull(target_number),
                arrayFilter((y, v) -> y >= start_year and y <= period_year and not (v >= lowest and v <= highest), years, measured),
            []
        ) as failed_years,
        arrayExists(c -> c < -epsilon, changes) as is_ever_worse,
        arraySlice(changes, -toInt64(bound.steady_window_years)) as recent_changes,
        arrayCount(c -> c < -half_unit, recent_changes) > bound.steady_max_bad_years as is_often_worse,
        arraySum(recent_changes) < -half_unit as is_worse_recently,
        length(changes) >= 2 and changes[-1] < -half_unit and changes[-2] < -half_unit as is_worse_twice,
        direction * (value - baseline_value) > epsilon as is_better,
        is_countable and isNotNull(denominator) and numerator < bound.small_number_events as is_small,
        arrayFilter(
            (y, x, n) -> is_small and y > data_year - 3 and y <= period_year and isNotNull(x) and isNotNull(n),
            years, numerators, denominators
        ) as pooled_years
    from aimed
),
met as (
    select
        * except (lowest, highest, recent_changes, years, numerators, denominators, is_inside, was_inside, past_changes, is_worse_recently, is_ever_worse, is_better, epsilon),
        multiIf(
            area_count > 0, if(notEmpty(failing_area_codes), 0, if(notEmpty(missing_area_codes), null, 1)),
            isNull(value) or isNull(target_number), null,
            not is_trend, is_inside,
            data_year = baseline_year, null,
            is_yoy, not is_ever_worse,
            is_steady, is_better and not is_often_worse and not is_worse_twice,
            is_slope, if(length(past_changes) < 2, null, past_changes[-1] >= -epsilon or past_changes[-1] > arrayAvg(arrayPopBack(past_changes)) + epsilon),
            is_better
        ) as is_met,
        if(isNull(baseline_year) or deadline_year <= baseline_year, null, (data_year - baseline_year) / (deadline_year - baseline_year)) as elapsed,
        if(is_trend or is_milestone or deadline_year <= data_year, null, (target_number - value) / (deadline_year - data_year)) as required_change,
        multiIf(
            area_count > 0, (area_count - length(failing_area_codes) - length(missing_area_codes)) / area_count,
            isNull(value) or isNull(baseline_value) or isNull(target_number) or is_trend or is_milestone, null,
            was_inside, if(is_inside, 1, null),
            isNotNull(tolerance), least(1, greatest(0, 1 - (abs(value - target_number) - tolerance) / (abs(baseline_value - target_number) - tolerance))),
            target_number = baseline_value, null,
            (value - baseline_value) / (target_number - baseline_value)
        ) as progress,
        if(area_count > 0 or elapsed <= 0, null, progress / elapsed) as relative_progress,
        is_met and direction != 0 and not is_slope and not is_milestone and (is_worse_twice or (is_often_worse and is_worse_recently)) as is_slipping,
        arraySum((y, x) -> if(has(pooled_years, y), coalesce(x, 0), 0), years, numerators) as pooled_events,
        arraySum((y, n) -> if(has(pooled_years, y), coalesce(n, 0), 0), years, denominators) as pooled_base
    from compared
),
-- The intervals of the value itself and of the years that are pooled, and the
-- number of the first reason that applies. An array and no multiIf, which would
-- work out anew for each branch what several branches ask.
judged as (
    select
        * except (is_rate, is_proportion, is_reporting_sensitive, is_survey, is_term, is_not_collected_here, is_stratum_empty, is_reference_missing, half_unit, is_often_worse, is_worse_twice, is_slipping, is_trend, is_milestone, is_yoy, is_steady, is_slope, is_held, bound, value_count),
        arrayMap(
            (x, n, is_count) -> multiIf(
                is_proportion, (multiplier * bw_wilson_lower(x, n), multiplier * bw_wilson_upper(x, n)),
                is_count, (multiplier * bw_poisson_lower(x) / nullIf(n, 0), multiplier * bw_poisson_upper(x) / nullIf(n, 0)),
                (null, null)
            ),
            [numerator, pooled_events], [denominator, pooled_base], [is_rate, 1]
        ) as intervals,
        indexOf(
            [
                obs_status = 'M', -- zero_denominator
                is_stratum_empty, -- empty_stratum
                notEmpty(failing_area_codes), -- floor_broken
                value_count = 0 and not is_reference_missing and not is_not_collected_here and length(missing_area_codes) = area_count, -- never_submitted
                notEmpty(missing_area_codes), -- area_missing
                area_count > 0, -- floor_held
                is_reference_missing, -- reference_missing
                value_count = 0, -- not_collected_here
                is_survey and data_year < period_year, -- no_survey_this_year
                is_term and data_year < period_year, -- between_terms
                period_year - data_year > bound.stale_years, -- stale
                is_reporting_sensitive, -- reporting_sensitive
                isNull(target_number), -- no_baseline
                is_held and notEmpty(failed_years), -- not_held
                is_slipping, -- met_but_worsening
                is_met and is_trend, -- improved
                is_met, -- met
                is_trend and isNull(is_met), -- baseline_only
                period_year >= deadline_year, -- deadline_passed
                elapsed < bound.too_early_max_e, -- too_early
                is_milestone, -- not_yet_done
                point_count < bound.min_points_l, -- too_few_points
                is_trend and (is_worse_twice or length(failed_years) > 1 or (is_often_worse and not is_yoy and not is_steady and not is_slope)), -- trend_wrong
                is_trend, -- trend_not_yet
                isNull(relative_progress), -- lost
                relative_progress < bound.off_track_max_l, -- far_behind
                relative_progress < bound.on_track_min_l, -- behind
                direction != 0 and isNotNull(best_gain) and direction * required_change > best_gain, -- faster_than_ever
                1 -- on_schedule
            ],
            1
        ) as rule
    from met
)
select
    shown.plan_code as plan_code,
    shown.domain_code as domain_code,
    shown.item_code as item_code,
    shown.section as section,
    target_code,
    shown.indicator_code as indicator_code,
    shown.name_zh as name_zh,
    shown.name_en as name_en,
    shown.agency_code as agency_code,
    area_code,
    shown.area_level as area_level,
    period_year,
    period_year = assumeNotNull((select year from last_year)) as is_latest,
    shown.kind as kind,
    shown.trend_rule as trend_rule,
    shown.mode as mode,
    shown.value_origin as value_origin,
    shown.unit_code as unit_code,
    shown.polarity as polarity,
    shown.sex as sex,
    shown.age_group as age_group,
    shown.residence as residence,
    shown.category as category,
    shown.data_kind as data_kind,
    data_year,
    value,
    numerator,
    denominator,
    intervals[1].1 as value_lower,
    intervals[1].2 as value_upper,
    previous_value,
    value - previous_value as change_value,
    baseline_year,
    baseline_value,
    target_number,
    tolerance,
    target_number - value as gap_value,
    progress,
    elapsed,
    relative_progress,
    required_change,
    best_gain * if(direction = 0, 1, direction) as best_change,
    point_count,
    cast(null, 'Nullable(Float64)') as forecast_value,
    cast(null, 'Nullable(Float64)') as forecast_lower,
    cast(null, 'Nullable(Float64)') as forecast_upper,
    cast(null, 'Nullable(Float64)') as attain_probability,
    if(pooled_base > 0, multiplier * pooled_events / pooled_base, null) as pooled_value,
    intervals[2].1 as pooled_lower,
    intervals[2].2 as pooled_upper,
    pooled_years,
    failed_years,
    failing_area_codes,
    missing_area_codes,
    is_met,
    wording.2[rule] as verdict,
    wording.1[rule] as verdict_reason,
    multiIf(
        has(['no_data', 'insufficient', 'not_applicable'], verdict), '',
        area_count > 0, 'full_count',
        is_small, 'small_numbers',
        isNull(value_lower) or isNull(value_upper), 'full_count',
        target_number >= value_lower and target_number <= value_upper, 'within_chance',
        'supported'
    ) as certainty,
    (splitByChar(
        '\n',
        replaceAll(
            replaceAll(
                replaceAll(
                    replaceAll(
                        replaceAll(
                            replaceAll(
                                replaceAll(
                                    replaceAll(
                                        arrayMap(w -> concat(w.3, '\n', w.4), wording)[rule],
                                        '{d}', ifNull(toString(data_year), '')
                                    ),
                                    '{y0}', ifNull(toString(baseline_year), '')
                                ),
                                '{v}', ifNull(toString(round(value, 4)), '')
                            ),
                            '{t}', ifNull(toString(round(target_number, 4)), '')
                        ),
                        '{b}', ifNull(toString(round(baseline_value, 4)), '')
                    ),
                    '{l}', ifNull(toString(round(relative_progress, 2)), '')
                ),
                '{f}', arrayStringConcat(failed_years, ', ')
            ),
            '{n}', toString(if(notEmpty(failing_area_codes), length(failing_area_codes), length(missing_area_codes)))
        )
    ) as sentences)[1] as reason_zh,
    sentences[2] as reason_en,
    obs_status,
    deadline_year,
    shown.sentence_zh as sentence_zh,
    data_version,
    '1' as method_version
from judged
settings optimize_and_compare_chain = 0, enable_named_columns_in_function_tuple = 1
comment 'One row per target, monitored area and year from the baseline of the plan on.';
