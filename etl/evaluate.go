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
	text     []byte
	column   int
	status   int32 // what the missing mark or the flag means, -1 to skip
	isThere  bool  // a number
	isMarked bool  // a missing mark or a flag
}

// isSkipped says whether a cell holds neither a number nor a mark with a status.
func (g *given) isSkipped() bool { return !g.isThere && (!g.isMarked || g.status < 0) }

// cells are the three cells of a figure: the value and the parts it is worked
// out of.
type cells struct {
	value, numerator, denominator given
}

func (c *cells) isBlank() bool {
	return len(c.value.text)+len(c.numerator.text)+len(c.denominator.text) == 0
}

func (c *cells) isSkipped() bool {
	return c.value.isSkipped() && c.numerator.isSkipped() && c.denominator.isSkipped()
}

// evaluate reads one figure of a record and holds it against the rules that
// need no other figure. The cells of the figure stay in r.cells.
func (r *reading) evaluate(rec *record, fl *figureLayout, f *figure) (outcome, *refusal) {
	if rec.fault != nil {
		return rejected, rec.fault
	}
	r.collect(rec.row, fl)
	hasStatus := rec.refused == nil && !r.isPlain(rec.figure.status)
	if r.cells.isBlank() && !hasStatus && !rec.deletes {
		return skipped, nil
	}
	if rec.refused != nil {
		return rejected, rec.refused
	}
	if fl.refused != nil {
		return rejected, fl.refused
	}
	*f = rec.figure
	f.column = fl.address
	r.override(fl, f)
	if f.year == 0 {
		return rejected, &refusal{reason: badPeriod, column: -1}
	}
	if !r.params.takes(f.year) {
		return skipped, nil
	}
	if rec.deletes {
		f.isWithdrawn, f.unit, f.status = true, r.dictionaries[unitDictionary].number(unitNotStated), r.normal
		return loaded, nil
	}
	for _, part := range [...]*given{&r.cells.value, &r.cells.numerator, &r.cells.denominator} {
		if len(part.text) == 0 || r.readWord(rec.row, f.indicator, part) {
			continue
		}
		if why := r.readCell(rec.row, part); why != nil {
			return rejected, why
		}
		if part.isMarked && part.status >= 0 && r.isPlain(f.status) {
			f.status = part.status
		}
	}
	if r.cells.isSkipped() && !hasStatus {
		return skipped, nil
	}
	if why := r.compute(rec, fl, f); why != nil {
		return rejected, why
	}
	if why := r.interval(rec.row, fl, f); why != nil {
		return rejected, why
	}
	if why := r.checkRange(f); why != nil {
		return rejected, why
	}
	return loaded, nil
}

// isPlain says whether a status makes no remark on the figure.
func (r *reading) isPlain(status int32) bool { return status == r.normal || status == r.notStated }

// collect finds the texts of a figure.
func (r *reading) collect(row *decode.Row, fl *figureLayout) {
	c := &r.cells
	c.value, c.numerator, c.denominator = given{}, given{}, given{}
	c.value.text, c.value.column = firstText(row, fl.value)
	if len(c.value.text) == 0 && len(fl.text) > 0 {
		c.value.text, c.value.column = firstText(row, fl.text)
	}
	c.numerator.text, c.numerator.column = firstText(row, fl.numerator)
	c.denominator.text, c.denominator.column = firstText(row, fl.denominator)
}

// override puts the codes that belong to the figure alone.
func (r *reading) override(fl *figureLayout, f *figure) {
	for _, own := range fl.own {
		*f.code(own.kind) = own.code
	}
	if fl.period != nil {
		r.setPeriod(f, fl.period)
	}
}

// readWord takes a word of the form for the number that it stands for in the unit
// of the indicator.
func (r *reading) readWord(row *decode.Row, indicator int32, g *given) bool {
	if len(r.numbers) == 0 || row.IsFilled(g.column) {
		return false
	}
	value, ok := r.numbers[r.facts[indicator].unit][string(g.text)]
	if ok {
		g.number, g.isThere = number{value: value}, true
	}
	return ok
}

// readCell reads a number or a mark that says why there is none.
func (r *reading) readCell(row *decode.Row, g *given) *refusal {
	if row.IsFilled(g.column) {
		return &refusal{reason: mergedValue, column: g.column}
	}
	var ok bool
	if g.number, ok = parseNumber(g.text, r.hasComma); ok {
		g.isThere = true
		return nil
	}
	if g.status, ok = r.missing[string(g.text)]; ok {
		g.isMarked = true
		return nil
	}
	for _, flag := range r.flags {
		rest, found := strings.CutSuffix(string(g.text), flag.text)
		if !found {
			continue
		}
		if g.number, ok = parseNumber(trimBlanks([]byte(rest)), r.hasComma); ok {
			g.isThere, g.isMarked, g.status = true, true, flag.status
			return nil
		}
	}
	shown := cut(toValid(g.text), 40)
	return &refusal{reason: badNumber, column: g.column,
		zh: fmt.Sprintf("“%s”不是数字，也不是本表约定的缺失标记", shown),
		en: fmt.Sprintf("%q is neither a number nor a missing mark of the form", shown)}
}

// interval reads the bounds from their own columns or from behind the value.
func (r *reading) interval(row *decode.Row, fl *figureLayout, f *figure) *refusal {
	more := r.cells.value.more
	if len(fl.lower)+len(fl.upper) == 0 && more == nil {
		return nil
	}
	factor := 1.0
	if f.is(hasReported|hasValue) && f.reported != 0 && !f.is(hasNumerator|hasDenominator) {
		factor = f.value / f.reported
	}
	if more != nil && more.hasRange {
		f.lower, f.upper = more.lower*factor, more.upper*factor
		f.has |= hasLower | hasUpper
	}
	for _, bound := range [...]struct {
		columns []int
		into    *float64
		flag    uint8
	}{{fl.lower, &f.lower, hasLower}, {fl.upper, &f.upper, hasUpper}} {
		var read given
		if read.text, read.column = firstText(row, bound.columns); len(read.text) == 0 {
			continue
		}
		if why := r.readCell(row, &read); why != nil {
			return why
		}
		if read.isThere {
			*bound.into = read.value * factor
			f.has |= bound.flag
		}
	}
	if f.is(hasLower|hasUpper) && f.lower > f.upper {
		return &refusal{reason: badInterval, column: f.column}
	}
	return nil
}

// checkRange is rule 2: nothing negative that cannot be, nothing beyond the
// range of the indicator.
func (r *reading) checkRange(f *figure) *refusal {
	facts := &r.facts[f.indicator]
	if !f.is(hasValue) || !facts.isKnown {
		return nil
	}
	if f.value < facts.min || f.value > facts.max {
		reason := outOfRange
		if f.value < 0 && facts.min == 0 {
			reason = negativeValue
		}
		return &refusal{reason: reason, column: f.column, expected: show(facts.min) + " … " + show(facts.max),
			zh: fmt.Sprintf("数值 %s 不在合理范围 %s 至 %s 内", show(f.value), show(facts.min), show(facts.max)),
			en: fmt.Sprintf("%s is not within %s and %s", show(f.value), show(facts.min), show(facts.max))}
	}
	return nil
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
