package etl

import (
	"fmt"
	"math"
)

// facts is what the rules know of one indicator of the load.
type facts struct {
	isKnown      bool // it is in the catalog
	unit         int32
	multiplier   float64
	isProportion bool // the numerator is part of the denominator
	isAdditive   bool // the value itself adds up over sexes and areas
	min, max     float64
}

// knowIndicator keeps the facts of an indicator under its number.
func (r *reading) knowIndicator(number int32, code string) {
	for int(number) >= len(r.facts) {
		r.facts = append(r.facts, facts{})
	}
	indicator, ok := r.catalog.Indicator(code)
	if !ok {
		r.facts[number] = facts{unit: -1, min: math.Inf(-1), max: math.Inf(1)}
		return
	}
	known := facts{
		isKnown:      true,
		unit:         r.dictionaries[unitDictionary].number(indicator.UnitCode),
		multiplier:   indicator.Multiplier,
		isProportion: indicator.Measure == "proportion",
		isAdditive:   (indicator.Measure == "count" || indicator.Measure == "amount") && indicator.Multiplier == 0,
		max:          math.Inf(1),
	}
	if indicator.Measure == "index" || indicator.Measure == "amount" {
		known.min = math.Inf(-1)
	}
	if indicator.ValidMin != nil {
		known.min = *indicator.ValidMin
	}
	if indicator.ValidMax != nil {
		known.max = *indicator.ValidMax
	}
	r.facts[number] = known
}

// compute puts the numbers of a figure together: units converted, the rate
// worked out of its parts, rules 2 to 5 held.
func (r *reading) compute(rec *record, fl *figureLayout, f *figure) *refusal {
	value, numerator, denominator := &r.cells.value, &r.cells.numerator, &r.cells.denominator
	facts := &r.facts[f.indicator]
	factor, why := r.unitOf(rec, fl, f, facts)
	if why != nil {
		return why
	}
	f.countDecimals = max(numerator.decimals, denominator.decimals)
	f.decimals = value.decimals
	if value.isThere {
		f.reported, f.has = value.number.value, f.has|hasReported
		if value.more != nil {
			f.note = joinNotes(f.note, value.more.marker)
		}
	}
	if numerator.isThere {
		f.numerator, f.has = numerator.number.value, f.has|hasNumerator
	}
	if denominator.isThere {
		f.denominator, f.has = denominator.number.value, f.has|hasDenominator
	}
	multiplier := facts.multiplier
	if !facts.isKnown && f.is(hasNumerator|hasDenominator) {
		multiplier = r.shareBase(f.unit)
	}
	if multiplier == 0 {
		return r.computeCount(f, factor)
	}
	return r.computeRate(f, facts, multiplier, factor)
}

// unitOf decides the unit of a figure and the factor that brings its value
// there: the unit behind the figure counts, then that of the figure, then that of
// the record, then that of the indicator.
func (r *reading) unitOf(rec *record, fl *figureLayout, f *figure, facts *facts) (float64, *refusal) {
	place, value := rec.unit, &r.cells.value
	if fl.unit >= 0 {
		place = fl.unit
	}
	if value.more != nil && value.more.unit != "" {
		found := r.suffixUnit(value.more.unit)
		if found.reason != noReason {
			return 0, &refusal{reason: found.reason, column: value.column}
		}
		place = found.code
	}
	switch {
	case place < 0 && facts.isKnown:
		f.unit = facts.unit
		return rec.scale, nil
	case place < 0:
		f.unit = r.dictionaries[unitDictionary].number(unitNotStated)
		return rec.scale, nil
	case !facts.isKnown:
		f.unit = r.units[place].code
		return rec.scale * r.units[place].scale, nil
	}
	f.unit = facts.unit
	factor, ok := r.factor(r.units[place], facts.unit)
	if !ok {
		list := r.dictionaries[unitDictionary].list
		from, to := list[r.units[place].code], list[facts.unit]
		return 0, &refusal{reason: unitMismatch, column: f.column, expected: to,
			zh: fmt.Sprintf("计量单位 %s 不能换算为指标的单位 %s", from, to),
			en: fmt.Sprintf("unit %s cannot be converted to %s, the unit of the indicator", from, to)}
	}
	if factor != 1 && value.isThere {
		f.note = joinNotes(f.note, fmt.Sprintf("×%s", show(factor)))
		r.converted++
	}
	return factor * rec.scale, nil
}

