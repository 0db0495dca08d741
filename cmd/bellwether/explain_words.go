package main

// words are the texts of a code in both languages.
type words struct{ zh, en string }

// wordsFor picks the language of the person, and the code itself where there
// are no words for it.
func (a *app) wordsFor(table map[string]words, code string) string {
	w, ok := table[code]
	if !ok {
		return code
	}
	return a.text(w.zh, w.en)
}

// pointUses says what became of a figure.
func pointUses() map[string]words {
	return map[string]words{
		"fitted":        {"拟合", "fitted"},
		"not_fitted":    {"判定", "judged"},
		"no_value":      {"无数值", "no value"},
		"no_reference":  {"对照缺值", "no ref."},
		"before_break":  {"断点之前", "before break"},
		"beyond_newest": {"点数已满", "too old"},
		"reference":     {"对照", "ref."},
		"area":          {"街道", "street"},
	}
}

// forecastReasons says what a forecast is worth, or why there is none.
func forecastReasons() map[string]words {
	return map[string]words{
		"fitted":              {"有预测，达标概率参与判定（至少五点）", "forecast; from five points on P counts for the verdict"},
		"indicative":          {"只有三四个点：概率只列示，不参与判定", "three or four points: P is shown and does not count"},
		"even_changes":        {"各年变化过于均匀，概率主要取决于阻尼：只在不加阻尼的趋势也达不到目标时参与判定", "the changes are so even that P says more about the damping: it counts only where the undamped trend misses as well"},
		"not_numeric":         {"无预测：建成事项或定性目标", "no forecast: a milestone or a qualitative target"},
		"small_numbers":       {"无预测：全年例数太少，不拟合趋势", "no forecast: too few events a year, nothing is fitted"},
		"by_area":             {"无预测：按各街道分别判定", "no forecast: each street is judged for itself"},
		"term":                {"无预测：只在换届时变化", "no forecast: it moves only at elections"},
		"reporting_sensitive": {"无预测：报告越多数值越高，不外推", "no forecast: more reports may mean better reporting"},
		"slope":               {"无预测：判定的是增速，不是水平", "no forecast: the growth is judged and not the level"},
		"no_value":            {"无预测：没有数值", "no forecast: there is no value"},
		"past_deadline":       {"无预测：期限已到", "no forecast: the deadline is here"},
		"too_few_points":      {"无预测：断点以来不足三个点", "no forecast: fewer than three points since the newest break"},
		"constant_series":     {"各年变化相等：有预测值，没有区间和概率", "equal changes: a forecast without interval or probability"},
	}
}

// scaleWords says on which scale a trend is fitted.
func scaleWords() map[string]words {
	return map[string]words{
		"logit":    {"logit（百分比的对数优势）", "logit, the log odds of a percentage"},
		"ln":       {"ln（对数）", "ln, the logarithm"},
		"identity": {"原值", "identity, the value itself"},
	}
}

// trendWords says what the test of the last five points found.
func trendWords() map[string]words {
	return map[string]words{
		"increasing":            {"显著上升", "increasing"},
		"decreasing":            {"显著下降", "decreasing"},
		"no_significant_change": {"无显著变化", "no significant change"},
		"cannot_be_calculated":  {"不检验：点数不足，或没有区间", "not tested: too few points, or no intervals"},
	}
}

// progressForms says why A is what it is where it is no quotient of distances.
func progressForms() map[string]words {
	return map[string]words{
		"held":        {"A = 1：基期已达标，现仍达标", "A = 1: met at the baseline and met still"},
		"no_number":   {"建成事项和定性目标不计 A", "a milestone or a qualitative target has no A"},
		"trend":       {"升降目标没有终点，不计 A", "a rise or fall has no end to be counted to, so no A"},
		"no_value":    {"没有数值，不计 A", "no value, so no A"},
		"no_baseline": {"没有基期值，不计 A", "no baseline value, so no A"},
		"no_target":   {"没有可达的数值，不计 A", "no number to be met, so no A"},
		"no_way":      {"基期值等于目标值，没有路程可计", "baseline and target are the same, so there is no way to count"},
		"lost":        {"基期已达标而现在未达标：不计 A", "met at the baseline and not now: no A"},
	}
}

// certaintyWords says what the certainty of a verdict means.
func certaintyWords() map[string]words {
	return map[string]words{
		"supported":     {"目标值在 95% 区间之外", "the target lies outside the 95 % interval"},
		"within_chance": {"目标值在 95% 区间之内，单凭偶然也可能达到或未达到", "the target lies within the 95 % interval: chance alone could decide"},
		"small_numbers": {"全年例数太少，看多年合并值", "too few events a year; see the pooled value"},
		"full_count":    {"没有分子分母，或为全数统计，不计区间", "no numerator and denominator to give an interval, or a full count"},
	}
}

// thresholdWords says what is held against each bound.
func thresholdWords() map[string]words {
	return map[string]words{
		"verdict_stale_years":           {"最新数值距今年数", "years since the newest value"},
		"break_min_ratio":               {"视为断点的倍数", "factor that is taken for a break"},
		"verdict_about_tolerance_share": {"“左右”的容差占目标值的比例", "tolerance of an about target as a share"},
		"parity_low":                    {"均等的下限", "lower end of parity"},
		"parity_high":                   {"均等的上限", "upper end of parity"},
		"trend_steady_max_bad_years":    {"容许变差的年数", "adverse years tolerated"},
		"trend_steady_window_years":     {"变差年数的窗口", "years they are counted in"},
		"small_number_events":           {"全年例数（少则合并不拟合）", "events: fewer are pooled"},
		"small_number_pool_years":       {"合并的年数", "years that are pooled"},
		"verdict_min_points_p":          {"拟合点数（够则 P 参与）", "points, from which P counts"},
		"verdict_slipping_max_p":        {"已达标，今后达标的概率 P", "P of meeting it still"},
		"verdict_too_early_max_e":       {"时间进度 E（小则尚早）", "E, below which it is too early"},
		"verdict_min_points_l":          {"基期以来的点数", "points since the baseline"},
		"verdict_off_track_max_l":       {"进度比 L（小则困难）", "L, below which it is off track"},
		"verdict_off_track_max_p":       {"达标概率 P（小则困难）", "P, below which it is off track"},
		"verdict_on_track_min_l":        {"进度比 L（小则有风险）", "L, below which it is at risk"},
		"verdict_on_track_min_p":        {"达标概率 P（小则有风险）", "P, below which it is at risk"},
		"surprise_max_p":                {"最近变化的概率（小则异常）", "P of the newest change"},
		"surprise_min_change_percent":   {"最近变化的幅度 %", "size of the newest change, percent"},
		"forecast_max_points":           {"最多拟合的点数", "points taken, at most"},
		"verdict_min_points_forecast":   {"预测所需点数", "points needed for a forecast"},
		"forecast_damping":              {"趋势每年的阻尼", "damping of the trend a year"},
		"forecast_interval_probability": {"预测区间的上侧概率", "P of the upper limit"},
		"forecast_percent_clip":         {"百分比离两端的距离", "distance from 0 and 1"},
		"trend_test_min_points":         {"趋势检验所需点数", "points needed for the trend test"},
		"trend_test_chi_square":         {"趋势检验的卡方界限", "chi-square of the trend test"},
		"interval_z":                    {"95% 区间的正态分位数", "normal deviate of a 95 % interval"},
		"small_number_exact_events":     {"例数（少则用精确区间）", "events: fewer are exact Poisson"},
	}
}
