-- mart_target_yearly
-- One row per target, monitored area and year from the baseline of the plan on.
-- Reads   core_target, core_plan, core_indicator, core_area, core_target_series, core_threshold
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
last_year as (
    select max(arrayMax(years)) as year
    from core_target_series
    where notEmpty(years)
),
target as (
    select
        t.plan_code as plan_code,
        t.domain_code as domain_code,
        t.item_code as item_code,
        t.section as section,
        t.target_code as target_code,
        t.indicator_code as indicator_code,
        t.name_zh as name_zh,
        t.name_en as name_en,
        i.agency_code as agency_code,
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
        t.reference_measure as reference_measure,
        t.area_level as target_level,
        t.target_value as printed_number,
        t.tolerance as printed_tolerance,
        t.baseline_year as plan_baseline_year,
        t.deadline_year as deadline_year,
        t.sentence_zh as sentence_zh,
        i.data_kind as data_kind,
        i.measure as measure,
        i.multiplier as multiplier,
        i.requires_area as requires_area,
        i.is_small_number as is_small_number,
        i.is_reporting_sensitive as is_reporting_sensitive,
        if(t.reference_measure = '', 0.5 * exp10(-i.decimals), 1e-9) as half_unit
    from core_target as t
    left join core_indicator as i on i.indicator_code = t.indicator_code
),
-- The bounds of the verdict, one row per year that is judged.
threshold as (
    select
        year,
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
series as (
    select
        target_code as series_target_code,
        area_code,
        start_year,
        years as all_years,
        measured as all_measured,
        numerators as all_numerators,
        denominators as all_denominators,
        versions as all_versions,
        status_years,
        statuses,
        is_reference_missing,
        is_stratum_empty,
        child_codes,
        child_years,
        child_values
    from core_target_series
),
place as (
    select
        area_code as place_code,
        level as area_level
    from core_area
),
-- What was known at the end of each year: points after it are not looked at.
known as (
    select
        *,
        year as period_year,
        year = (select year from last_year) as is_latest,
        arrayCount(y -> y <= period_year, all_years) as value_count,
        arraySlice(all_years, 1, value_count) as years,
        arraySlice(all_measured, 1, value_count) as measured,
        arraySlice(all_numerators, 1, value_count) as numerators,
        arraySlice(all_denominators, 1, value_count) as denominators,
        arraySlice(all_versions, 1, value_count) as versions,
        if(has(status_years, period_year), statuses[indexOf(status_years, period_year)], '') as obs_status,
        arrayMap((y, v) -> if(has(y, period_year), toNullable(v[indexOf(y, period_year)]), null), child_years, child_values) as child_now,
        if(value_count = 0, null, years[-1]) as data_year,
        if(value_count = 0, null, measured[-1]) as value,
        if(value_count = 0, null, numerators[-1]) as numerator,
        if(value_count = 0, null, denominators[-1]) as denominator,
        if(value_count < 2 or years[-2] != years[-1] - 1, null, measured[-2]) as previous_value,
        arrayFirstIndex(y -> y >= plan_baseline_year, years) as baseline_index,
        if(baseline_index = 0, null, years[baseline_index]) as baseline_year,
        if(baseline_index = 0, null, measured[baseline_index]) as baseline_value,
        if(baseline_index = 0, 0, value_count - baseline_index + 1) as point_count,
        if(baseline_index = 0, [], arraySlice(measured, baseline_index)) as run,
        if(baseline_index = 0, [], arraySlice(years, baseline_index)) as run_years
    from target
    inner join series on series_target_code = target_code
    inner join place on place_code = area_code
    cross join threshold
),
-- The number to be met, and between which bounds a value meets it.
bounded as (
    select
        *,
        multiIf(
            kind = 'baseline_relative' and trend_rule = 'yoy', previous_value + coalesce(printed_number, 0),
            kind = 'baseline_relative' and baseline_year = plan_baseline_year, baseline_value * (1 + printed_number / 100),
            kind = 'baseline_relative', null,
            kind in ('rise', 'fall'), baseline_value,
            kind in ('milestone', 'qualitative'), coalesce(printed_number, 1),
            kind = 'relative_to_indicator', coalesce(printed_number, if(reference_measure = 'ratio', 1, 0)),
            printed_number
        ) as target_number,
        if(kind = 'about', coalesce(printed_tolerance, abs(printed_number) * about_tolerance_share), null) as tolerance,
        multiIf(
            kind in ('at_least', 'per_area_floor', 'milestone', 'qualitative'), target_number,
            kind = 'equals' and polarity >= 0, target_number - half_unit,
            kind = 'about', target_number - tolerance,
            kind in ('baseline_relative', 'relative_to_indicator') and polarity > 0, target_number,
            kind = 'relative_to_indicator' and polarity = 0, if(reference_measure = 'ratio', target_number * parity_low, target_number - half_unit),
            kind in ('rise', 'fall'), null,
            -inf
        ) as lowest,
        multiIf(
            kind = 'at_most', target_number,
            kind = 'equals' and polarity < 0, target_number + half_unit,
            kind = 'about', target_number + tolerance,
            kind in ('baseline_relative', 'relative_to_indicator') and polarity < 0, target_number,
            kind = 'relative_to_indicator' and polarity = 0, if(reference_measure = 'ratio', target_number * parity_high, target_number + half_unit),
            kind in ('rise', 'fall'), null,
            inf
        ) as highest,
        1e-9 * greatest(1, abs(coalesce(target_number, 0))) as epsilon,
        if(kind = 'fall' or (kind != 'rise' and polarity < 0), -1, if(kind = 'rise' or polarity > 0, 1, 0)) as direction,
        -- Yearly changes in the good direction, along all values and from the baseline on.
        arrayMap((v1, v0, y1, y0) -> direction * (v1 - v0) / (y1 - y0), arrayPopFront(measured), arrayPopBack(measured), arrayPopFront(years), arrayPopBack(years)) as all_changes,
        arrayMap((v1, v0, y1, y0) -> direction * (v1 - v0) / (y1 - y0), arrayPopFront(run), arrayPopBack(run), arrayPopFront(run_years), arrayPopBack(run_years)) as changes,
        arraySlice(changes, -toInt64(steady_window_years)) as recent_changes,
        length(changes) >= 2 and changes[-1] < -half_unit and changes[-2] < -half_unit as is_worse_twice,
        arrayCount(c -> c < -half_unit, recent_changes) as bad_year_count,
        arraySum(recent_changes) as recent_net,
        arrayFilter((code, v) -> isNull(v), child_codes, child_now) as missing_area_codes,
        arrayFilter((code, v) -> isNotNull(v) and v < coalesce(printed_number, 0) - 1e-9, child_codes, child_now) as failing_area_codes
    from known
),
met as (
    select
        *,
        notEmpty(child_codes) as is_floor_of_areas,
        direction * (value - baseline_value) as net_change,
        multiIf(
            is_floor_of_areas, if(notEmpty(failing_area_codes), 0, if(notEmpty(missing_area_codes), null, 1)),
            isNull(value) or isNull(target_number), null,
            kind in ('rise', 'fall') and data_year = baseline_year, null,
            kind in ('rise', 'fall') and trend_rule = 'yoy', arrayAll(c -> c >= -epsilon, changes),
            kind in ('rise', 'fall') and trend_rule = 'steady', net_change > epsilon and bad_year_count <= steady_max_bad_years and not is_worse_twice,
            kind in ('rise', 'fall') and trend_rule = 'slope',
                if(length(all_changes) < 2, null, all_changes[-1] >= -epsilon or all_changes[-1] > arrayAvg(arrayPopBack(all_changes)) + epsilon),
            kind in ('rise', 'fall'), net_change > epsilon,
            value >= lowest - epsilon and value <= highest + epsilon
        ) as is_met,
        multiIf(
            kind in ('rise', 'fall') and trend_rule in ('yoy', 'steady'),
                arrayFilter((y, c) -> c < -if(trend_rule = 'yoy', epsilon, half_unit), arrayPopFront(run_years), changes),
            mode = 'maintain' and kind not in ('rise', 'fall') and isNotNull(target_number),
                arrayFilter((y, v) -> y >= start_year and not (v >= lowest - epsilon and v <= highest + epsilon), years, measured),
            []
        ) as failed_years,
        isNotNull(baseline_value) and baseline_value >= lowest - epsilon and baseline_value <= highest + epsilon as was_met_at_baseline,
        multiIf(
            is_floor_of_areas, (length(child_codes) - length(failing_area_codes) - length(missing_area_codes)) / length(child_codes),
            isNull(value) or isNull(baseline_value) or kind in ('rise', 'fall', 'milestone', 'qualitative'), null,
            was_met_at_baseline, if(is_met = 1, 1, null),
            kind = 'about', least(1, greatest(0, 1 - (abs(value - target_number) - tolerance) / (abs(baseline_value - target_number) - tolerance))),
            target_number = baseline_value, null,
            (value - baseline_value) / (target_number - baseline_value)
        ) as progress,
        if(isNull(baseline_year) or deadline_year <= baseline_year, null, (data_year - baseline_year) / (deadline_year - baseline_year)) as elapsed,
        if(is_floor_of_areas or elapsed <= 0, null, progress / elapsed) as relative_progress,
        if(kind in ('rise', 'fall', 'milestone', 'qualitative') or deadline_year <= data_year, null, (target_number - value) / (deadline_year - data_year)) as required_change,
        if(
            length(measured) < 4,
            null,
            arrayMax(arrayMap(
                (v1, v0, y1, y0) -> direction * (v1 - v0) / (y1 - y0),
                arraySlice(measured, 4), arraySlice(measured, 1, length(measured) - 3), arraySlice(years, 4), arraySlice(years, 1, length(years) - 3)
            ))
        ) as best_gain,
        best_gain * if(direction = 0, 1, direction) as best_change
    from bounded
),
judged as (
    select
        *,
        mode = 'maintain' and notEmpty(failed_years) and kind not in ('rise', 'fall') as is_broken,
        is_met = 1 and direction != 0 and kind not in ('milestone', 'qualitative')
            and (is_worse_twice or (bad_year_count > steady_max_bad_years and recent_net < -half_unit)) as is_slipping,
        multiIf(
            obs_status = 'M', 'zero_denominator',
            is_stratum_empty, 'empty_stratum',
            is_floor_of_areas and length(missing_area_codes) = length(child_codes) and value_count = 0, 'never_submitted',
            is_floor_of_areas and notEmpty(failing_area_codes), 'floor_broken',
            is_floor_of_areas and notEmpty(missing_area_codes), 'area_missing',
            is_floor_of_areas, 'floor_held',
            is_reference_missing, 'reference_missing',
            value_count = 0 and area_level = 'street' and not requires_area, 'not_collected_here',
            value_count = 0, 'never_submitted',
            data_kind = 'survey' and data_year < period_year, 'no_survey_this_year',
            data_kind = 'term' and data_year < period_year, 'between_terms',
            period_year - data_year > stale_years, 'stale',
            is_reporting_sensitive = 1, 'reporting_sensitive',
            isNull(target_number), 'no_baseline',
            is_broken, 'not_held',
            is_slipping, 'met_but_worsening',
            is_met = 1, 'met',
            kind in ('rise', 'fall') and isNull(is_met), 'baseline_only',
            period_year >= deadline_year, 'deadline_passed',
            elapsed < too_early_max_e, 'too_early',
            kind in ('milestone', 'qualitative'), 'not_yet_done',
            point_count < min_points_l, 'too_few_points',
            kind in ('rise', 'fall') and (is_worse_twice or length(failed_years) > 1 or (trend_rule in ('net', '') and bad_year_count > steady_max_bad_years)), 'trend_wrong',
            kind in ('rise', 'fall'), 'trend_not_yet',
            isNull(relative_progress), 'lost',
            relative_progress < off_track_max_l, 'far_behind',
            relative_progress < on_track_min_l, 'behind',
            direction != 0 and isNotNull(best_gain) and direction * required_change > best_gain, 'faster_than_ever',
            'on_schedule'
        ) as verdict_reason,
        -- The interval of the value itself and that of up to three years together.
        if(measure = 'proportion', multiplier * bw_wilson_lower(numerator, denominator), if(measure = 'rate', multiplier * bw_poisson_lower(numerator) / nullIf(denominator, 0), null)) as value_lower,
        if(measure = 'proportion', multiplier * bw_wilson_upper(numerator, denominator), if(measure = 'rate', multiplier * bw_poisson_upper(numerator) / nullIf(denominator, 0), null)) as value_upper,
        isNotNull(numerator) and isNotNull(denominator) and (measure = 'rate' or is_small_number = 1) and numerator < small_number_events as is_small,
        arrayFilter(
            (y, x, n) -> y > data_year - 3 and isNotNull(x) and isNotNull(n) and is_small, years, numerators, denominators
        ) as pooled_years,
        arraySum(arrayMap((y, x) -> if(has(pooled_years, y), coalesce(x, 0), 0), years, numerators)) as pooled_events,
        arraySum(arrayMap((y, n) -> if(has(pooled_years, y), coalesce(n, 0), 0), years, denominators)) as pooled_base
    from met
),
worded as (
    select
        *,
        transform(
            verdict_reason,
            ['zero_denominator', 'empty_stratum', 'between_terms', 'not_collected_here', 'never_submitted', 'no_survey_this_year', 'stale', 'reporting_sensitive', 'no_baseline', 'reference_missing', 'area_missing', 'too_few_points',
             'floor_broken', 'not_held', 'floor_held', 'met', 'met_but_worsening', 'baseline_only', 'too_early', 'deadline_passed', 'far_behind', 'trend_wrong', 'lost', 'not_yet_done', 'trend_not_yet', 'behind', 'faster_than_ever', 'on_schedule'],
            ['not_applicable', 'not_applicable', 'not_applicable', 'not_applicable', 'no_data', 'no_data', 'insufficient', 'insufficient', 'insufficient', 'insufficient', 'insufficient', 'insufficient',
             'broken', 'broken', 'achieved', 'achieved', 'achieved_slipping', 'too_early', 'too_early', 'off_track', 'off_track', 'off_track', 'off_track', 'at_risk', 'at_risk', 'at_risk', 'at_risk', 'on_track'],
            ''
        ) as verdict,
        has(['achieved', 'achieved_slipping', 'on_track', 'at_risk', 'off_track', 'broken', 'too_early'], verdict) as is_judged,
        multiIf(
            not is_judged or is_floor_of_areas, if(is_judged, 'full_count', ''),
            is_small, 'small_numbers',
            isNull(value_lower) or isNull(value_upper), 'full_count',
            target_number between value_lower and value_upper, 'within_chance',
            'supported'
        ) as certainty,
        if(empty(pooled_years) or pooled_base = 0, null, multiplier * pooled_events / pooled_base) as pooled_value,
        if(isNull(pooled_value), null, multiplier * if(measure = 'proportion', bw_wilson_lower(pooled_events, pooled_base), bw_poisson_lower(pooled_events) / pooled_base)) as pooled_lower,
        if(isNull(pooled_value), null, multiplier * if(measure = 'proportion', bw_wilson_upper(pooled_events, pooled_base), bw_poisson_upper(pooled_events) / pooled_base)) as pooled_upper,
        target_number - value as gap_value,
        value - previous_value as change_value,
        if(empty(versions), 0, versions[-1]) as data_version,
        toString(round(value, 4)) as v,
        toString(round(target_number, 4)) as t,
        toString(round(baseline_value, 4)) as b,
        toString(round(relative_progress, 2)) as l
    from judged
),
reasoned as (
    select
        *,
        transform(
            verdict_reason,
            ['zero_denominator', 'empty_stratum', 'between_terms', 'not_collected_here', 'never_submitted', 'reporting_sensitive', 'no_baseline', 'reference_missing'],
            ['本年分母为零，不适用', '本区没有该类地区，不适用', '本年不是换届年，不适用', '该指标不按街道收集', '从未报送', '报告敏感指标：只列示，不判定', '没有基期值，无法判定', '缺少对照指标的数值，无法判定'],
            multiIf(
                verdict_reason = 'no_survey_this_year', concat('本年未开展调查，最近一次为', toString(data_year), '年：', v),
                verdict_reason = 'stale', concat('最新数值为', toString(data_year), '年，数据滞后'),
                verdict_reason = 'area_missing', concat('缺', toString(length(missing_area_codes)), '个街道的数值，不能判定全部达标'),
                verdict_reason = 'too_few_points', '数据点不足，无法判断趋势',
                verdict_reason = 'floor_broken', concat(toString(length(failing_area_codes)), '个街道低于', t),
                verdict_reason = 'floor_held', concat('各街道均不低于', t),
                verdict_reason = 'not_held', concat('未保持：', arrayStringConcat(arrayMap(y -> toString(y), failed_years), '、'), '年未达', t, '，', toString(data_year), '年为', v),
                verdict_reason = 'met_but_worsening', concat(toString(data_year), '年为', v, '，已达目标，但近年持续变差'),
                verdict_reason = 'met' and kind in ('rise', 'fall'), concat(toString(data_year), '年为', v, '，优于基期', toString(baseline_year), '年的', b),
                verdict_reason = 'met' and kind in ('milestone', 'qualitative'), concat(toString(data_year), '年已完成'),
                verdict_reason = 'met', concat(toString(data_year), '年为', v, '，达到目标', t),
                verdict_reason = 'baseline_only', '只有基期值，尚不能判断变化',
                verdict_reason = 'too_early', concat('规划期过半前尚早：', toString(data_year), '年为', v, '，目标', t),
                verdict_reason = 'deadline_passed', concat('已到规划末期，', v, '未达目标', t),
                verdict_reason in ('trend_wrong', 'trend_not_yet'), concat(toString(data_year), '年为', v, '，未优于基期', toString(baseline_year), '年的', b, '或未按要求逐年改善'),
                verdict_reason = 'lost', concat('基期已达目标，', toString(data_year), '年为', v, '，低于目标', t),
                verdict_reason = 'not_yet_done', concat('尚未完成，要求', t),
                concat(toString(data_year), '年为', v, '，目标', t, '，基期', b, '，进度为应有进度的', l, '倍')
            )
        ) as reason_zh,
        transform(
            verdict_reason,
            ['zero_denominator', 'empty_stratum', 'between_terms', 'not_collected_here', 'never_submitted', 'reporting_sensitive', 'no_baseline', 'reference_missing'],
            ['denominator is zero this year', 'the district has no such areas', 'not an election year', 'not collected by street', 'never submitted', 'reporting-sensitive: shown, not judged', 'no baseline value', 'the series it is held against has no value'],
            multiIf(
                verdict_reason = 'no_survey_this_year', concat('no survey this year, last in ', toString(data_year), ': ', v),
                verdict_reason = 'stale', concat('newest value is of ', toString(data_year)),
                verdict_reason = 'area_missing', concat(toString(length(missing_area_codes)), ' streets have no value'),
                verdict_reason = 'too_few_points', 'too few values to see a trend',
                verdict_reason = 'floor_broken', concat(toString(length(failing_area_codes)), ' streets are below ', t),
                verdict_reason = 'floor_held', concat('every street is at or above ', t),
                verdict_reason = 'not_held', concat('not held in ', arrayStringConcat(arrayMap(y -> toString(y), failed_years), ', '), ' (target ', t, '); ', toString(data_year), ': ', v),
                verdict_reason = 'met_but_worsening', concat(toString(data_year), ': ', v, ', met but worsening'),
                verdict_reason = 'met' and kind in ('rise', 'fall'), concat(toString(data_year), ': ', v, ', better than ', b, ' in ', toString(baseline_year)),
                verdict_reason = 'met' and kind in ('milestone', 'qualitative'), concat('done by ', toString(data_year)),
                verdict_reason = 'met', concat(toString(data_year), ': ', v, ' meets ', t),
                verdict_reason = 'baseline_only', 'only the baseline is known',
                verdict_reason = 'too_early', concat('too early: ', v, ' in ', toString(data_year), ', target ', t),
                verdict_reason = 'deadline_passed', concat('deadline reached, ', v, ' does not meet ', t),
                verdict_reason in ('trend_wrong', 'trend_not_yet'), concat(toString(data_year), ': ', v, ', not better than ', b, ' in ', toString(baseline_year), ' or not in the way asked'),
                verdict_reason = 'lost', concat('met at baseline, ', v, ' in ', toString(data_year), ' no longer meets ', t),
                verdict_reason = 'not_yet_done', concat('not done yet, asked for ', t),
                concat(toString(data_year), ': ', v, ', target ', t, ', baseline ', b, ', progress ', l, ' times what is due')
            )
        ) as reason_en
    from worded
)
select
    plan_code,
    domain_code,
    item_code,
    section,
    target_code,
    indicator_code,
    name_zh,
    name_en,
    agency_code,
    area_code,
    area_level,
    period_year,
    is_latest,
    kind,
    trend_rule,
    mode,
    value_origin,
    unit_code,
    polarity,
    sex,
    age_group,
    residence,
    category,
    data_kind,
    data_year,
    value,
    numerator,
    denominator,
    value_lower,
    value_upper,
    previous_value,
    change_value,
    baseline_year,
    baseline_value,
    target_number,
    tolerance,
    gap_value,
    progress,
    elapsed,
    relative_progress,
    required_change,
    best_change,
    point_count,
    forecast_value,
    forecast_lower,
    forecast_upper,
    attain_probability,
    pooled_value,
    pooled_lower,
    pooled_upper,
    pooled_years,
    failed_years,
    failing_area_codes,
    missing_area_codes,
    is_met,
    verdict,
    verdict_reason,
    certainty,
    reason_zh,
    reason_en,
    obs_status,
    deadline_year,
    sentence_zh,
    data_version,
    method_version
from
(
    select
        *,
        cast(null, 'Nullable(Float64)') as forecast_value,
        cast(null, 'Nullable(Float64)') as forecast_lower,
        cast(null, 'Nullable(Float64)') as forecast_upper,
        cast(null, 'Nullable(Float64)') as attain_probability,
        '1' as method_version
    from reasoned
)

comment 'One row per target, monitored area and year from the baseline of the plan on.';
