package sql_test

// expressionsOf says, for a worked example or for its whole family, which
// expression gives each number that the example expects. The inputs of the
// example are columns of the same name.
var expressionsOf = map[string]map[string]string{
	"RATE": {
		"value": "bw_rate_interval(x, n, multiplier, confidence).value",
		"lower": "if(confidence = 0.95, multiplier / n * bw_poisson_lower(x), bw_rate_interval(x, n, multiplier, confidence).lower)",
		"upper": "if(confidence = 0.95, multiplier / n * bw_poisson_upper(x), bw_rate_interval(x, n, multiplier, confidence).upper)",
	},
	"RATE-12": rateWithMissing,
	"RATE-13": rateWithMissing,
	"RATE-14": {"error": "arrayAll(c -> isNull(c.value) and isNull(c.lower) and isNull(c.upper), [bw_rate_interval(-65, 100, 1, 0.95), bw_rate_interval(30, 0, 1, 0.95), bw_rate_interval(80, -100, 1, 0.95)])"},
	"BYAR": {
		"lower": "bw_byar_interval(x, confidence).lower",
		"upper": "bw_byar_interval(x, confidence).upper",
	},
	"WILSON": {
		"lower": "if(confidence = 0.95, bw_wilson_lower(x, n), bw_wilson_interval(x, n, confidence).lower)",
		"upper": "if(confidence = 0.95, bw_wilson_upper(x, n), bw_wilson_interval(x, n, confidence).upper)",
	},
	"WILSON-13": {"error": "isNull(bw_wilson_lower(x, n)) and isNull(bw_wilson_upper(x, n)) and isNull(bw_wilson_interval(x, n, 0.95).lower)"},
	"NEWC": {
		"lower": "bw_newcombe(x1, n1, x2, n2).lower",
		"upper": "bw_newcombe(x1, n1, x2, n2).upper",
	},
	"FUNNEL":    {"class": "transform(bw_funnel_ratio(observed, expected), ['within', 'low_3s', 'low_2s', 'high_3s', 'high_2s'], ['Not significant', 'Low (0.001)', 'Low (0.025)', 'High (0.001)', 'High (0.025)'], '')"},
	"FUNNEL-01": funnelOfProportion,
	"FUNNEL-02": funnelOfProportion,
	"FTREND":    {"trend": "bw_recent_trend(range(1, length(value_lower_upper) + 1), arrayMap(p -> p[1], value_lower_upper), arrayMap(p -> p[2], value_lower_upper), arrayMap(p -> p[3], value_lower_upper))"},
	"FTREND-04": {"trend": "replaceAll(bw_recent_trend(range(1, n + 1), [2., 3., 4., 5.], [1., 2., 3., 4.], [3., 4., 5., 6.]), '_', ' ')"},
	"FTREND-05": {"chi2": "bw_chi_square_quantile(p, df)"},
	"SEN-01": {
		"slope":                         "bw_theil_sen(t, y)",
		"intercept_median_of_medians":   "arrayReduce('quantileExactInclusive(0.5)', y) - bw_theil_sen(t, y) * arrayReduce('quantileExactInclusive(0.5)', t)",
		"intercept_median_of_residuals": "arrayReduce('quantileExactInclusive(0.5)', arrayMap((x, v) -> v - 4 * x, t, y))",
		"lower":                         "bw_theil_sen_interval(t, y, 0.93).lower",
		"upper":                         "bw_theil_sen_interval(t, y, 0.93).upper",
	},
	"SEN-02": {"slope": "bw_theil_sen(t, y)"},
	"FC-03": {
		"b":          "bw_forecast(t, y, 'ln', T).slope",
		"cum":        "(bw_forecast(t, y, 'ln', T).centre - log(y[-1])) / bw_forecast(t, y, 'ln', T).slope",
		"forecast":   "bw_forecast(t, y, 'ln', T).forecast",
		"se":         "bw_forecast(t, y, 'ln', T).se",
		"lower_t975": "bw_forecast(t, y, 'ln', T).lower",
		"upper_t975": "bw_forecast(t, y, 'ln', T).upper",
		"P_le_12":    "bw_attain_probability(bw_forecast(t, y, 'ln', T), 12, -1)",
	},
	"SMR": {
		"ratio": "bw_smr(observed, expected).ratio",
		"lower": "bw_smr(observed, expected).lower",
		"upper": "bw_smr(observed, expected).upper",
	},
	"ISR": {
		"expected": isrExpected,
		"value":    "bw_rate_interval(arraySum(count), " + isrExpected + ", 100, 0.95).value",
		"lower":    "bw_rate_interval(arraySum(count), " + isrExpected + ", 100, 0.95).lower",
		"upper":    "bw_rate_interval(arraySum(count), " + isrExpected + ", 100, 0.95).upper",
	},
	"P2": {
		"ratio": "bw_rate_ratio(x[1], n[1], x[2], n[2]).ratio",
		"lower": "bw_rate_ratio(x[1], n[1], x[2], n[2]).lower",
		"upper": "bw_rate_ratio(x[1], n[1], x[2], n[2]).upper",
		"p":     "bw_two_rates_p(x[1], n[1], x[2], n[2])",
	},
	"CA": {
		"chi2": "bw_proportion_trend([1, 2, 3, 4], x, n).chi2",
		"p":    "bw_proportion_trend([1, 2, 3, 4], x, n).p",
	},
	"MMR": {
		"value": "bw_rate_interval(deaths, births, 100000, 0.95).value",
		"lower": "100000 * bw_poisson_lower(deaths) / births",
		"upper": "100000 * bw_poisson_upper(deaths) / births",
	},
	"MMR-06": {
		"p0":             "bw_poisson_cdf(0, lambda)",
		"p_at_least_one": "1 - bw_poisson_cdf(0, lambda)",
	},
	"MMR-07": {"births": "bw_poisson_exact_interval(0, 0.90).upper / target"},
	"MMR-08": {
		"value": "100000 * bw_pooled(deaths, births)",
		"lower": "bw_rate_interval(arraySum(deaths), arraySum(births), 100000, 0.95).lower",
		"upper": "bw_rate_interval(arraySum(deaths), arraySum(births), 100000, 0.95).upper",
	},
	"MK": {
		"S_crit":      "bw_mann_kendall_critical(n)",
		"p_two_sided": "bw_mann_kendall_p(bw_mann_kendall_critical(n), n)",
	},
	"MK-01": {
		"S":           "bw_mann_kendall(arrayEnumerate(y), y).s",
		"Z":           "bw_mann_kendall(arrayEnumerate(y), y).z",
		"p_one_sided": "bw_mann_kendall(arrayEnumerate(y), y).p / 2",
	},
	"FC-01": {
		"beta":     "bw_linear_fit(t, arrayMap(v -> log(v), y)).slope",
		"AARR":     "bw_aarr(t, y)",
		"forecast": "exp(" + logLine + ".value)",
		"lower":    "exp(" + logLine + ".value - bw_t_quantile_975(" + logLine + ".df) * " + logLine + ".se)",
		"upper":    "exp(" + logLine + ".value + bw_t_quantile_975(" + logLine + ".df) * " + logLine + ".se)",
		"P_le_12":  "bw_t_cdf((log(12) - " + logLine + ".value) / " + logLine + ".se, " + logLine + ".df)",
	},
	"FC-02": {
		"slope":    "bw_linear_fit(t, y).slope",
		"forecast": "bw_linear_prediction(t, y, T).value",
		"lower":    "bw_linear_prediction(t, y, T).value - bw_t_quantile(0.975, 3) * bw_linear_prediction(t, y, T).se",
		"upper":    "bw_linear_prediction(t, y, T).value + bw_t_quantile(0.975, 3) * bw_linear_prediction(t, y, T).se",
		"P_le_12":  "bw_t_cdf((12 - bw_linear_prediction(t, y, T).value) / bw_linear_prediction(t, y, T).se, 3)",
	},
	"FC-04": {
		"beta":     "bw_linear_fit(t, arrayMap(v -> log(v), y)).slope",
		"AARR":     "bw_aarr(t, y)",
		"forecast": "exp(" + logLine + ".value)",
		"lower95":  "exp(" + logLine + ".value - bw_t_quantile_975(" + logLine + ".df) * " + logLine + ".se)",
		"upper95":  "exp(" + logLine + ".value + bw_t_quantile_975(" + logLine + ".df) * " + logLine + ".se)",
	},
	// a series that falls at exactly the printed slope
	"AARR":    {"AARR_pct": "100 * bw_aarr([2000, 2010, 2015], [1, exp(10 * beta), exp(15 * beta)])"},
	"AARR-03": {"required_pct": "100 * bw_aarr_required(1, ratio, years)"},
	"AARR-04": {"required_pct": "100 * bw_aarr_required(1, ratio, years)"},
	// printed with the continuous rate, which ours is turned into
	"AARR-05": {"required_pct": "-100 * log(1 - bw_aarr_required(1, ratio, years))"},
	"AARR-06": {"required_pct": "100 * log(1 + bw_cagr(`from`, `to`, years))"},
	"YOY":     {"change_pct": "bw_change_percent(previous, current)"},
	"YOY-04": {
		"pp":  "current - previous",
		"pct": "bw_change_percent(previous, current)",
	},
	"XMR": {
		"mean":  "bw_xmr(y).mean",
		"mrbar": "bw_xmr(y).mean_moving_range",
		"ucl":   "bw_xmr(y).upper",
		"lcl":   "bw_xmr(y).lower",
	},
	"GPI": {
		"gpi":   "bw_gpi(female, male)",
		"gpia":  "bw_gpia(female, male)",
		"class": "replaceAll(bw_parity(bw_gpi(female, male), 0.97, 1.03), '_', ' ')",
	},
	"GPI-05": {"t": "arrayMap(v -> bw_goldilocks(v, 1), y)"},
	"GAP-01": {
		"ratio":      "bw_gpi(rural, urban)",
		"difference": "rural - urban",
	},
	"DISP": {
		"ti":   "bw_disparity(est, pop).theil",
		"bgv":  "bw_disparity(est, pop).bgv",
		"bgsd": "bw_disparity(est, pop).bgsd",
		"mld":  "bw_disparity(est, pop).mld",
		"mean": "bw_disparity(est, pop).mean",
		"cov":  "bw_disparity(est, pop).cov",
	},
	"DISP-06": {"behaviour": `[
		if(bw_disparity([0, 2, 3], [1, 1, 1]).theil = bw_disparity([0.000001, 2, 3], [1, 1, 1]).theil, 'treated as 1e-6', ''),
		if(bw_disparity([1, 2], [1, 1]).reason = 'too_few_groups', 'error', ''),
		if(bw_disparity(arrayConcat([null, null, null, null], range(1, 22)), range(1, 26)).reason = 'too_many_missing', 'error', '')
	]`},
	"AGG-01": {
		"rate":                "100 * bw_pooled(num, den)",
		"mean_of_rates_WRONG": "arrayAvg(arrayMap((x, n) -> 100 * x / n, num, den))",
	},
	"VAL-01": {
		"diff":      "bw_parts_match(parts, total, decimals).difference",
		"tolerance": "bw_parts_match(parts, total, decimals).tolerance",
		"ok":        "bw_parts_match(parts, total, decimals).is_match",
	},
	"VAL-02": {
		"recomputed": "bw_rate_match(num, den, multiplier, reported, decimals).recomputed",
		"ok":         "bw_rate_match(num, den, multiplier, reported, decimals).is_match",
	},
	"PROG-01": {
		"A": "bw_progress(y0, y, T)",
		"E": "bw_progress(t0, t, tT)",
		"L": "bw_relative_progress(t0, y0, t, y, tT, T)",
	},
	"PROG-02": cagrOf("-1"),
	"PROG-03": cagrOf("d"),
	"PROG-04": cagrOf("d"),
	"PROG-05": {
		"R":      "bw_cagr_progress(t0, y0, t, y, tT, T, d).ratio",
		"status": "bw_cagr_progress(t0, y0, t, y, tT, T, d).status",
		"L":      "bw_relative_progress(t0, y0, t, y, tT, T)",
	},
	"PROG-06": {
		"C50":  "bw_cagr_threshold_factor(base[1], limit)",
		"C90":  "bw_cagr_threshold_factor(base[2], limit)",
		"C98":  "bw_cagr_threshold_factor(base[3], limit)",
		"C100": "bw_cagr_threshold_factor(base[4], limit)",
	},
	"PROG-07": {"status": "arrayMap(r -> bw_cagr_status(r, 1, 1), R)"},
	"PROG-08": {"status": "arrayMap(r -> bw_cagr_status(r, 0, 1), cagr)"},
	"PROG-09": {"status": `[
		bw_cagr_progress(2020, 5, 2024, 6, 2030, 6, 1).status,
		bw_cagr_progress(2020, 5, 2020, 5, 2030, 6, 1).status,
		bw_cagr_progress(2020, 5, 2024, -1, 2030, 6, 1).status
	]`},
	"PROG-10": {
		"expected_2030": "bw_un_progress(t0, y0, t, y, tT, T, 0).expected",
		"share":         "bw_un_progress(t0, y0, t, y, tT, T, 0).share",
		"score":         "transform(bw_un_progress(t0, y0, t, y, tT, T, 0).status, ['on_track', 'fair', 'stagnation'], [3, 2, 1], 0)",
	},
	"PROG-11": {"met": "arrayMap(v -> bw_un_progress(2020, 90, 2024, v, 2030, target, 1).status = 'met', value)"},
	"PROG-12": escap,
	"PROG-13": escap,
	"PROG-14": escap,
	"PROG-15": escap,
	"PROG-16": {"CS": "bw_escap_index(base, current, target, 0)"},
	"PROG-17": {"class": "arrayMap(m -> replaceAll(bw_escap_status(bw_escap_index(85, if(m, 96, 85), 95, 1), points), '_', ' '), meets)"},
	"PROG-18": nbs,
	"PROG-19": nbs,
	"PROG-20": nbs,
	"VOL-01": {
		"pooled":  "100000 * bw_dispersion_poisson(deaths, births).pooled",
		"chi2":    "bw_dispersion_poisson(deaths, births).chi2",
		"df":      "bw_dispersion_poisson(deaths, births).df",
		"p":       "bw_dispersion_poisson(deaths, births).p",
		"verdict": "if(bw_dispersion_poisson(deaths, births).p >= 0.05, 'fluctuation is consistent with chance', '')",
	},
	"VOL-02": {
		"T":    "bw_surprise([2020, 2021, 2022, 2023, 2024], y, 'ln').t",
		"p":    "bw_surprise([2020, 2021, 2022, 2023, 2024], y, 'ln').p",
		"flag": "bw_surprise([2020, 2021, 2022, 2023, 2024], y, 'ln').p < 0.05",
	},
}

