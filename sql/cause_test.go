package sql_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"testing"
)

// The parts of a change sum to the change, whatever the figures: streets of any
// size, empty ones, ones that appear or vanish.
func TestThePartsOfAChangeSumToTheChange(t *testing.T) {
	conn := migrated(t)
	fill(t, conn, readPage(t, filepath.Join("testdata", "base.txtar")).given)
	random := rand.New(rand.NewPCG(1, 2))
	indicators := table{"dim_indicator", [][]string{{"indicator_code", "unit_code", "multiplier", "measure", "polarity"}}}
	figures := table{"observation", [][]string{{"indicator_code", "area_code", "period_year", "numerator", "denominator", "value"}}}
	const series = 300
	for i := range series {
		code := fmt.Sprintf("child_made_up_%d_percent", i)
		indicators.rows = append(indicators.rows, []string{code, "percent", "100", "proportion", "1"})
		for _, year := range []string{"2023", "2024"} {
			events, base := 0, 0
			for street := range 3 {
				n := random.IntN(5000) * random.IntN(2)
				x := random.IntN(n + 1)
				events, base = events+x, base+n
				if n > 0 {
					figures.rows = append(figures.rows, figure(code, "45030200"+strconv.Itoa(street+1), year, x, n))
				}
			}
			if base > 0 {
				figures.rows = append(figures.rows, figure(code, "450302", year, events, base))
			}
		}
	}
	fill(t, conn, []table{indicators, figures})
	var split, wrong uint64
	err := conn.QueryRow(context.Background(), `
		select
			count(),
			countIf(not ifNull(abs(denominator_part + event_part - change_value) < 1e-9 and abs(mix_part + rate_part - change_value) < 1e-9, 0))
		from core_cause
		where area_code = '450302' and isNotNull(previous_year)`).Scan(&split, &wrong)
	if err != nil {
		t.Fatal(err)
	}
	if split < series/2 || wrong != 0 {
		t.Errorf("of %d changes %d are not the sum of their parts", split, wrong)
	}
}

func figure(code, area, year string, x, n int) []string {
	value := strconv.FormatFloat(100*float64(x)/float64(n), 'g', -1, 64)
	return []string{code, area, year, strconv.Itoa(x), strconv.Itoa(n), value}
}
