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
	"SEN-02":    {"slope": "bw_theil_sen(t, y)"},
	"FC-03": {
		"b":          "bw_forecast(t, y, 'ln', T).slope",
		"cum":        "(bw_forecast(t, y, 'ln', T).centre - log(y[-1])) / bw_forecast(t, y, 'ln', T).slope",
		"forecast":   "bw_forecast(t, y, 'ln', T).forecast",
		"se":         "bw_forecast(t, y, 'ln', T).se",
		"lower_t975": "bw_forecast(t, y, 'ln', T).lower",
		"upper_t975": "bw_forecast(t, y, 'ln', T).upper",
		"P_le_12":    "bw_attain_probability(bw_forecast(t, y, 'ln', T), 12, -1)",
	},
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
	"DSR":    "standardised rates are computed in Go from the age bands and written back as rows",
	"LE":     "life tables are computed in Go and written back as rows",
	"ITS":    "regression with autocorrelated errors is computed in Go and written back as rows",
	"DID":    "impact models are computed in Go and written back as rows",
	"SDC":    "disclosure control needs linear programs, which are solved in Go",
	"HOLT":   "the forecast is the damped Theil-Sen one, which did better on short series; Holt is not used",
	"ACH":    "no function yet",
	"DISP":   "no function yet",
	"CA":     "no function yet",
	"P2":     "no function yet",
	"MMR":    "no function yet",
	"PROG":   "no function yet",
	"GPI":    "no function yet",
	"GAP":    "no function yet",
	"AGG":    "no function yet",
	"VAL":    "no function yet",
	"MK":     "no function yet",
	"SMR":    "no function yet",
	"ISR":    "no function yet",
	"AARR":   "no function yet",
	"YOY":    "no function yet",
	"XMR":    "no function yet",
	"FC-01":  "no function yet",
	"FC-02":  "no function yet",
	"FC-04":  "no function yet",
	"SEN-01": "no function yet",
}

var (
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
