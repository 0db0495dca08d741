package etl

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// number is a figure as it was printed.
type number struct {
	value    float64
	decimals int      // digits after the decimal mark
	more     *printed // what stands beside the figure, nil when nothing does
}

// printed is what a publisher writes behind a figure.
type printed struct {
	unit     string // %, ‰ or /10万, as an alias of a unit
	marker   string // mark of a footnote, such as * or ①
	hasRange bool   // an interval, as in 56 [47-67]
	lower    float64
	upper    float64
}

// parseNumber reads a figure the way clerks and publishers write it: full-width
// digits, thousands separators, a unit behind it, an interval in brackets, the
// mark of a footnote. It says false for anything else and never guesses: a text
// that could be read in two ways is not a number.
//
// comma says that the decimal mark is a comma, as in files separated by
// semicolons.
func parseNumber(text []byte, comma bool) (number, bool) {
	if n, ok := plainNumber(text); ok {
		return n, true
	}
	if len(text) > maxNumberText || !utf8.Valid(text) {
		return number{}, false
	}
	return writtenNumber(halfWidth(string(text)), comma)
}

// maxNumberText is longer than any figure with its interval and marks.
const maxNumberText = 200

// plainNumber reads digits with at most one point, exactly, without allocating:
// up to 15 digits and 22 decimals a quotient of two float64 is correctly
// rounded.
func plainNumber(text []byte) (number, bool) {
	digits := text
	isNegative := len(text) > 0 && text[0] == '-'
	if isNegative {
		digits = text[1:]
	}
	if len(digits) == 0 || len(digits) > 16 {
		return number{}, false
	}
	var whole uint64
	count, decimals, hasPoint := 0, 0, false
	for _, b := range digits {
		switch {
		case b >= '0' && b <= '9':
			whole = whole*10 + uint64(b-'0')
			count++
			if hasPoint {
				decimals++
			}
		case b == '.' && !hasPoint:
			hasPoint = true
		default:
			return number{}, false
		}
	}
	if count == 0 || count > 15 || hasPoint && (decimals == 0 || count == decimals) {
		return number{}, false
	}
	value := float64(whole) / math.Pow10(decimals)
	if isNegative {
		value = -value
	}
	return number{value: value, decimals: decimals}, true
}

// writtenNumber reads what plainNumber does not.
func writtenNumber(text string, comma bool) (number, bool) {
	var more printed
	text, more.marker = cutMarker(strings.Trim(text, " "))
	text, bounds, hasRange := strings.Cut(text, "[")
	text, more.unit = cutUnit(strings.TrimRight(text, " "))
	value, decimals, ok := parseDigits(text, comma)
	if !ok {
		return number{}, false
	}
	if hasRange {
		bounds, isClosed := strings.CutSuffix(bounds, "]")
		more.lower, more.upper, more.hasRange = parseBounds(bounds, comma)
		if !isClosed || !more.hasRange {
			return number{}, false
		}
	}
	n := number{value: value, decimals: decimals}
	if more != (printed{}) {
		n.more = &more
	}
	return n, true
}

// parseBounds reads 47-67 and 1 290 - 2 020: the dash that parts the numbers is
// the first one behind a digit.
func parseBounds(text string, comma bool) (lower, upper float64, ok bool) {
	text = strings.Trim(strings.NewReplacer("–", "-", "—", "-").Replace(text), " ")
	dash := strings.IndexByte(strings.TrimPrefix(text, "-"), '-')
	if dash < 0 {
		return 0, 0, false
	}
	dash += len(text) - len(strings.TrimPrefix(text, "-"))
	lower, _, okLower := parseDigits(strings.Trim(text[:dash], " "), comma)
	upper, _, okUpper := parseDigits(strings.Trim(text[dash+1:], " "), comma)
	return lower, upper, okLower && okUpper
}

