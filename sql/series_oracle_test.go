package sql_test

import (
	"math"
	"slices"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

// drawSeries gives up to 50 series of n points in years that may have gaps.
func drawSeries(t *rapid.T, fewest, most int, value *rapid.Generator[float64]) []series {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) series {
		years := rapid.SliceOfNDistinct(whole(2000, 2024), fewest, most, rapid.ID).Draw(t, "years")
		slices.Sort(years)
		return series{years, rapid.SliceOfN(value, len(years), len(years)).Draw(t, "values")}
	}), 1, 50).Draw(t, "series")
}

var scales = map[string]struct{ g, inverse func(float64) float64 }{
	"identity": {func(v float64) float64 { return v }, func(g float64) float64 { return g }},
	"ln":       {math.Log, math.Exp},
	"logit": {
		func(v float64) float64 { p := min(0.9995, max(0.0005, v/100)); return math.Log(p / (1 - p)) },
		func(g float64) float64 { return 100 / (1 + math.Exp(-g)) },
	},
}

func TestTheForecastAgreesWithGonum(t *testing.T) {
	conn := migrated(t)
	for name, scale := range scales {
		t.Run(name, func(t *testing.T) {
			forRandom(t, func(t *rapid.T) {
				rows := drawSeries(t, 3, 12, rapid.Float64Range(1, 99))
				forecast := "bw_forecast(t, y, '" + name + "', 2030)"
				for i, got := range evaluateSeries(t, conn, rows, forecast+".forecast", forecast+".lower", forecast+".upper", "bw_attain_probability("+forecast+", 60, 1)", "bw_attain_probability("+forecast+", 60, -1)") {
					var g []float64
					for _, v := range rows[i].y {
						g = append(g, scale.g(v))
					}
					centre, se, df := projected(rows[i].t, g, 2030)
					if se < 1e-9 {
						close(t, "lower of a constant series", rows[i], got[1], math.NaN(), 0)
						close(t, "chance for a constant series", rows[i], got[3], math.NaN(), 0)
						continue
					}
					margin := se * distuv.StudentsT{Sigma: 1, Nu: df}.Quantile(0.975)
					close(t, "forecast", rows[i], got[0], scale.inverse(centre), 1e-9)
					if margin < 500 { // beyond, an exponential leaves the doubles
						close(t, "lower", rows[i], got[1], scale.inverse(centre-margin), 1e-6)
						close(t, "upper", rows[i], got[2], scale.inverse(centre+margin), 1e-6)
					}
					student := distuv.StudentsT{Mu: centre, Sigma: se, Nu: df}
					close(t, "chance of 60 or less", rows[i], got[4], student.CDF(scale.g(60)), 1e-8)
					close(t, "chance of either", rows[i], got[3]+got[4], 1, 1e-12)
				}
			})
		})
	}
}

// projected is the damped Theil-Sen forecast on the scale of g, with the error of a
// random walk.
func projected(years, g []float64, until float64) (centre, se, df float64) {
	n := len(g)
	h := until - years[n-1]
	damped := 0.0
	for k := 1.0; k <= h; k++ {
		damped += math.Pow(0.95, k)
	}
	s := stat.StdDev(changes(years, g), nil)
	return g[n-1] + medianSlope(years, g)*damped, s * math.Sqrt(h*(1+h/float64(n-1))), float64(n - 2)
}

func changes(years, g []float64) []float64 {
	var all []float64
	for i := 1; i < len(g); i++ {
		all = append(all, (g[i]-g[i-1])/(years[i]-years[i-1]))
	}
	return all
}

func medianSlope(years, g []float64) float64 {
	var slopes []float64
	for i := range g {
		for j := range i {
			slopes = append(slopes, (g[i]-g[j])/(years[i]-years[j]))
		}
	}
	slices.Sort(slopes)
	return (slopes[(len(slopes)-1)/2] + slopes[len(slopes)/2]) / 2
}

func TestTrendsAgreeWithGonum(t *testing.T) {
	conn := migrated(t)
	t.Run("line", func(t *testing.T) { checkLine(t, conn) })
	t.Run("surprise", func(t *testing.T) { checkSurprise(t, conn) })
	t.Run("mann-kendall", func(t *testing.T) { checkMannKendall(t, conn) })
}

func checkLine(t *testing.T, conn driver.Conn) {
	t.Helper()
	forRandom(t, func(t *rapid.T) {
		rows := drawSeries(t, 3, 15, rapid.Float64Range(1, 100))
		for i, got := range evaluateSeries(t, conn, rows, "bw_linear_fit(t, y).slope", "bw_linear_prediction(t, y, 2030).value", "bw_linear_fit(t, y).residual_sd",
			"bw_theil_sen(t, y)", "bw_residual_cv(t, y, 'identity')", "bw_aarr(t, y)") {
			s, n := rows[i], float64(len(rows[i].t))
			intercept, slope := stat.LinearRegression(s.t, s.y, nil, false)
			close(t, "slope", s, got[0], slope, 1e-8)
			close(t, "prediction", s, got[1], intercept+slope*2030, 1e-8)
			rest := 0.0
			for j := range s.t {
				rest += math.Pow(s.y[j]-intercept-slope*s.t[j], 2)
			}
			close(t, "residual sd", s, got[2], math.Sqrt(rest/(n-2)), 1e-6)
			close(t, "theil-sen", s, got[3], medianSlope(s.t, s.y), 1e-12)
			if n >= 5 && n <= 10 {
				close(t, "residual cv", s, got[4], math.Sqrt(rest/(n-2))/stat.Mean(s.y, nil), 1e-6)
			}
			var logs []float64
			for _, v := range s.y {
				logs = append(logs, math.Log(v))
			}
			_, slope = stat.LinearRegression(s.t, logs, nil, false)
			close(t, "aarr", s, got[5], 1-math.Exp(slope), 1e-9)
		}
	})
}

