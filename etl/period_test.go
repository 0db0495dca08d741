package etl

import (
	"testing"
	"time"
)

func TestPeriodsAreReadAsAgenciesAndSDMXWriteThem(t *testing.T) {
	for _, one := range []struct{ text, kind, start, end, freq string }{
		{"2024", calendarYear, "2024-01-01", "2024-12-31", "A"},
		{"2024年", calendarYear, "2024-01-01", "2024-12-31", "A"},
		{"２０２４年度", calendarYear, "2024-01-01", "2024-12-31", "A"},
		{"2024.0", calendarYear, "2024-01-01", "2024-12-31", "A"},
		{"2024-A1", calendarYear, "2024-01-01", "2024-12-31", "A"},
		{"2024", healthYear, "2023-10-01", "2024-09-30", "A"},
		{"2024", schoolYear, "2023-09-01", "2024-08-31", "A"},
		{"2023-2024学年", schoolYear, "2023-09-01", "2024-08-31", "A"},
		{"2010-2015", calendarYear, "2010-01-01", "2015-12-31", "A"},
		{"2024-05", calendarYear, "2024-05-01", "2024-05-31", "M"},
		{"2024年5月", calendarYear, "2024-05-01", "2024-05-31", "M"},
		{"2024-Q2", calendarYear, "2024-04-01", "2024-06-30", "Q"},
		{"2024-S2", calendarYear, "2024-07-01", "2024-12-31", "S"},
		{"2024-02-29", calendarYear, "2024-02-29", "2024-02-29", "D"},
		{"2024-01-22T13:15:41Z", calendarYear, "2024-01-22", "2024-01-22", "D"},
	} {
		p, ok := parsePeriod(one.text, one.kind)
		date := func(d int32) string { return time.Unix(int64(d)*86400, 0).UTC().Format(time.DateOnly) }
		if !ok || date(p.start) != one.start || date(p.end) != one.end || p.freq != one.freq {
			t.Errorf("%s (%s): got %s to %s, %s, %v", one.text, one.kind, date(p.start), date(p.end), p.freq, ok)
		}
	}
	for _, text := range []string{"", "24", "20245", "1066", "3000", "2024-13", "2024-Q5", "2024-W20", "2015-2010", "year", "2024-02-3x", "二〇二四"} {
		if p, ok := parsePeriod(text, calendarYear); ok {
			t.Errorf("%q was read as %+v", text, p)
		}
	}
}

// FuzzPeriod holds that a period never ends before it begins.
func FuzzPeriod(f *testing.F) {
	for _, seed := range []string{"2024", "2024-05", "2024-Q1", "2023-2024学年", "2024-02-29"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, kind := range []string{calendarYear, healthYear, schoolYear} {
			if p, ok := parsePeriod(text, kind); ok && (p.start > p.end || p.year < firstYear || p.year > lastYear) {
				t.Errorf("%q: got %+v", text, p)
			}
		}
	})
}