// parseDigits reads one number with sign, thousands separators and exponent.
func parseDigits(text string, comma bool) (value float64, decimals int, ok bool) {
	mark, separator := byte('.'), byte(',')
	if comma {
		mark, separator = ',', '.'
	}
	mantissa, exponent, hasExponent := strings.Cut(strings.ToLower(text), "e")
	sign := ""
	if strings.HasPrefix(mantissa, "-") || strings.HasPrefix(mantissa, "+") {
		sign, mantissa = mantissa[:1], mantissa[1:]
	}
	whole, fraction, hasFraction := strings.Cut(mantissa, string(mark))
	whole, ok = joinThousands(whole, separator)
	if !ok || !allDigits(whole) && !(whole == "" && hasFraction) || hasFraction && !allDigits(fraction) {
		return 0, 0, false
	}
	if hasExponent {
		exponent = "e" + exponent
		if !allDigits(strings.TrimLeft(exponent[1:], "+-")) || len(exponent) > 5 {
			return 0, 0, false
		}
	}
	clean := sign + whole
	if hasFraction {
		clean += "." + fraction
	}
	value, err := strconv.ParseFloat(clean+exponent, 64)
	if err != nil || math.IsInf(value, 0) {
		return 0, 0, false
	}
	return value, len(fraction), true
}

// joinThousands takes separators out when they stand before every third digit
// and are all the same; blanks count as separators too.
func joinThousands(whole string, separator byte) (string, bool) {
	at := strings.IndexAny(whole, " '"+string(separator))
	if at < 0 {
		return whole, true
	}
	groups := strings.Split(whole, whole[at:at+1])
	if len(groups[0]) == 0 || len(groups[0]) > 3 {
		return "", false
	}
	for _, group := range groups[1:] {
		if len(group) != 3 {
			return "", false
		}
	}
	return strings.Join(groups, ""), true
}

func allDigits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return text != ""
}

// unitSuffixes are units written behind a figure, longest first, and the text
// the catalog knows them by.
func unitSuffixes() []string {
	return []string{"/100000", "/10000", "/1000", "/100", "/10万", "/十万", "/万", "/千", "%", "‰"}
}

// cutUnit takes a unit off the end of a figure.
func cutUnit(text string) (rest, unit string) {
	if text == "" || isDigit(text[len(text)-1]) && !strings.Contains(text, "/") {
		return text, ""
	}
	for _, suffix := range unitSuffixes() {
		if before, ok := strings.CutSuffix(text, suffix); ok {
			return strings.TrimRight(before, " "), suffix
		}
	}
	return text, ""
}

// cutMarker takes the mark of a footnote off the end: asterisks, daggers,
// circled and superscript digits, and a number in square brackets without a dash,
// which cannot be an interval.
func cutMarker(text string) (rest, marker string) {
	rest = strings.TrimRight(text, "*†‡①②③④⑤⑥⑦⑧⑨⑩¹²³⁴⁵⁶⁷⁸⁹ ")
	if open := strings.LastIndexByte(rest, '['); open > 0 && strings.HasSuffix(rest, "]") && allDigits(rest[open+1:len(rest)-1]) {
		rest = rest[:open]
	}
	return strings.TrimRight(rest, " "), strings.Trim(text[len(rest):], " ")
}

// halfWidth turns full-width digits and signs, every kind of blank, the minus
// sign and hyphens into their plain form. Longer dashes stay: alone they are the
// mark of a missing figure, and before a figure they are no sign.
func halfWidth(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		case r == '\u3000', r == '\u00A0', r == '\u2002', r == '\u2003', r == '\u2009', r == '\u202F', r == '\t':
			return ' '
		case r == '−', r == '‐', r == '‑':
			return '-'
		}
		return r
	}, text)
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// trimBlanks takes every kind of blank off both ends.
func trimBlanks(text []byte) []byte {
	if n := len(text); n == 0 || text[0] > ' ' && text[0] < utf8.RuneSelf && text[n-1] > ' ' && text[n-1] < utf8.RuneSelf {
		return text
	}
	return bytes.TrimFunc(text, func(r rune) bool {
		switch r {
		case ' ', '\t', '\r', '\n', '\u00A0', '\u3000', '\u2002', '\u2003', '\u2009', '\u202F', '\uFEFF':
			return true
		}
		return false
	})
}
