package etl

import (
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"bellwether/etl/decode"
)

// given is what one cell of a figure holds.
type given struct {
	number
	column   int
	isThere  bool  // a number
	isMarked bool  // a missing mark
	status   int32 // what the mark means
}

// evaluate reads one figure of a record and holds it against the rules that
// need no other figure.
func (r *reading) evaluate(l *layout, rec *record, fl *figureLayout, f *figure) (outcome, refusal) {
	row := rec.row
	if rec.fault.reason != noReason {
		return rejected, rec.fault
	}
	cells := r.cells(row, fl)
	if cells.isBlank() && !r.hasStatus(rec) {
		return skipped, refusal{}
	}
	if rec.refused.reason != noReason {
		return rejected, rec.refused
	}
	*f = rec.figure
	f.column = fl.address
	if why := r.override(fl, row, rec, f); why.reason != noReason {
		return rejected, why
	}
	value, numerator, denominator, why := r.numbers(row, fl, &cells)
	if why.reason != noReason {
		return rejected, why
	}
	if value.isSkipped() && numerator.isSkipped() && denominator.isSkipped() && !r.hasStatus(rec) {
		return skipped, refusal{}
	}
	for _, part := range [...]*given{&value, &numerator, &denominator} {
		if part.isMarked && part.status >= 0 && f.status == r.normal {
			f.status = part.status
		}
	}
	if why := r.compute(rec, fl, f, &value, &numerator, &denominator); why.reason != noReason {
		return rejected, why
	}
	if why := r.interval(row, fl, f, &value); why.reason != noReason {
		return rejected, why
	}
	return loaded, r.checkRange(f, fl)
}

// isSkipped says whether a cell holds neither a number nor a mark with a status.
func (g *given) isSkipped() bool { return !g.isThere && (!g.isMarked || g.status < 0) }

// figureCells are the texts of value, numerator and denominator, and where they
// stand.
type figureCells struct {
	texts   [3][]byte
	columns [3]int
}

func (c *figureCells) isBlank() bool {
	return len(c.texts[0]) == 0 && len(c.texts[1]) == 0 && len(c.texts[2]) == 0
}

// cells collects the texts of value, numerator and denominator.
func (r *reading) cells(row *decode.Row, fl *figureLayout) figureCells {
	var c figureCells
	c.texts[0], c.columns[0] = firstText(row, fl.value)
	if len(c.texts[0]) == 0 && len(fl.text) > 0 {
		c.texts[0], c.columns[0] = firstText(row, fl.text)
	}
	c.texts[1], c.columns[1] = firstText(row, fl.numerator)
	c.texts[2], c.columns[2] = firstText(row, fl.denominator)
	return c
}

// hasStatus says whether the record itself says why there is no figure.
func (r *reading) hasStatus(rec *record) bool {
	return rec.refused.reason == noReason && rec.figure.status != r.normal
}

// override puts the codes that belong to the figure alone.
func (r *reading) override(fl *figureLayout, row *decode.Row, rec *record, f *figure) refusal {
	for _, part := range [...]struct {
		resolver *resolver
		into     *int32
	}{{fl.indicator, &f.indicator}, {fl.area, &f.area}, {fl.sex, &f.sex}, {fl.age, &f.age}, {fl.residence, &f.residence}} {
		if part.resolver != nil {
			*part.into = part.resolver.blank.code
		}
	}
	if fl.category >= 0 {
		f.category = fl.category
	}
	if fl.period != nil {
		r.setPeriod(f, fl.period)
	}
	if f.year == 0 {
		return refusal{reason: badPeriod, column: -1}
	}
	return refusal{}
}

// numbers reads the texts of a figure.
func (r *reading) numbers(row *decode.Row, fl *figureLayout, c *figureCells) (value, numerator, denominator given, why refusal) {
	parts := [3]given{}
	for i, text := range c.texts {
		if len(text) == 0 {
			continue
		}
		if row.IsFilled(c.columns[i]) {
			return value, numerator, denominator, refusal{reason: mergedValue, column: c.columns[i]}
		}
		if parts[i], why = r.readCell(text, c.columns[i]); why.reason != noReason {
			return value, numerator, denominator, why
		}
	}
	return parts[0], parts[1], parts[2], refusal{}
}

// readCell reads a number or a mark that says why there is none.
func (r *reading) readCell(text []byte, column int) (given, refusal) {
	if n, ok := parseNumber(text, r.hasComma); ok {
		return given{number: n, column: column, isThere: true}, refusal{}
	}
	if status, ok := r.missing[string(text)]; ok {
		return given{column: column, isMarked: true, status: status}, refusal{}
	}
	for flag, status := range r.flags {
		rest, ok := strings.CutSuffix(string(text), flag)
		if !ok {
			continue
		}
		if n, ok := parseNumber(trimBlanks([]byte(rest)), r.hasComma); ok {
			return given{number: n, column: column, isThere: true, isMarked: true, status: status}, refusal{}
		}
	}
	shown := cut(toValid(text), 40)
	return given{}, refusal{reason: badNumber, column: column,
		zh: fmt.Sprintf("“%s”不是数字，也不是本表约定的缺失标记", shown),
		en: fmt.Sprintf("%q is neither a number nor a missing mark of the form", shown)}
}

// interval reads the bounds from their own columns or from behind the value.
func (r *reading) interval(row *decode.Row, fl *figureLayout, f *figure, value *given) refusal {
	factor := 1.0
	if f.is(hasReported|hasValue) && f.reported != 0 && !f.is(hasNumerator|hasDenominator) {
		factor = f.value / f.reported
	}
	if value.hasRange {
		f.lower, f.upper = value.lower*factor, value.upper*factor
		f.has |= hasLower | hasUpper
	}
	for _, bound := range [...]struct {
		columns []int
		into    *float64
		flag    uint8
	}{{fl.lower, &f.lower, hasLower}, {fl.upper, &f.upper, hasUpper}} {
		text, column := firstText(row, bound.columns)
		if len(text) == 0 {
			continue
		}
		read, why := r.readCell(text, column)
		if why.reason != noReason {
			return why
		}
		if read.isThere {
			*bound.into = read.value * factor
			f.has |= bound.flag
		}
	}
	if f.is(hasLower|hasUpper) && f.lower > f.upper {
		return refusal{reason: badInterval, column: f.column}
	}
	return refusal{}
}

// checkRange is rule 2: nothing negative that cannot be, nothing beyond the
// range of the indicator.
func (r *reading) checkRange(f *figure, fl *figureLayout) refusal {
	facts := &r.facts[f.indicator]
	if !f.is(hasValue) || !facts.isKnown {
		return refusal{}
	}
	if f.value < facts.min || f.value > facts.max {
		reason := outOfRange
		if f.value < 0 && facts.min == 0 {
			reason = negativeValue
		}
		return refusal{reason: reason, column: f.column,
			zh: fmt.Sprintf("数值 %s 不在合理范围 %s 至 %s 内", show(f.value), show(facts.min), show(facts.max)),
			en: fmt.Sprintf("%s is not within %s and %s", show(f.value), show(facts.min), show(facts.max))}
	}
	return refusal{}
}

// show prints a number for a message.
func show(value float64) string {
	switch {
	case math.IsInf(value, 1):
		return "∞"
	case math.IsInf(value, -1):
		return "-∞"
	}
	text := fmt.Sprintf("%.6f", value)
	return strings.TrimRight(strings.TrimRight(text, "0"), ".")
}

// toValid gives bytes as valid UTF-8.
func toValid(text []byte) string {
	if utf8.Valid(text) {
		return string(text)
	}
	return strings.ToValidUTF8(string(text), "�")
}
