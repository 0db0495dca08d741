package sql_test

import (
	"context"
	"flag"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

// evaluate gives the value of each expression in each row; null is NaN. The rows
// are one block of columns a, b, c and d, so that a property costs one query.
func evaluate(t *rapid.T, conn driver.Conn, rows [][]float64, expressions ...string) [][]float64 {
	t.Helper()
	var columns, lists []string
	for i := range rows[0] {
		columns = append(columns, fmt.Sprintf("r[%d] as %c", i+1, 'a'+i))
	}
	for _, row := range rows {
		lists = append(lists, floats(row))
	}
	return query(t, conn, fmt.Sprintf("(select %s from (select arrayJoin([%s]) as r))", strings.Join(columns, ", "), strings.Join(lists, ", ")), expressions)
}

// series is one row of columns t and y, for functions of arrays.
type series struct{ t, y []float64 }

func evaluateSeries(t *rapid.T, conn driver.Conn, rows []series, expressions ...string) [][]float64 {
	t.Helper()
	var lists []string
	for _, s := range rows {
		lists = append(lists, "("+floats(s.t)+", "+floats(s.y)+")")
	}
	return query(t, conn, fmt.Sprintf("(select r.1 as t, r.2 as y from (select arrayJoin([%s]) as r))", strings.Join(lists, ", ")), expressions)
}

func query(t *rapid.T, conn driver.Conn, from string, expressions []string) [][]float64 {
	t.Helper()
	var asked []string
	for _, e := range expressions {
		asked = append(asked, "ifNull(toFloat64("+e+"), nan)")
	}
	text := "select [" + strings.Join(asked, ", ") + "] from " + from
	answer, err := conn.Query(context.Background(), text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	defer answer.Close()
	var all [][]float64
	for answer.Next() {
		var row []float64
		if err := answer.Scan(&row); err != nil {
			t.Fatal(err)
		}
		all = append(all, row)
	}
	if err := answer.Err(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return all
}

func floats(values []float64) string {
	var texts []string
	for _, v := range values {
		texts = append(texts, strconv.FormatFloat(v, 'e', -1, 64))
	}
	return "[" + strings.Join(texts, ", ") + "]"
}

// close fails unless got is want within a tolerance that is absolute up to 1 and
// relative beyond.
func close(t *rapid.T, what string, input any, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance*max(1, math.Abs(want))) && !(math.IsNaN(got) && math.IsNaN(want)) {
		t.Fatalf("%s of %v is %v, want %v", what, input, got, want)
	}
}

// forRandom checks a property in a fifth of the usual runs: a query takes its time
// to be analysed however many rows it has, so each run has many rows.
func forRandom(t *testing.T, property func(*rapid.T)) {
	t.Helper()
	if runs := flag.Lookup("rapid.checks"); runs.Value.String() == runs.DefValue {
		if err := runs.Value.Set("20"); err != nil {
			t.Fatal(err)
		}
		defer runs.Value.Set(runs.DefValue)
	}
	rapid.Check(t, property)
}

// draw gives rows of numbers.
func draw(t *rapid.T, generators ...*rapid.Generator[float64]) [][]float64 {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) []float64 {
		var row []float64
		for _, g := range generators {
			row = append(row, g.Draw(t, ""))
		}
		return row
	}), 1, 200).Draw(t, "rows")
}

func whole(from, to int) *rapid.Generator[float64] {
	return rapid.Map(rapid.IntRange(from, to), func(n int) float64 { return float64(n) })
}

func TestDistributionsAgreeWithGonum(t *testing.T) {
	conn := migrated(t)
	t.Run("student", func(t *testing.T) { checkStudent(t, conn) })
	t.Run("chi square", func(t *testing.T) { checkChiSquare(t, conn) })
	t.Run("normal", func(t *testing.T) { checkNormal(t, conn) })
	t.Run("binomial and poisson", func(t *testing.T) { checkBinomialAndPoisson(t, conn) })
}

func checkStudent(t *testing.T, conn driver.Conn) {
	t.Helper()
	forRandom(t, func(t *rapid.T) {
		rows := draw(t, rapid.Float64Range(-60, 60), whole(1, 120), rapid.Float64Range(0.001, 0.999))
		for i, got := range evaluate(t, conn, rows, "bw_t_cdf(a, b)", "bw_t_quantile(c, b)", "bw_t_quantile_975(b)") {
			student := distuv.StudentsT{Sigma: 1, Nu: rows[i][1]}
			want := student.CDF(rows[i][0])
			if math.Abs(rows[i][0]) < 1e-3 { // gonum loses half its digits there; the curve is a line
				want = 0.5 + rows[i][0]*student.Prob(0)
			}
			close(t, "cdf", rows[i], got[0], want, 1e-9)
			close(t, "cdf of the quantile", rows[i], student.CDF(got[1]), rows[i][2], 1e-10)
			close(t, "cdf of the .975 quantile", rows[i], student.CDF(got[2]), 0.975, 1e-8)
		}
	})
}

