package sql_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// Whatever the figures, zeros and all included: points and ratio name the same
// sex, nothing is infinite, and the interval is the one of Newcombe.
func TestPointsAndRatioOfAGapAgreeInSign(t *testing.T) {
	conn := migrated(t)
	fill(t, conn, readPage(t, filepath.Join("testdata", "base.txtar")).given)
	random := rand.New(rand.NewPCG(3, 4))
	indicators := table{"dim_indicator", [][]string{{"indicator_code", "unit_code", "multiplier", "measure", "polarity"}}}
	figures := table{"observation", [][]string{{"indicator_code", "area_code", "period_year", "numerator", "denominator", "value", "sex"}}}
	for i := range 300 {
		code := fmt.Sprintf("child_made_up_%d_percent", i)
		indicators.rows = append(indicators.rows, []string{code, "percent", "100", "proportion", strconv.Itoa(random.IntN(3) - 1)})
		for _, year := range []string{"2024", "2025"} {
			for _, sex := range []string{"F", "M"} {
				n := 1 + random.IntN(1+i*10)
				x := min(n, random.IntN(n+1)*random.IntN(3)) // none, some or all
				figures.rows = append(figures.rows, append(figure(code, "450302", year, x, n), sex))
			}
		}
	}
	fill(t, conn, []table{indicators, figures})
	for claim, condition := range map[string]string{
		"points and ratio agree in sign":  "ratio_reason = '' and sign(difference) != sign(ratio - 1)",
		"so do points and adjusted ratio": "ratio_reason = '' and sign(difference) != sign(ratio_adjusted - 1)",
		"a ratio or a reason":             "isNull(ratio) != (ratio_reason != '')",
		"the one behind is the worse one": "polarity != 0 and behind_sex != if(difference = 0, '', if(difference * polarity < 0, 'F', 'M'))",
		"the interval is Newcombe's": `arrayExists(
			pair -> not ifNull(abs(pair.1 - 100 * pair.2) < 1e-9, 0),
			[
				(difference_lower, bw_newcombe(female_numerator, female_denominator, male_numerator, male_denominator).lower),
				(difference_upper, bw_newcombe(female_numerator, female_denominator, male_numerator, male_denominator).upper)
			])`,
		"all is finite": `arrayExists(
			v -> isNotNull(v) and not isFinite(ifNull(v, 0)),
			[difference, difference_lower, difference_upper, ratio, ratio_adjusted, gap_change, gap_change_lower, gap_change_upper])`,
		"a change that left its interval has its word": "period_year = 2025 and gap_movement != multiIf(gap_change_lower > 0, 'widened', gap_change_upper < 0, 'narrowed', 'no_significant_change')",
	} {
		if rows, wrong := countWhere(t, conn, "mart_sex_gap_yearly", condition); rows != 600 || wrong != 0 {
			t.Errorf("%s: not in %d of %d gaps, want 600", claim, wrong, rows)
		}
	}
}

// countWhere counts the rows of a view, and those that meet a condition.
func countWhere(t *testing.T, conn driver.Conn, view, condition string) (rows, meeting uint64) {
	t.Helper()
	text := "select count(), countIf(ifNull(" + condition + ", 1)) from " + view
	if err := conn.QueryRow(context.Background(), text).Scan(&rows, &meeting); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return rows, meeting
}

// Two hundred equal townships of every size: by chance alone two in a thousand lie
// outside the outer limits, so hardly one of them is flagged, near 100 % and with
// a handful of events as well as in the middle.
func TestEqualTownshipsAreHardlyEverFlagged(t *testing.T) {
	conn := migrated(t)
	fill(t, conn, readPage(t, filepath.Join("testdata", "base.txtar")).given)
	random := rand.New(rand.NewPCG(5, 6))
	const townships = 200
	areas := table{"dim_area", [][]string{{"area_code", "parent_code", "level", "name_zh", "is_monitored"}}}
	indicators := table{"dim_indicator", [][]string{{"indicator_code", "unit_code", "multiplier", "measure", "polarity"}}}
	figures := table{"observation", [][]string{{"indicator_code", "area_code", "period_year", "numerator", "denominator", "value"}}}
	for i := range townships {
		areas.rows = append(areas.rows, []string{fmt.Sprintf("450399%03d", i), "450399", "street", "镇", "1"})
	}
	for _, world := range []struct {
		measure, multiplier string
		chance              float64
		most                int
	}{
		{"proportion", "100", 0.5, 3000}, {"proportion", "100", 0.97, 3000}, {"proportion", "100", 0.99, 300},
		{"rate", "1000", 0.1, 3000}, {"rate", "1000", 0.002, 3000},
	} {
		code := fmt.Sprintf("child_%s_%v_%d", world.measure, world.chance, world.most)
		indicators.rows = append(indicators.rows, []string{code, "percent", world.multiplier, world.measure, "1"})
		for i := range townships {
			n, x := 20+random.IntN(world.most), 0
			for range n { // a rate is drawn like a proportion of rare events, which it nearly is
				if random.Float64() < world.chance {
					x++
				}
			}
			row := figure(code, fmt.Sprintf("450399%03d", i), "2025", x, n)
			if world.multiplier == "1000" {
				row[5] = strconv.FormatFloat(1000*float64(x)/float64(n), 'g', -1, 64)
			}
			figures.rows = append(figures.rows, row)
		}
	}
	fill(t, conn, []table{areas, indicators, figures})
	for _, row := range indicators.rows[1:] {
		condition := "indicator_code = '" + row[0] + "' and flag in ('low_3s', 'high_3s')"
		if _, flagged := countWhere(t, conn, "mart_area_compare_yearly", condition); flagged >= 2 {
			t.Errorf("%s: %d of %d equal townships are flagged, want fewer than 2", row[0], flagged, townships)
		}
		condition = "indicator_code = '" + row[0] + "' and flag = ''"
		if _, silent := countWhere(t, conn, "mart_area_compare_yearly", condition); silent > 0 {
			t.Errorf("%s: %d townships were not compared", row[0], silent)
		}
	}
}

// What a straight line leaves of the differences is all of them less what the
// line explains.
func TestScatterIsHomogeneityLessTrend(t *testing.T) {
	conn := migrated(t)
	random := rand.New(rand.NewPCG(7, 8))
	for range 50 {
		var years, events, bases []string
		for year := range 3 + random.IntN(8) {
			n := 1 + random.IntN(500)
			years, bases = append(years, strconv.Itoa(2010+year)), append(bases, strconv.Itoa(n))
			events = append(events, strconv.Itoa(random.IntN(n+1)))
		}
		y, x, n := array(years), array(events), array(bases)
		text := fmt.Sprintf(`
			with bw_dispersion_trend(%[1]s, %[2]s, %[3]s, 1) as scatter
			select
				abs(scatter.chi2 - (bw_dispersion_binomial(%[2]s, %[3]s).chi2 - bw_proportion_trend(%[1]s, %[2]s, %[3]s).chi2)) < 1e-6
				and abs(scatter.slope - bw_proportion_trend(%[1]s, %[2]s, %[3]s).slope) < 1e-9
				and scatter.df = length(%[1]s) - 2`, y, x, n)
		var agrees uint8
		if err := conn.QueryRow(context.Background(), "select ifNull(("+text+"), 0)").Scan(&agrees); err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if agrees == 0 {
			t.Errorf("the parts do not add up for events %s of %s", x, n)
		}
	}
}

func array(numbers []string) string { return "[" + strings.Join(numbers, ", ") + "]" }