// computeCount is for figures that are no quotient: the value is the count, in
// whichever of the two columns it stands.
func (r *reading) computeCount(f *figure, factor float64) *refusal {
	c := &r.cells
	if f.is(hasDenominator) {
		return &refusal{reason: incompletePair, column: c.denominator.column,
			zh: "该指标没有分母，分母栏应为空", en: "the indicator has no denominator; leave that cell empty"}
	}
	switch {
	case f.is(hasReported):
		f.value = f.reported * factor
	case f.is(hasNumerator):
		f.value = f.numerator * factor
		f.decimals = c.numerator.decimals
	default:
		return r.withoutValue(f)
	}
	f.has |= hasValue
	if f.is(hasNumerator) && f.is(hasReported) && f.numerator != f.reported {
		return &refusal{reason: rateDisagrees, column: c.value.column, expected: show(f.numerator),
			zh: fmt.Sprintf("数值 %s 与人数 %s 不一致", show(f.reported), show(f.numerator)),
			en: fmt.Sprintf("the value %s is not the count %s", show(f.reported), show(f.numerator))}
	}
	return nil
}

// computeRate holds rules 2 to 5 and works the rate out of its parts.
func (r *reading) computeRate(f *figure, facts *facts, multiplier, factor float64) *refusal {
	value, numerator, denominator := &r.cells.value, &r.cells.numerator, &r.cells.denominator
	if f.is(hasNumerator) != f.is(hasDenominator) && !numerator.isMarked && !denominator.isMarked {
		return &refusal{reason: incompletePair, column: max(numerator.column, denominator.column)}
	}
	if !f.is(hasNumerator | hasDenominator) {
		if !f.is(hasReported) {
			return r.withoutValue(f)
		}
		f.value, f.has = f.reported*factor, f.has|hasValue
		return nil
	}
	switch {
	case f.numerator < 0 || f.denominator < 0:
		column := numerator.column
		if f.denominator < 0 {
			column = denominator.column
		}
		return &refusal{reason: negativeValue, column: column, expected: "≥ 0"}
	case f.denominator == 0 && f.numerator != 0:
		return &refusal{reason: zeroDenominator, column: denominator.column, expected: "> 0",
			zh: fmt.Sprintf("分母为 0，分子却为 %s", show(f.numerator)),
			en: fmt.Sprintf("the denominator is 0 while the numerator is %s", show(f.numerator))}
	case f.denominator == 0:
		f.status = r.notApplicable
		return nil
	case facts.isProportion && f.numerator > f.denominator:
		return &refusal{reason: numeratorExceedsDenominator, column: numerator.column, expected: "≤ " + show(f.denominator),
			zh: fmt.Sprintf("分子 %s 大于分母 %s", show(f.numerator), show(f.denominator)),
			en: fmt.Sprintf("the numerator %s exceeds the denominator %s", show(f.numerator), show(f.denominator))}
	}
	f.value, f.has = f.numerator/f.denominator*multiplier, f.has|hasValue
	if f.is(hasReported) && !agrees(f.reported*factor, f.value, f.decimals, factor) {
		return &refusal{reason: rateDisagrees, column: value.column, expected: show(f.value),
			zh: fmt.Sprintf("报送 %s，按分子 %s、分母 %s 计算为 %s", show(f.reported*factor), show(f.numerator), show(f.denominator), show(f.value)),
			en: fmt.Sprintf("%s reported, %s over %s gives %s", show(f.reported*factor), show(f.numerator), show(f.denominator), show(f.value))}
	}
	return nil
}

// agrees is rule 5: the reported figure is the computed one rounded to as many
// decimals as were printed.
func agrees(reported, computed float64, decimals int, factor float64) bool {
	half := 0.5 * math.Pow10(-decimals) * factor
	return math.Abs(reported-computed) <= half*(1+1e-9)+1e-9*math.Abs(computed)
}

// withoutValue accepts a missing figure only with a status that says why.
func (r *reading) withoutValue(f *figure) *refusal {
	if r.isPlain(f.status) {
		return &refusal{reason: missingValue, column: f.column}
	}
	return nil
}

func joinNotes(a, b string) string {
	switch {
	case b == "":
		return a
	case a == "":
		return b
	}
	return a + "; " + b
}