func checkChiSquare(t *testing.T, conn driver.Conn) {
	t.Helper()
	forRandom(t, func(t *rapid.T) {
		rows := draw(t, rapid.Float64Range(0, 300), whole(1, 200), rapid.Float64Range(0.0005, 0.9995))
		for i, got := range evaluate(t, conn, rows, "bw_chi_square_cdf(a, b)", "bw_chi_square_survival(a, b)", "bw_chi_square_quantile(c, b)") {
			chi := distuv.ChiSquared{K: rows[i][1]}
			close(t, "cdf", rows[i], got[0], chi.CDF(rows[i][0]), 1e-10)
			close(t, "survival", rows[i], got[1], 1-chi.CDF(rows[i][0]), 1e-10)
			close(t, "cdf of the quantile", rows[i], chi.CDF(got[2]), rows[i][2], 1e-10)
		}
	})
}

func checkNormal(t *testing.T, conn driver.Conn) {
	t.Helper()
	forRandom(t, func(t *rapid.T) {
		rows := draw(t, rapid.Float64Range(-8, 8), rapid.Float64Range(0.0001, 0.9999))
		for i, got := range evaluate(t, conn, rows, "bw_normal_cdf(a)", "bw_normal_quantile(b)") {
			close(t, "cdf", rows[i], got[0], distuv.UnitNormal.CDF(rows[i][0]), 1e-14)
			close(t, "quantile", rows[i], got[1], distuv.UnitNormal.Quantile(rows[i][1]), 1e-12)
		}
	})
}

func checkBinomialAndPoisson(t *testing.T, conn driver.Conn) {
	t.Helper()
	forRandom(t, func(t *rapid.T) {
		rows := draw(t, whole(0, 300), whole(1, 300), rapid.Float64Range(0.001, 0.999), rapid.Float64Range(0.01, 200))
		for i, got := range evaluate(t, conn, rows, "bw_binomial_cdf(a, b, c)", "bw_binomial_survival(a, b, c)", "bw_poisson_cdf(a, d)") {
			x, trials := rows[i][0], distuv.Binomial{N: rows[i][1], P: rows[i][2]}
			close(t, "binomial cdf", rows[i], got[0], trials.CDF(x), 1e-10)
			close(t, "binomial survival", rows[i], got[1], 1-trials.CDF(x-1), 1e-10)
			close(t, "poisson cdf", rows[i], got[2], distuv.Poisson{Lambda: rows[i][3]}.CDF(x), 1e-10)
		}
	})
}

func TestIntervalsAgreeWithTheirFormulas(t *testing.T) {
	conn := migrated(t)
	t.Run("wilson", func(t *testing.T) { checkWilson(t, conn) })
	t.Run("poisson", func(t *testing.T) { checkPoisson(t, conn) })
	t.Run("funnel", func(t *testing.T) { checkFunnel(t, conn) })
	t.Run("two rates", func(t *testing.T) { checkTwoRates(t, conn) })
}

func checkWilson(t *testing.T, conn driver.Conn) {
	t.Helper()
	forRandom(t, func(t *rapid.T) {
		rows := draw(t, rapid.Float64Range(0, 1), whole(1, 100000), rapid.Float64Range(0.5, 0.999))
		for i := range rows {
			rows[i][0] = math.Floor(rows[i][0] * (rows[i][1] + 0.999)) // from none to all
		}
		for i, got := range evaluate(t, conn, rows, "bw_wilson_lower(a, b)", "bw_wilson_upper(a, b)", "bw_wilson_interval(a, b, c).lower", "bw_wilson_interval(a, b, c).upper") {
			for j, level := range []float64{0.95, rows[i][2]} {
				lower, upper := wilson(rows[i][0], rows[i][1], level)
				close(t, "lower", rows[i], got[2*j], lower, 1e-12)
				close(t, "upper", rows[i], got[2*j+1], upper, 1e-12)
			}
		}
	})
}

