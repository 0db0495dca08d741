package etl_test

import (
	"slices"
	"strings"
	"testing"

	"bellwether/etl"
	"bellwether/etl/etltest"
)

// What is missing beside a figure decides whether a rule is broken or not run.
func TestStrategiesForWhatIsMissing(t *testing.T) {
	base, _, _ := strings.Cut(agencyForm, "sums:")
	form := parse(t, "test/agency", base+`
sums:
  - {whole: all_count, parts: [first_count, second_count]}
pairs:
  - {indicators: [gross, share], only: together}
  - {indicators: [growth, mortality], only: alone}
`)
	for name, one := range map[string]struct {
		records []string
		loaded  int
		refused []string
	}{
		"a sum is not run when a part is missing": {[]string{"first_count,450302,,,2024,,,4,,", "all_count,450302,,,2024,,,9,,"}, 2, nil},
		"a sum is not run when a part has only a status": {
			[]string{"first_count,450302,,,2024,,,4,,", "second_count,450302,,,2024,,,—,,", "all_count,450302,,,2024,,,9,,"}, 3, nil},
		"a compulsory pair is complete":     {[]string{"gross,450302,,,2024,,,4,,", "share,450302,,,2024,,,5,,"}, 2, nil},
		"a compulsory pair may be left out": {[]string{"growth,450302,,,2024,,,4,,"}, 1, nil},
		"a compulsory pair with one missing": {[]string{"gross,450302,,,2024,,,4,,", "share,450302001,,,2024,,,5,,", "share,450302,,,2023,,,5,,"}, 0,
			[]string{"H2 incomplete_pair 1", "H3 incomplete_pair 2", "H4 incomplete_pair 3"}},
		"a status answers for the one that is missing": {[]string{"gross,450302,,,2024,,,4,,", "share,450302,,,2024,,,—,,"}, 2, nil},
		"an exclusive pair with one":                   {[]string{"growth,450302,,,2024,,,4,,", "mortality,450302001,,,2024,,,4,,"}, 2, nil},
		"an exclusive pair with both is one finding": {[]string{"growth,450302,,,2024,,,4,,", "mortality,450302,,,2024,,,4,,"}, 0,
			[]string{"H2 exclusive_pair 1", "H3 exclusive_pair 1"}},
		"not applicable excludes nothing": {[]string{"growth,450302,,,2024,,,—,,", "mortality,450302,,,2024,,,4,,"}, 2, nil},
	} {
		t.Run(name, func(t *testing.T) {
			c, _ := etltest.Read(t, form, ruleCatalog(), etltest.Write(t, "a.csv", agencyCSV(one.records...)), etl.Params{})
			refused := pick(&c.Refused, "cell", "reason_code", "cause_number")
			if len(c.Loaded.Rows) != one.loaded || !slices.Equal(refused, one.refused) {
				t.Errorf("loaded %d, refused %q, want %d and %q", len(c.Loaded.Rows), refused, one.loaded, one.refused)
			}
		})
	}
}
