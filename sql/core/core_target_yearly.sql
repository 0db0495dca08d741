-- core_target_yearly
-- One row per target, monitored area and year from the baseline of the plan on.
-- Reads   core_target, core_plan, core_indicator, core_area, core_target_series, core_threshold, core_observation
-- Method  Linear progress A = (y - y0) / (T - y0) against elapsed time E, and their
--         ratio L (UN ESCAP, Asia and the Pacific SDG Progress Report, current status
--         index); the verdict holds the point value against the printed number, the
--         certainty says what chance alone could have done: Wilson (1927) for
--         proportions, exact Poisson and Byar for rates. Forecast and P as in
--         bw_forecast, from the points behind the newest break; a count below
--         small_number_events is never fitted. Every bound is a row of
--         core_threshold that is valid at the end of the year judged
create or replace view core_target_yearly
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
    missing_count      Nullable(Float64)      comment 'Persons or cases that are missing to the number, where value is a share with a denominator',
    progress           Nullable(Float64)      comment 'A: share of the way from baseline to target that is done; share of areas for a floor',
    elapsed            Nullable(Float64)      comment 'E: share of the time from baseline to deadline that has passed, by data_year',
    relative_progress  Nullable(Float64)      comment 'L = A / E; 1 is exactly on schedule',
    required_change    Nullable(Float64)      comment 'Yearly change that reaches the target by the deadline',
    best_change        Nullable(Float64)      comment 'Best mean yearly change over three years that the series ever sustained',
    point_count        UInt16                 comment 'Yearly values from the baseline on',
    break_year         Nullable(UInt16)       comment 'First year after the newest break of the series by then; nothing is counted or fitted across it',
    fitted_years       Array(UInt16)          comment 'Years since the newest break: the points that trend and forecast are fitted to',
    fitted_values      Array(Float64)         comment 'Values of fitted_years',
    recent_trend       LowCardinality(String) comment 'Tested trend of the last five points (bw_recent_trend): increasing, decreasing, no_significant_change or cannot_be_calculated',
    surprise_probability Nullable(Float64)    comment 'Probability of a newest change as large as this one, given the earlier changes; null with fewer than four of them',
    forecast_scale     LowCardinality(String) comment 'Scale the trend is fitted on: logit for percentages, ln for other positive values, else identity',
    forecast_year      Nullable(UInt16)       comment 'Year that is forecast: the deadline, or the next year where the target has to hold every year',
    forecast_value     Nullable(Float64)      comment 'Forecast for forecast_year; null where no method applies, see forecast_reason',
    forecast_lower     Nullable(Float64)      comment 'Lower end of the interval of the forecast that holds about 80 % in practice',
    forecast_upper     Nullable(Float64)      comment 'Upper end of that interval',
    attain_probability Nullable(Float64)      comment 'P: probability that the target is met in forecast_year; counts for the verdict from five fitted points on',
    forecast_reason    LowCardinality(String) comment 'fitted; indicative (three or four points, P is shown and not counted); even_changes (P rests on the damping and counts only against a trend that misses anyway); or why there is no forecast: not_numeric, small_numbers, by_area, term, reporting_sensitive, slope, no_value, past_deadline, too_few_points, constant_series',
    aarr_percent       Nullable(Float64)      comment 'Second figure: average annual rate of reduction since the baseline, percent a year, 1 - exp(slope of ln); a rise is negative',
    required_aarr_percent Nullable(Float64)   comment 'Second figure: annual rate of reduction that reaches the target by the deadline, discrete, percent a year',
    cagr_ratio         Nullable(Float64)      comment 'Second figure: observed over required compound growth since the baseline (Statistics Canada, Open SDG); null for zero targets and mixed signs',
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
-- d and y0 their years, l the relative progress, p the probability, w the year that
-- is forecast, k the year of a break, x the number of events, f the years that
-- failed, n a count of streets.
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
    ('suspect_value', 'insufficient', '{d}年为{v}，与前一次相差太大，疑为口径或单位变化，核实前不判定', '{v} in {d} is too far from the value before; a change of definition or unit is suspected and has to be cleared up first'),
    ('no_baseline', 'insufficient', '没有基期值，无法判定', 'there is no baseline value'),
    ('not_held', 'broken', '{f}年未达{t}；{d}年为{v}', 'not held in {f} (target {t}); {d}: {v}'),
    ('met_but_worsening', 'achieved_slipping', '{d}年为{v}，已达{t}，但近年持续变差', '{d}: {v} meets {t} but is worsening'),
    ('met_but_not_for_long', 'achieved_slipping', '{d}年为{v}，已达{t}，但照此趋势{w}年仍达标的概率只有{p}', '{d}: {v} meets {t}, but at this trend the probability that {w} does is {p}'),
    ('met_but_worse_than_before', 'achieved_slipping', '{d}年为{v}，已达{t}，但比上年变差', '{d}: {v} meets {t} but is worse than the year before'),
    ('improved', 'achieved', '{d}年为{v}，优于基期{y0}年的{b}', '{d}: {v}, better than {b} in {y0}'),
    ('met', 'achieved', '{d}年为{v}，达到{t}', '{d}: {v} meets {t}'),
    ('broken_series', 'too_early', '{k}年起数值不可比，只有其后的数值，尚不能判断变化；{d}年为{v}', 'the series breaks in {k} and what follows is too short to judge; {d}: {v}'),
    ('baseline_only', 'too_early', '只有基期{y0}年的值{b}，尚不能判断变化', 'only the baseline of {y0} is known: {b}'),
    ('deadline_passed', 'off_track', '已到期限：{d}年为{v}，未达{t}', 'the deadline is here: {v} in {d} does not meet {t}'),
    ('too_early', 'too_early', '尚早：{d}年为{v}，目标{t}', 'too early: {v} in {d}, target {t}'),
    ('not_yet_done', 'at_risk', '尚未完成：{d}年为{v}，要求{t}', 'not done yet: {v} in {d}, asked for {t}'),
    ('too_few_points', 'insufficient', '数据点不足，无法判断趋势', 'too few values to see a trend'),
    ('few_events', 'at_risk', '{d}年为{v}，未达{t}；只有{x}例，三年合并与目标无显著差异，不按趋势判断', '{d}: {v} does not meet {t}; with {x} events the three years together do not differ from it, and no trend is judged'),
    ('trend_wrong', 'off_track', '{d}年为{v}，基期{y0}年为{b}，持续未按要求变化', '{d}: {v}, {b} in {y0}; it keeps moving the wrong way'),
    ('trend_not_yet', 'at_risk', '{d}年为{v}，基期{y0}年为{b}，未按要求变化', '{d}: {v}, {b} in {y0}; not moving as asked'),
    ('lost', 'off_track', '基期已达目标{t}，{d}年为{v}，已失守', 'met at the baseline, {v} in {d} no longer meets {t}'),
    ('far_behind', 'off_track', '{d}年为{v}，目标{t}，基期{b}，进度为应有进度的{l}倍', '{d}: {v}, target {t}, baseline {b}, progress {l} times what is due'),
    ('improbable', 'off_track', '{d}年为{v}，目标{t}，照此趋势{w}年达标的概率只有{p}', '{d}: {v}, target {t}; at this trend the probability of meeting it in {w} is {p}'),
    ('behind', 'at_risk', '{d}年为{v}，目标{t}，基期{b}，进度为应有进度的{l}倍', '{d}: {v}, target {t}, baseline {b}, progress {l} times what is due'),
    ('doubtful', 'at_risk', '{d}年为{v}，目标{t}，照此趋势{w}年达标的概率为{p}', '{d}: {v}, target {t}; at this trend the probability of meeting it in {w} is {p}'),
    ('adverse_surprise', 'at_risk', '{d}年为{v}，目标{t}，最近一年突然变差，超出以往变化的范围', '{d}: {v}, target {t}; the newest change is worse than its history explains'),
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
            maxIf(value, threshold_code = 'verdict_on_track_min_p') as on_track_min_p,
            maxIf(value, threshold_code = 'verdict_off_track_max_l') as off_track_max_l,
            maxIf(value, threshold_code = 'verdict_off_track_max_p') as off_track_max_p,
            maxIf(value, threshold_code = 'verdict_slipping_max_p') as slipping_max_p,
            maxIf(value, threshold_code = 'verdict_about_tolerance_share') as about_tolerance_share,
            maxIf(value, threshold_code = 'verdict_stale_years') as stale_years,
            maxIf(value, threshold_code = 'verdict_min_points_l') as min_points_l,
            maxIf(value, threshold_code = 'verdict_min_points_p') as min_points_p,
            maxIf(value, threshold_code = 'forecast_max_points') as max_points,
            maxIf(value, threshold_code = 'forecast_percent_clip') as percent_clip,
            maxIf(value, threshold_code = 'trend_steady_max_bad_years') as steady_max_bad_years,
            maxIf(value, threshold_code = 'trend_steady_window_years') as steady_window_years,
            maxIf(value, threshold_code = 'small_number_events') as small_number_events,
            maxIf(value, threshold_code = 'small_number_pool_years') as pool_years,
            maxIf(value, threshold_code = 'interval_z') as interval_z,
            maxIf(value, threshold_code = 'surprise_max_p') as surprise_max_p,
            maxIf(
                value,
                threshold_code = 'surprise_min_change_percent'
            ) as surprise_min_change_percent,
            maxIf(value, threshold_code = 'break_min_ratio') as break_min_ratio,
            maxIf(value, threshold_code = 'parity_low') as parity_low,
            maxIf(value, threshold_code = 'parity_high') as parity_high
        ) as bound,
        break_min_ratio,
        small_number_events
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
-- A target in an area with the whole of its series: which way is good, and how far
-- a value may lie from the number on either side. What is only shown goes along in
-- one column. Here and below, what is worked out for each point of a series uses
-- columns of the step before: a name of the same step would be worked out anew for
-- every point.
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
        t.unit_code = 'percent' and t.reference_measure = '' as is_percent,
        s.area_level = 'street' and not i.requires_area as is_not_collected_here,
        if(t.reference_measure = '', 0.5 * exp10(-i.decimals), 1e-9) as half_unit,
        multiIf(
            is_milestone
                or is_about
                or is_parity
                or t.kind = 'at_least'
                or t.kind = 'per_area_floor',
                0.,
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
        s.break_years as declared_breaks,
        s.is_reference_missing as is_reference_missing,
        s.is_stratum_empty as is_stratum_empty,
        s.child_codes as child_codes,
        s.child_years as child_years,
        s.child_values as child_values
    from core_target as t
    inner join core_target_series as s on s.target_code = t.target_code
    left join core_indicator as i on i.indicator_code = t.indicator_code
),
-- The yearly changes counted in the good direction; the change at index i leads from
-- point i to the next. A jump is the factor between two points and the smaller of
-- their counts.
changed as (
    select
        *,
        arrayMap(
            (v1, v0, y1, y0) -> direction * (v1 - v0) / (y1 - y0),
            arrayPopFront(measured), arrayPopBack(measured),
            arrayPopFront(years), arrayPopBack(years)
        ) as all_changes,
        arrayMap(
            (v1, v0, y1, y0) -> direction * (v1 - v0) / (y1 - y0),
            arraySlice(measured, 4), arraySlice(measured, 1, greatest(length(measured), 3) - 3),
            arraySlice(years, 4), arraySlice(years, 1, greatest(length(years), 3) - 3)
        ) as three_year_gains,
        arrayPopFront(years) as jump_years,
        arrayMap(
            (v1, v0, x1, x0) -> (
                if(is_percent or v1 <= 0 or v0 <= 0, 0., greatest(v1, v0) / least(v1, v0)),
                least(ifNull(x1, inf), ifNull(x0, inf))
            ),
            arrayPopFront(measured), arrayPopBack(measured),
            arrayPopFront(numerators), arrayPopBack(numerators)
        ) as jumps
    from series
),
-- What was known at the end of each year: points after it are not looked at. A
-- series breaks where its publisher or the catalog says so, and where it jumps by
-- a factor that no change of the thing itself explains, such as a sample of one in
-- a hundred among samples of one in a thousand. Nothing is counted across a break.
dated as (
    select
        * except (
            statuses, status_years, child_codes, child_years, child_values, jump_years, jumps,
            declared_breaks
        ),
        year as period_year,
        arrayCount(y -> y <= year, years) as value_count,
        statuses[indexOf(status_years, year)] as obs_status,
        length(child_codes) as area_count,
        arrayFilter((code, y) -> not has(y, year), child_codes, child_years) as missing_area_codes,
        arrayFilter(
            (code, y, v) -> has(y, year) and v[indexOf(y, year)] < printed_number - 1e-9,
            child_codes, child_years, child_values
        ) as failing_area_codes,
        arrayFilter(
            (y, jump) -> y <= year and jump.1 >= break_min_ratio and jump.2 >= small_number_events,
            jump_years, jumps
        ) as suspected_breaks,
        arrayMax(arrayConcat(
            [toUInt16(0)],
            arrayFilter(y -> y <= year, arrayFilter(y -> y != years[1], declared_breaks)),
            suspected_breaks
        )) as last_break
    from changed
    cross join threshold
),
known as (
    select
        * except (versions, all_changes, three_year_gains, suspected_breaks),
        if(value_count = 0, null, years[value_count]) as data_year,
        if(value_count = 0, null, measured[value_count]) as value,
        if(value_count = 0, null, numerators[value_count]) as numerator,
        if(value_count = 0, null, denominators[value_count]) as denominator,
        versions[value_count] as data_version,
        has(suspected_breaks, data_year) as is_suspect,
        greatest(1, arrayFirstIndex(y -> y >= last_break, years)) as restart_index,
        arrayFirstIndex(y -> y >= last_break and y >= plan_baseline_year, years) as first_index,
        if(first_index > value_count, 0, first_index) as baseline_index,
        if(
            value_count <= restart_index or years[value_count - 1] != years[value_count] - 1,
            null,
            measured[value_count - 1]
        ) as previous_value,
        if(isNull(previous_value), null, numerators[value_count - 1]) as previous_numerator,
        if(isNull(previous_value), null, denominators[value_count - 1]) as previous_denominator,
        nullIf(years[baseline_index], 0) as baseline_year,
        if(baseline_index = 0, null, measured[baseline_index]) as baseline_value,
        if(baseline_index = 0, 0, value_count + 1 - baseline_index) as point_count,
        arraySlice(
            all_changes,
            restart_index,
            greatest(value_count, restart_index) - restart_index
        ) as past_changes,
        if(
            baseline_index = 0,
            [],
            arraySlice(
                all_changes,
                baseline_index,
                greatest(value_count, baseline_index) - baseline_index
            )
        ) as changes,
        arraySlice(years, baseline_index + 1, length(changes)) as change_years,
        arraySlice(
            three_year_gains,
            restart_index,
            greatest(value_count, restart_index + 2) - restart_index - 2
        ) as gains,
        if(empty(gains), null, arrayMax(gains)) as best_gain,
        greatest(restart_index, toInt64(value_count) - toInt64(bound.max_points) + 1) as fit_index,
        greatest(0, toInt64(value_count) - fit_index + 1) as fit_count,
        arraySlice(years, fit_index, fit_count) as fitted_years,
        arraySlice(measured, fit_index, fit_count) as fitted_values,
        arraySlice(numerators, fit_index, fit_count) as fitted_numerators,
        arraySlice(denominators, fit_index, fit_count) as fitted_denominators
    from dated
),
-- The number to be met.
aimed as (
    select
        * except (
            printed_number, printed_tolerance, baseline_index, first_index, restart_index,
            is_of_baseline, is_relative, neutral_number, is_about, gains, fit_index, fit_count
        ),
        if(
            is_about,
            coalesce(printed_tolerance, abs(printed_number) * bound.about_tolerance_share),
            null
        ) as tolerance,
        multiIf(
            is_of_baseline and is_yoy, previous_value + coalesce(printed_number, 0),
            is_of_baseline and baseline_year != plan_baseline_year, null,
            is_of_baseline or is_trend,
                baseline_value * (1 + if(is_trend, 0, printed_number) / 100),
            is_milestone, coalesce(printed_number, 1),
            is_relative, coalesce(printed_number, neutral_number),
            printed_number
        ) as target_number
    from known
),
-- Between which bounds a value meets the target, and between which one must lie in
-- the year that is forecast: of a trend beyond the baseline, or the newest value.
bounded as (
    select
        * except (slack_below, slack_above, is_countable),
        1e-9 * greatest(1, abs(coalesce(target_number, 0))) as epsilon,
        target_number * if(is_parity, bound.parity_low, 1.)
            - slack_below
            - coalesce(tolerance, 0)
            - epsilon as lowest,
        target_number * if(is_parity, bound.parity_high, 1.)
            + slack_above
            + coalesce(tolerance, 0)
            + epsilon as highest,
        is_countable and isNotNull(denominator) and numerator < small_number_events as is_small,
        greatest(data_year - bound.pool_years + 1, last_break) as pool_start,
        if(is_held or is_yoy, data_year + 1, deadline_year) as forecast_year,
        if(is_yoy, value, target_number) as neutral_value,
        if(is_trend or is_yoy, if(direction > 0, neutral_value, -inf), lowest) as goal_lower,
        if(is_trend or is_yoy, if(direction < 0, neutral_value, inf), highest) as goal_upper
    from aimed
),
compared as (
    select
        * except (changes, change_years, measured, start_year, pool_start, neutral_value),
        value >= lowest and value <= highest as is_inside,
        baseline_value >= lowest and baseline_value <= highest as was_inside,
        multiIf(
            is_trend and is_yoy, arrayFilter((y, c) -> c < -epsilon, change_years, changes),
            is_trend and is_steady, arrayFilter((y, c) -> c < -half_unit, change_years, changes),
            is_held and isNotNull(target_number),
                arrayFilter(
                    (y, v) -> y >= start_year
                        and y <= period_year
                        and not (v >= lowest and v <= highest),
                    years,
                    measured
                ),
            []
        ) as failed_years,
        arrayExists(c -> c < -epsilon, changes) as is_ever_worse,
        arraySlice(changes, -toInt64(bound.steady_window_years)) as recent_changes,
        arrayCount(
            c -> c < -half_unit,
            recent_changes
        ) > bound.steady_max_bad_years as is_often_worse,
        arraySum(recent_changes) < -half_unit as is_worse_recently,
        length(changes) >= 2
            and changes[-1] < -half_unit
            and changes[-2] < -half_unit as is_worse_twice,
        direction * (value - baseline_value) > epsilon as is_better,
        -- Worse than the year before by more than print, and than chance where both have counts.
        (numerator + previous_numerator) / (denominator + previous_denominator) as both_years,
        bound.interval_z * sqrt(
            both_years
                * if(is_proportion, 1 - both_years, 1)
                * (1 / denominator + 1 / previous_denominator)
        ) as chance,
        direction * (value - previous_value) < -half_unit - epsilon
            and not ifNull(
                abs(numerator / denominator - previous_numerator / previous_denominator) <= chance,
                0
            )
            and not (is_trend or is_milestone or is_small) as is_worse_now,
        arrayFilter(
            p -> is_small
                and p.1 >= pool_start
                and p.1 <= period_year
                and isNotNull(p.2)
                and isNotNull(p.3),
            arrayZip(years, numerators, denominators)
        ) as pooled
    from bounded
),
met as (
    select
        * except (
            is_parity, lowest, highest, both_years, chance, previous_numerator, previous_denominator,
            recent_changes, is_inside, was_inside, past_changes,
            is_worse_recently, is_ever_worse, is_better, epsilon, years, numerators, denominators, pooled
        ),
        multiIf(
            area_count > 0,
                if(notEmpty(failing_area_codes), 0, if(notEmpty(missing_area_codes), null, 1)),
            isNull(value) or isNull(target_number), null,
            not is_trend, is_inside,
            data_year = baseline_year, null,
            is_yoy, not is_ever_worse,
            is_steady, is_better and not is_often_worse and not is_worse_twice,
            is_slope,
                if(
                    length(past_changes) < 2,
                    null,
                    past_changes[-1] >= -epsilon
                        or past_changes[-1] > arrayAvg(arrayPopBack(past_changes)) + epsilon
                ),
            is_better
        ) as is_met,
        if(
            isNull(baseline_year) or deadline_year <= baseline_year,
            null,
            (data_year - baseline_year) / (deadline_year - baseline_year)
        ) as elapsed,
        if(
            is_trend or is_milestone or deadline_year <= data_year,
            null,
            (target_number - value) / (deadline_year - data_year)
        ) as required_change,
        multiIf(
            area_count > 0,
                (area_count - length(failing_area_codes) - length(missing_area_codes)) / area_count,
            isNull(value)
                or isNull(baseline_value)
                or isNull(target_number)
                or is_trend
                or is_milestone,
                null,
            was_inside, if(is_inside, 1, null),
            isNotNull(tolerance),
                least(
                    1,
                    greatest(
                        0,
                        1
                            - (abs(value - target_number) - tolerance)
                            / (abs(baseline_value - target_number) - tolerance)
                    )
                ),
            is_parity, -- distance of the adjusted GPI to 1
                1 - (1 - least(value, 1 / value)) / (1 - least(baseline_value, 1 / baseline_value)),
            target_number = baseline_value, null,
            (value - baseline_value) / (target_number - baseline_value)
        ) as progress,
        if(area_count > 0 or elapsed <= 0, null, progress / elapsed) as relative_progress,
        is_met and not is_small and direction != 0 and not is_slope and not is_milestone
            and (is_worse_twice or (is_often_worse and is_worse_recently)) as is_slipping,
        pooled.1 as pooled_years,
        arraySum(x -> assumeNotNull(x), pooled.2) as pooled_events,
        arraySum(n -> assumeNotNull(n), pooled.3) as pooled_base,
        multiIf(
            is_milestone, 'not_numeric',
            area_count > 0, 'by_area',
            value_count = 0, 'no_value',
            is_reporting_sensitive, 'reporting_sensitive',
            is_term, 'term',
            is_slope, 'slope',
            is_small, 'small_numbers',
            deadline_year <= data_year, 'past_deadline',
            ''
        ) as no_forecast,
        if(
            is_percent
                and ifNull(
                    goal_lower > 100 * (1 - bound.percent_clip)
                        or goal_upper < 100 * bound.percent_clip,
                    0
                ),
            'identity', -- all or none has no place among log odds
            bw_scale(fitted_values, is_percent)
        ) as scale,
        not is_milestone and area_count = 0 and direction != 0 as is_rated
    from compared
),
-- What the fitted points say: the forecast, the probability, whether the newest
-- change is out of line with the earlier ones, and whether the last five points
-- have a trend. A point has an interval where it is a proportion or a rate. Where
-- the changes are so even that the damping moves the forecast by more than its
-- error, the probability says more about the damping than about the series: it is
-- shown, and counts only where the undamped trend misses the target as well.
fitted as (
    select
        * except (fitted_numerators, fitted_denominators),
        if(no_forecast = '', scale, '') as forecast_scale,
        bw_forecast(
            if(no_forecast = '', fitted_years, []),
            if(no_forecast = '', fitted_values, []),
            scale,
            forecast_year
        ) as forecast,
        bw_surprise(fitted_years, fitted_values, scale) as surprise,
        bw_transform(fitted_values[-1], scale) as newest_on_scale,
        bw_transform(goal_lower, scale) as lower_on_scale,
        bw_transform(goal_upper, scale) as upper_on_scale,
        arrayMap(
            (x, n) -> multiIf(
                is_proportion,
                    (multiplier * bw_wilson_lower(x, n), multiplier * bw_wilson_upper(x, n)),
                is_rate,
                    (
                        multiplier * bw_poisson_lower(x) / nullIf(n, 0),
                        multiplier * bw_poisson_upper(x) / nullIf(n, 0)
                    ),
                (null, null)
            ),
            arraySlice(fitted_numerators, -5),
            arraySlice(fitted_denominators, -5)
        ) as newest_intervals
    from met
),
placed as (
    select
        *,
        forecast.slope * forecast.horizon - (forecast.centre - newest_on_scale) as damped_away,
        [forecast.centre, forecast.centre + damped_away] as centres,
        forecast.se as se,
        forecast.df as df
    from fitted
),
outlook as (
    select
        * except (centres, se, df, damped_away, newest_on_scale, lower_on_scale, upper_on_scale),
        surprise.reason = '' and surprise.p < bound.surprise_max_p and direction * surprise.t < 0
            and 100 * abs(surprise.relative_change) >= bound.surprise_min_change_percent
            as is_adverse_surprise,
        se < abs(damped_away) as is_even,
        arrayMap(
            centre -> greatest(0, least(1,
                if(goal_lower = -inf, 1, bw_t_cdf((centre - lower_on_scale) / se, df))
                + if(goal_upper = inf, 1, bw_t_cdf((upper_on_scale - centre) / se, df)) - 1
            )),
            centres
        ) as probabilities,
        if(
            isNull(se) or isNull(goal_lower) or isNull(goal_upper)
                or (goal_lower != -inf and isNull(lower_on_scale))
                    or (goal_upper != inf and isNull(upper_on_scale)),
            null,
            probabilities[1]
        ) as attain_probability,
        length(fitted_years) >= bound.min_points_p and isNotNull(attain_probability) as is_counted,
        if(is_counted and not is_even, attain_probability, null) as counted_probability,
        is_counted and attain_probability < bound.off_track_max_p
            and (
                not is_even
                or (
                    probabilities[2] < bound.off_track_max_p
                    and ifNull(relative_progress < bound.on_track_min_l, 1)
                )
            ) as is_improbable,
        is_trend and (is_worse_twice or length(failed_years) > 1 or is_improbable
            or (is_often_worse and not is_yoy and not is_steady and not is_slope)) as is_wrong_way
    from placed
),
-- The interval of the value and of the years that are pooled, and the number of
-- the first reason that applies. An array and no multiIf, which would work out
-- anew for each branch what several branches ask.
judged as (
    select
        * except (
            is_proportion, is_reporting_sensitive, is_survey, is_term, is_not_collected_here,
            is_stratum_empty, is_reference_missing, half_unit, is_often_worse, is_worse_twice,
            is_slipping, is_yoy, is_steady, is_slope, is_held, bound, value_count
        ),
        arrayMap(
            (x, n, is_count) -> multiIf(
                is_proportion,
                    (multiplier * bw_wilson_lower(x, n), multiplier * bw_wilson_upper(x, n)),
                is_count,
                    (
                        multiplier * bw_poisson_lower(x) / nullIf(n, 0),
                        multiplier * bw_poisson_upper(x) / nullIf(n, 0)
                    ),
                (null, null)
            ),
            [numerator, pooled_events], [denominator, pooled_base], [is_rate, 1]
        ) as intervals,
        is_small
            and not ifNull(intervals[2].1 > goal_upper or intervals[2].2 < goal_lower, 0)
            as is_by_chance,
        indexOf(
            [
                obs_status = 'M', -- zero_denominator
                is_stratum_empty, -- empty_stratum
                notEmpty(failing_area_codes), -- floor_broken
                value_count = 0 -- never_submitted
                    and not is_reference_missing
                    and not is_not_collected_here
                    and length(missing_area_codes) = area_count,
                notEmpty(missing_area_codes), -- area_missing
                area_count > 0, -- floor_held
                is_reference_missing, -- reference_missing
                value_count = 0, -- not_collected_here
                is_survey and data_year < period_year, -- no_survey_this_year
                is_term and data_year < period_year, -- between_terms
                period_year - data_year > bound.stale_years, -- stale
                is_reporting_sensitive, -- reporting_sensitive
                is_suspect, -- suspect_value
                isNull(target_number), -- no_baseline
                is_held and notEmpty(failed_years), -- not_held
                is_slipping, -- met_but_worsening
                is_met and counted_probability < bound.slipping_max_p, -- met_but_not_for_long
                is_met and is_worse_now, -- met_but_worse_than_before
                is_met and is_trend, -- improved
                is_met, -- met
                last_break > plan_baseline_year -- broken_series
                    and ifNull(elapsed < bound.too_early_max_e, 1),
                is_trend and isNull(is_met), -- baseline_only
                period_year >= deadline_year, -- deadline_passed
                elapsed < bound.too_early_max_e, -- too_early
                is_milestone, -- not_yet_done
                point_count < bound.min_points_l, -- too_few_points
                is_by_chance, -- few_events
                is_wrong_way, -- trend_wrong
                is_trend, -- trend_not_yet
                isNull(relative_progress), -- lost
                relative_progress < bound.off_track_max_l, -- far_behind
                is_improbable, -- improbable
                relative_progress < bound.on_track_min_l, -- behind
                counted_probability < bound.on_track_min_p, -- doubtful
                is_adverse_surprise, -- adverse_surprise
                direction != 0 -- faster_than_ever
                    and isNotNull(best_gain)
                    and direction * required_change > best_gain,
                1 -- on_schedule
            ],
            1
        ) as rule
    from outlook
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
    if(
        is_percent and multiplier > 0 and direction > 0 and not is_trend,
        greatest(0, ceil(target_number / multiplier * denominator - numerator - 1e-6)),
        null
    ) as missing_count,
    progress,
    elapsed,
    relative_progress,
    required_change,
    best_gain * if(direction = 0, 1, direction) as best_change,
    point_count,
    nullIf(last_break, 0) as break_year,
    fitted_years,
    fitted_values,
    bw_recent_trend(
        arraySlice(fitted_years, -5),
        arraySlice(fitted_values, -5),
        newest_intervals.1,
        newest_intervals.2
    ) as recent_trend,
    surprise.p as surprise_probability,
    forecast_scale,
    if(no_forecast = '', forecast_year, null) as forecast_year,
    if(
        is_percent and forecast_scale = 'identity',
        greatest(0, least(100, forecast.forecast)),
        forecast.forecast
    ) as forecast_value,
    if(
        is_percent and forecast_scale = 'identity',
        greatest(0, least(100, forecast.lower)),
        forecast.lower
    ) as forecast_lower,
    if(
        is_percent and forecast_scale = 'identity',
        greatest(0, least(100, forecast.upper)),
        forecast.upper
    ) as forecast_upper,
    attain_probability,
    multiIf(
        no_forecast != '',
        no_forecast,
        forecast.reason = '',
        if(is_even, 'even_changes', 'fitted'),
        forecast.reason
    ) as forecast_reason,
    if(
        is_rated and direction < 0,
        100 * bw_aarr(
            arrayFilter(y -> y >= baseline_year, fitted_years),
            arraySlice(fitted_values, -toInt64(arrayCount(y -> y >= baseline_year, fitted_years)))
        ),
        null
    ) as aarr_percent,
    if(
        is_rated and direction < 0 and not is_trend,
        100 * bw_aarr_required(value, target_number, deadline_year - data_year),
        null
    ) as required_aarr_percent,
    if(
        is_rated and not is_trend,
        bw_cagr_progress(
            baseline_year, baseline_value, data_year, value, deadline_year, target_number, direction
        ).ratio,
        null
    ) as cagr_ratio,
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
    (splitByChar('\n', arrayFold(
        (sentence, word) -> replaceAll(sentence, word.1, word.2),
        [
            ('{d}', ifNull(toString(data_year), '')),
            ('{y0}', ifNull(toString(baseline_year), '')),
            ('{v}', ifNull(toString(round(value, 4)), '')),
            ('{t}', ifNull(toString(round(target_number, 4)), '')),
            ('{b}', ifNull(toString(round(baseline_value, 4)), '')),
            ('{l}', ifNull(toString(round(relative_progress, 2)), '')),
            ('{p}', concat(ifNull(toString(round(100 * attain_probability)), ''), '%')),
            ('{w}', ifNull(toString(forecast_year), '')),
            ('{k}', toString(last_break)),
            ('{x}', ifNull(toString(numerator), '')),
            ('{f}', arrayStringConcat(failed_years, ', ')),
            (
                '{n}',
                toString(length(if(notEmpty(failing_area_codes), failing_area_codes, missing_area_codes)))
            )
        ],
        concat(wording.3[rule], '\n', wording.4[rule])
    )) as sentences)[1] as reason_zh,
    sentences[2] as reason_en,
    obs_status,
    deadline_year,
    shown.sentence_zh as sentence_zh,
    data_version,
    '2' as method_version
from judged
settings optimize_and_compare_chain = 0, enable_named_columns_in_function_tuple = 1
comment 'One row per target, monitored area and year from the baseline of the plan on.';
