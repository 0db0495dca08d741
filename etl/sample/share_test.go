package sample

import (
	"testing"

	"pgregory.net/rapid"
)

func TestSharesAddUpAndNeverExceedWhatTheyAreOf(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		weights := rapid.SliceOfN(rapid.IntRange(0, 5000), 1, 8).Draw(t, "weights")
		sum := 0
		for _, weight := range weights {
			sum += weight
		}
		if sum == 0 {
			t.Skip("nothing to divide by")
		}
		total := rapid.IntRange(0, sum).Draw(t, "total")
		given := 0
		for i, part := range share(total, weights...) {
			if given += part; part < 0 || part > weights[i] {
				t.Errorf("part %d is %d of %d", i, part, weights[i])
			}
		}
		if given != total {
			t.Errorf("%d given, want %d", given, total)
		}
	})
}

func TestPointsOfALineNeverChangePlaces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := newDistrict(rapid.Uint64().Draw(t, "seed"))
		first, rise := rapid.IntRange(0, 10000).Draw(t, "first"), rapid.IntRange(14, 5000).Draw(t, "rise")
		before := d.along(FirstYear, first, first+rise)
		for year := FirstYear + 1; year <= LastYear; year++ {
			now := d.along(year, first, first+rise)
			if now <= before {
				t.Fatalf("%d follows %d in %d", now, before, year)
			}
			before = now
		}
	})
}

func TestRatesArePrintedAsPeopleRoundThem(t *testing.T) {
	for _, c := range []struct {
		count
		multiplier, decimals int
		want                 string
	}{
		{count{1, 8}, 100, 1, "12.5"},
		{count{2, 3}, 100, 2, "66.67"},
		{count{1, 1270}, 100000, 2, "78.74"},
		{count{1, 30}, 1, 2, "0.03"},
		{count{5, 5}, 100, 2, "100.00"},
		{count{0, 0}, 100, 2, "—"},
	} {
		if got := c.rate(c.multiplier, c.decimals); got != c.want {
			t.Errorf("%d/%d: got %s, want %s", c.numerator, c.denominator, got, c.want)
		}
	}
}
