package sheet

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// Absent is what a missing value looks like in a table: never blank, never 0.
const Absent = "—"

// Text shows a value in words: a missing one as —, a float in at most six
// significant digits, a moment in UTC to the second.
func Text(value any) string {
	switch v := value.(type) {
	case nil:
		return Absent
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return Absent
		}
		return grouped(strconv.FormatFloat(v, 'f', decimalsFor(v), 64))
	case time.Time:
		if v.IsZero() {
			return Absent
		}
		return v.Format("2006-01-02 15:04:05")
	case []string:
		return strings.Join(v, "; ")
	case uint64:
		return grouped(strconv.FormatUint(v, 10))
	case int64:
		return grouped(strconv.FormatInt(v, 10))
	default:
		return strings.TrimSpace(whole(v))
	}
}

// Fixed shows a number with so many decimals and thousands separated.
func Fixed(decimals int) func(any) string {
	return func(value any) string {
		v, ok := value.(float64)
		if !ok || math.IsNaN(v) || math.IsInf(v, 0) {
			return Text(value)
		}
		return grouped(strconv.FormatFloat(v, 'f', decimals, 64))
	}
}

// Rounded shows a number with at most so many decimals, none of them a trailing
// zero.
func Rounded(decimals int) func(any) string {
	fixed := Fixed(decimals)
	return func(value any) string {
		text := fixed(value)
		if _, ok := value.(float64); ok && strings.Contains(text, ".") {
			text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
		}
		return text
	}
}

// Plain shows a number without separating thousands, as years and versions are
// written.
func Plain(value any) string {
	if value == nil {
		return Absent
	}
	return whole(value)
}

// whole is a value as text. A list, tuple or map of a query is written as JSON:
// what may be missing within it is a pointer, which fmt would show as an address.
func whole(value any) string {
	switch reflect.ValueOf(value).Kind() {
	case reflect.Slice, reflect.Array, reflect.Map, reflect.Struct, reflect.Pointer:
		if _, ok := value.(fmt.Stringer); ok {
			break
		}
		var b bytes.Buffer
		encoder := json.NewEncoder(&b)
		encoder.SetEscapeHTML(false)
		if encoder.Encode(value) == nil {
			return strings.TrimSuffix(b.String(), "\n")
		}
	}
	return fmt.Sprint(value)
}

// decimalsFor gives about six significant digits and no trailing zeros.
func decimalsFor(v float64) int {
	for decimals := range 6 {
		scale := math.Pow10(decimals)
		if math.Abs(math.Round(v*scale)/scale-v) <= math.Abs(v)*5e-7 {
			return decimals
		}
	}
	return 6
}

// grouped sets a comma between thousands.
func grouped(number string) string {
	whole, fraction, _ := strings.Cut(number, ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "-", whole[1:]
	}
	var b strings.Builder
	for i, digit := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(digit)
	}
	if fraction != "" {
		b.WriteString("." + fraction)
	}
	return sign + b.String()
}