// notInSQL gives the reason for each worked example, or family of them, that no
// function computes.
var notInSQL = map[string]string{
	"DSR":  "standardised rates are computed in Go from the age bands and written back as rows",
	"LE":   "life tables are computed in Go and written back as rows",
	"ITS":  "regression with autocorrelated errors is computed in Go and written back as rows",
	"DID":  "impact models are computed in Go and written back as rows",
	"SDC":  "disclosure control needs linear programs, which are solved in Go",
	"HOLT": "the forecast is the damped Theil-Sen one, which did better on short series; Holt is not used",

	"ACH":    "verdicts and their counts are columns of mart_target_yearly and mart_plan_summary, tested by their pages",
	"AGG-02": "the floor of the areas is a verdict of mart_target_yearly, tested by its pages",
	"AGG-03": "a target relative to the baseline is a column of core_target_series, tested by its pages",
	"MMR-05": "one division; no function",
}

const (
	isrExpected = "arraySum(arrayMap((p, c, n) -> p * c / n, pop, refcount, refpop))"
	logLine     = "bw_linear_prediction(t, arrayMap(v -> log(v), y), T)"
)

func cagrOf(polarity string) map[string]string {
	columns := map[string]string{}
	for name, element := range map[string]string{"cagr_obs": "observed", "cagr_req": "required", "R": "ratio", "score": "score", "status": "status"} {
		columns[name] = "bw_cagr_progress(t0, y0, t, y, tT, T, " + polarity + ")." + element
	}
	return columns
}

var (
	escap = map[string]string{
		"CS":    "bw_escap_index(base, current, target, if(direction = 'increasing', 1, -1))",
		"class": "replaceAll(bw_escap_status(bw_escap_index(base, current, target, if(direction = 'increasing', 1, -1)), 2), '_', ' ')",
	}
	nbs             = map[string]string{"score": "bw_nbs_interval_score(x, q1, q2, m, M)"}
	rateWithMissing = map[string]string{
		"value": "bw_rate_interval(x, n, 1, 0.95).value",
		"lower": "bw_rate_interval(x, n, 1, 0.95).lower",
		"upper": "bw_rate_interval(x, n, 1, 0.95).upper",
	}
	funnelOfProportion = map[string]string{
		"lower2s": "100 * bw_funnel_proportion(baseline_pct / 100, population).lower_2s",
		"upper2s": "100 * bw_funnel_proportion(baseline_pct / 100, population).upper_2s",
		"lower3s": "100 * bw_funnel_proportion(baseline_pct / 100, population).lower_3s",
		"upper3s": "100 * bw_funnel_proportion(baseline_pct / 100, population).upper_3s",
	}
)
