package etl

import (
	"strconv"
	"strings"
	"time"
)

// Statistical years, as forms name them.
const (
	calendarYear = "calendar" // January to December
	healthYear   = "health"   // October of the year before to September
	schoolYear   = "school"   // September of the year before to August
)

// period is the span of time a figure describes.
type period struct {
	year       uint16 // statistical year it is counted under
	start, end int32  // first and last day, in days since 1970-01-01
	freq       string // SDMX CL_FREQ
}

// First and last year that is taken for a year and not for a slip.
const (
	firstYear = 1900
	lastYear  = 2149
)

// annual gives the statistical year of the given kind. A year that does not
// begin in January is named for the year it ends in.
func annual(year int, kind string) (period, bool) {
	if year < firstYear || year > lastYear {
		return period{}, false
	}
	start, end := day(year, 1, 1), day(year, 12, 31)
	switch kind {
	case healthYear:
		start, end = day(year-1, 10, 1), day(year, 9, 30)
	case schoolYear:
		start, end = day(year-1, 9, 1), day(year, 8, 31)
	}
	return period{year: uint16(year), start: start, end: end, freq: "A"}, true
}

// months gives a span of calendar months.
func months(year, first, count int, freq string) (period, bool) {
	if year < firstYear || year > lastYear || first < 1 || first+count > 13 {
		return period{}, false
	}
	return period{year: uint16(year), start: day(year, first, 1), end: day(year, first+count, 0), freq: freq}, true
}

// day counts days since 1970-01-01; day 0 of a month is the last of the month
// before.
func day(year, month, dayOfMonth int) int32 {
	return int32(time.Date(year, time.Month(month), dayOfMonth, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// parsePeriod reads a period as agencies and SDMX write it: 2024, 2024年,
// 2023-2024学年, 2024-05, 2024-Q1, 2024-S1, 2024-05-31, 2010-2015.
func parsePeriod(text, kind string) (period, bool) {
	text = halfWidth(strings.TrimSpace(text))
	for _, suffix := range []string{"年度", "学年", "年", ".0"} {
		if before, ok := strings.CutSuffix(text, suffix); ok {
			text = before
			break
		}
	}
	if len(text) < 4 || !allDigits(text[:4]) || len(text) > 4 && isDigit(text[4]) {
		return period{}, false
	}
	year, _ := strconv.Atoi(text[:4])
	rest := strings.ToUpper(strings.TrimLeft(text[4:], "-/年 "))
	if len(text) == 4 || rest == "A1" || rest == "A" {
		return annual(year, kind)
	}
	if len(rest) == 4 && allDigits(rest) {
		return span(year, rest, kind)
	}
	return withinYear(year, strings.TrimSuffix(rest, "月"))
}

// span reads the second year of 2023-2024 and 2010/2015.
func span(from int, to, kind string) (period, bool) {
	last, _ := strconv.Atoi(to)
	first, okFirst := annual(from, kind)
	p, okLast := annual(last, kind)
	if !okFirst || !okLast || from >= last {
		return period{}, false
	}
	if kind != schoolYear || last != from+1 {
		p.start = first.start
	}
	return p, true
}

// withinYear reads what follows the year: Q1, S1, M05, 05 or 05-31.
func withinYear(year int, rest string) (period, bool) {
	if rest == "" {
		return period{}, false
	}
	number, err := strconv.Atoi(rest[1:])
	switch {
	case rest[0] == 'Q' && err == nil:
		return months(year, 3*number-2, 3, "Q")
	case (rest[0] == 'S' || rest[0] == 'H') && err == nil:
		return months(year, 6*number-5, 6, "S")
	case rest[0] == 'M' && err == nil:
		return months(year, number, 1, "M")
	}
	if number, err = strconv.Atoi(rest); err == nil && len(rest) <= 2 {
		return months(year, number, 1, "M")
	}
	if len(rest) < 5 {
		return period{}, false
	}
	date, err := time.Parse("01-02", rest[:5])
	if err != nil || len(rest) > 5 && rest[5] != 'T' {
		return period{}, false
	}
	p, ok := months(year, int(date.Month()), 1, "D")
	p.start = day(year, int(date.Month()), date.Day())
	p.end = p.start
	return p, ok
}

// parseDate reads 2012-12-31 with or without a time behind it.
func parseDate(text []byte) (int32, bool) {
	if len(text) < 10 {
		return 0, false
	}
	date, err := time.Parse(time.DateOnly, string(text[:10]))
	if err != nil || date.Year() < firstYear || date.Year() > lastYear {
		return 0, false
	}
	return day(date.Year(), int(date.Month()), date.Day()), true
}