func checkPoisson(t *testing.T, conn driver.Conn) {
	t.Helper()
	forRandom(t, func(t *rapid.T) {
		rows := draw(t, whole(0, 400), rapid.Float64Range(0.5, 0.999))
		for i, got := range evaluate(t, conn, rows, "bw_poisson_exact_interval(a, b).lower", "bw_poisson_exact_interval(a, b).upper",
			"bw_poisson_interval(a, b).lower", "bw_poisson_interval(a, b).upper", "bw_byar_interval(a, b).lower", "bw_byar_interval(a, b).upper") {
			x, tail := rows[i][0], (1-rows[i][1])/2
			close(t, "chance of fewer at the exact upper limit", rows[i], distuv.Poisson{Lambda: got[1]}.CDF(x), tail, 1e-9)
			if x > 0 {
				close(t, "chance of more at the exact lower limit", rows[i], 1-distuv.Poisson{Lambda: got[0]}.CDF(x-1), tail, 1e-9)
			}
			lower, upper := byar(x, rows[i][1])
			close(t, "byar lower", rows[i], got[4], lower, 1e-10)
			close(t, "byar upper", rows[i], got[5], upper, 1e-10)
			if x < 10 {
				lower, upper = got[0], got[1]
			}
			close(t, "poisson lower", rows[i], got[2], lower, 1e-10)
			close(t, "poisson upper", rows[i], got[3], upper, 1e-10)
		}
	})
}

func checkFunnel(t *testing.T, conn driver.Conn) {
	t.Helper()
	forRandom(t, func(t *rapid.T) {
		rows := draw(t, whole(0, 60), rapid.Float64Range(0.01, 80))
		words := "transform(bw_funnel_ratio(a, b), ['low_3s', 'low_2s', 'within', 'high_2s', 'high_3s'], [-3, -2, 0, 2, 3], 9)"
		for i, got := range evaluate(t, conn, rows, words, "bw_poisson_interval(a, 0.95).lower", "bw_poisson_interval(a, 0.95).upper", "bw_poisson_interval(a, 0.998).lower", "bw_poisson_interval(a, 0.998).upper") {
			expected, want := rows[i][1], 0.0
			for j, place := range []float64{2, -2, 3, -3} {
				if limit := got[j+1]; place > 0 && expected < limit || place < 0 && expected > limit {
					want = place
				}
			}
			close(t, "place", rows[i], got[0], want, 0)
		}
	})
}

func checkTwoRates(t *testing.T, conn driver.Conn) {
	t.Helper()
	forRandom(t, func(t *rapid.T) {
		rows := draw(t, whole(0, 60), whole(10, 5000), whole(0, 60), whole(10, 5000))
		for i, got := range evaluate(t, conn, rows, "bw_two_rates_p(a, b, c, d)", "bw_rate_ratio(a, b, c, d).lower", "bw_rate_ratio(a, b, c, d).upper") {
			x, n1, y, n2 := rows[i][0], rows[i][1], rows[i][2], rows[i][3]
			given := distuv.Binomial{N: x + y, P: n1 / (n1 + n2)}
			p := 0.0
			for k := 0.0; k <= x+y; k++ {
				if given.Prob(k) <= given.Prob(x)*(1+1e-7) {
					p += given.Prob(k)
				}
			}
			close(t, "p", rows[i], got[0], p, 1e-8)
			if odds := got[1] * n1 / n2; x > 0 {
				close(t, "chance of more at the lower limit", rows[i], 1-distuv.Binomial{N: x + y, P: odds / (1 + odds)}.CDF(x-1), 0.025, 1e-8)
			}
			if odds := got[2] * n1 / n2; y > 0 {
				close(t, "chance of fewer at the upper limit", rows[i], distuv.Binomial{N: x + y, P: odds / (1 + odds)}.CDF(x), 0.025, 1e-8)
			}
		}
	})
}

// wilson is the interval in the form of the textbooks, about the shrunk centre.
func wilson(x, n, confidence float64) (lower, upper float64) {
	z := distuv.UnitNormal.Quantile((1 + confidence) / 2)
	p := x / n
	centre := (p + z*z/(2*n)) / (1 + z*z/n)
	reach := z * math.Sqrt(p*(1-p)/n+z*z/(4*n*n)) / (1 + z*z/n)
	return max(0, centre-reach), min(1, centre+reach)
}

func byar(x, confidence float64) (lower, upper float64) {
	z := distuv.UnitNormal.Quantile((1 + confidence) / 2)
	root := 1 - 1/(9*x) - z/(3*math.Sqrt(x))
	switch {
	case x == 0:
		lower = 0
	case root < 0:
		lower = math.NaN()
	default:
		lower = x * math.Pow(root, 3)
	}
	return lower, (x + 1) * math.Pow(1-1/(9*(x+1))+z/(3*math.Sqrt(x+1)), 3)
}