func checkSurprise(t *testing.T, conn driver.Conn) {
	t.Helper()
	forRandom(t, func(t *rapid.T) {
		rows := drawSeries(t, 4, 12, rapid.Float64Range(1, 100))
		for i, got := range evaluateSeries(t, conn, rows, "bw_surprise(t, y, 'identity').t", "bw_surprise(t, y, 'identity').p") {
			all := changes(rows[i].t, rows[i].y)
			earlier, m := all[:len(all)-1], float64(len(all)-1)
			mean, s := stat.MeanStdDev(earlier, nil)
			if s < 1e-9 {
				close(t, "p of equal changes", rows[i], got[1], math.NaN(), 0)
				continue
			}
			far := (all[len(all)-1] - mean) / (s * math.Sqrt(1+1/m))
			close(t, "t", rows[i], got[0], far, 1e-9)
			close(t, "p", rows[i], got[1], 2*distuv.StudentsT{Sigma: 1, Nu: m - 1}.CDF(-math.Abs(far)), 1e-8)
		}
	})
}

func checkMannKendall(t *testing.T, conn driver.Conn) {
	t.Helper()
	forRandom(t, func(t *rapid.T) {
		rows := drawSeries(t, 2, 7, whole(1, 9))
		for i, got := range evaluateSeries(t, conn, rows, "bw_mann_kendall(t, y).s", "bw_mann_kendall(t, y).p", "bw_mann_kendall(t, y).is_exact") {
			s := concordance(rows[i].y)
			close(t, "s", rows[i], got[0], s, 0)
			if got[2] == 1 {
				close(t, "p", rows[i], got[1], shareOfOrders(len(rows[i].y), math.Abs(s)), 1e-12)
			}
		}
	})
}

func concordance(y []float64) float64 {
	s := 0.0
	for i := range y {
		for j := range i {
			s += float64(compare(y[i], y[j]))
		}
	}
	return s
}

func compare(a, b float64) int {
	switch {
	case a > b:
		return 1
	case a < b:
		return -1
	}
	return 0
}

// shareOfOrders counts, among all orders of n values, those that are as far from
// no trend as s.
func shareOfOrders(n int, s float64) float64 {
	far, all := 0.0, 0.0
	var place func(order []float64)
	place = func(order []float64) {
		if len(order) == n {
			all++
			if math.Abs(concordance(order)) >= s {
				far++
			}
			return
		}
		for v := range n {
			if !slices.Contains(order, float64(v)) {
				place(append(slices.Clone(order), float64(v)))
			}
		}
	}
	place(nil)
	return far / all
}

func TestSpreadAgreesWithGonum(t *testing.T) {
	conn := migrated(t)
	forRandom(t, func(t *rapid.T) {
		// t are the denominators or weights here, y the events or values
		rows := drawSeries(t, 3, 15, whole(1, 90))
		for i, got := range evaluateSeries(t, conn, rows, "bw_disparity(y, t).mean", "bw_disparity(y, t).bgv", "bw_disparity(y, t).theil", "bw_disparity(y, t).mld",
			"bw_dispersion_poisson(y, t).chi2", "bw_dispersion_poisson(y, t).p", "bw_dispersion_binomial(y, t).chi2", "bw_pooled(y, t)") {
			x, n := rows[i].y, rows[i].t
			mean, variance := stat.PopMeanVariance(x, n)
			close(t, "mean", rows[i], got[0], mean, 1e-10)
			close(t, "variance", rows[i], got[1], variance, 1e-10)
			pooled := stat.Mean(x, nil) / stat.Mean(n, nil)
			var theil, mld, expected []float64
			for j := range x {
				theil = append(theil, x[j]/mean*math.Log(x[j]/mean))
				mld = append(mld, math.Log(mean/x[j]))
				expected = append(expected, pooled*n[j])
			}
			close(t, "theil", rows[i], got[2], 1000*stat.Mean(theil, n), 1e-9)
			close(t, "mean log deviation", rows[i], got[3], 1000*stat.Mean(mld, n), 1e-9)
			chi2 := stat.ChiSquare(x, expected)
			close(t, "chi2", rows[i], got[4], chi2, 1e-9)
			close(t, "p", rows[i], got[5], 1-distuv.ChiSquared{K: float64(len(x) - 1)}.CDF(chi2), 1e-9)
			close(t, "binomial chi2", rows[i], got[6], chi2/(1-pooled), 1e-9)
			close(t, "pooled", rows[i], got[7], pooled, 1e-12)
		}
	})
}
