package etl

import (
	"bytes"
	"fmt"
	"math"

	"bellwether/etl/decode"
)

// The observation statuses of a figure without remark. SDMX keeps _X for what is
// not specified: a publisher that fills in statuses and leaves one blank has not
// said that the value is normal, and its file must be told apart from one that
// has. Everything else takes both for the same.
const (
	statusNormal    = "A"
	statusNotStated = "_X"
)

// figureKey is what makes two figures the same figure.
type figureKey struct {
	area, indicator, sex, age, residence, category, source int32
	start, end                                             int32
	year                                                   uint16
}

// Numbers of a figure that may be absent.
const (
	hasNumerator = 1 << iota
	hasDenominator
	hasValue
	hasReported
	hasLower
	hasUpper
)

// figure is one observation on its way to Arrow. Codes are numbers in the
// dictionaries of the load.
type figure struct {
	figureKey
	freq, unit, status, conf, sheet int32
	has                             uint8
	decimals                        int // digits behind the mark of the value as printed
	countDecimals                   int // the same of numerator and denominator, the larger
	numerator, denominator, value   float64
	reported, lower, upper          float64
	note                            string
	column                          int  // whose cell stands for the figure
	isWithdrawn                     bool // the record takes the figure back and gives none
}

// is says whether all the numbers of mask are there.
func (f *figure) is(mask uint8) bool { return f.has&mask == mask }

// refusal says why a figure is refused, in which column, and what exactly is
// wrong in words that name the numbers; empty words stand for those of the
// reason. Figures that one mistake refuses share it, or are joined.
type refusal struct {
	reason   reasonID
	column   int
	zh, en   string
	expected string   // what would be right, such as ≤ 40; empty when nobody can say
	joined   *refusal // one of the same cause, nil for the first
}

// cause is the refusal that stands for all of one cause.
func (r *refusal) cause() *refusal {
	for r.joined != nil {
		r = r.joined
	}
	return r
}

// join makes two causes one.
func (r *refusal) join(other *refusal) {
	if a, b := r.cause(), other.cause(); a != b {
		a.joined = b
	}
}

// outcome is what became of a figure.
type outcome uint8

const (
	loaded outcome = iota
	rejected
	skipped
)

// record is what one record says of all its figures.
type record struct {
	row     *decode.Row
	deletes bool     // the record takes its figures back
	figure  figure   // codes shared by the figures of the record
	unit    int32    // place among the units of the load, -1 when none is named
	scale   float64  // from a scale column
	refused *refusal // why no figure of the record can be believed, nil when they can
	fault   *refusal // why the record itself cannot be read, nil when it can
}

// readRecord resolves what a record says of all its figures.
func (r *reading) readRecord(l *layout, row *decode.Row, rec *record) {
	*rec = record{row: row, unit: -1, scale: 1, figure: figure{
		figureKey: figureKey{source: r.source}, sheet: l.sheet,
	}}
	f := &rec.figure
	if rec.fault = l.fault(row); rec.fault != nil {
		return
	}
	if rec.deletes, rec.fault = l.readAction(row); rec.fault != nil {
		return
	}
	if rec.refused = l.filter(row); rec.refused != nil {
		return
	}
	for _, field := range l.fields {
		found, column := field.resolver.resolve(row)
		switch {
		case found.reason != noReason:
			if field.kind != unitKind || found.reason != missingCode {
				rec.refuse(&refusal{reason: found.reason, column: column})
			}
		case field.kind == unitKind:
			rec.unit = found.code
		default:
			*f.code(field.kind) = found.code
		}
	}
	if len(l.categories) > 0 {
		rec.refuse(r.category(l, row, f))
	}
	if len(l.period.columns) > 0 || l.period.fixed != nil {
		p, column, ok := l.period.resolve(row, r.form.StatisticalYear)
		if !ok {
			rec.refuse(&refusal{reason: badPeriod, column: column})
		}
		r.setPeriod(f, &p)
	}
	if text, column := firstText(row, l.scale); len(text) > 0 {
		if l.heading.isLabelled {
			text, _, _ = bytes.Cut(text, []byte(": "))
		}
		exponent, ok := parseNumber(text, false)
		if !ok || math.Abs(exponent.value) > 15 || exponent.value != math.Trunc(exponent.value) {
			rec.refuse(&refusal{reason: unknownUnit, column: column})
		}
		rec.scale = math.Pow10(int(exponent.value))
	}
	if text, _ := firstText(row, l.note); len(text) > 0 {
		f.note = toValid(text)
	}
}

// refuse keeps the first reason.
func (rec *record) refuse(why *refusal) {
	if rec.refused == nil && why != nil {
		rec.refused = why
	}
}

func (r *reading) setPeriod(f *figure, p *period) {
	f.year, f.start, f.end = p.year, p.start, p.end
	if p.freq == "A" || p.freq == "" {
		f.freq = r.annual
		return
	}
	f.freq = r.dictionaries[freqDictionary].number(p.freq)
}

// fault says why a record cannot be read as a row of the table.
func (l *layout) fault(row *decode.Row) *refusal {
	switch row.Fault {
	case decode.BadEncoding:
		return &refusal{reason: badEncoding, column: -1}
	case decode.BadQuoting:
		return &refusal{reason: badQuoting, column: -1}
	}
	if l.width == 0 {
		return nil
	}
	if got := len(row.Cells); got < l.width {
		return &refusal{reason: shortRow, column: -1,
			zh: fmt.Sprintf("该行只有 %d 列，表头有 %d 列", got, l.width),
			en: fmt.Sprintf("the record has %d cells, the header %d", got, l.width)}
	}
	for column := l.width; column < len(row.Cells); column++ {
		if len(trimBlanks(row.Cells[column])) > 0 {
			return &refusal{reason: longRow, column: column,
				zh: fmt.Sprintf("该行有 %d 列，表头只有 %d 列", len(row.Cells), l.width),
				en: fmt.Sprintf("the record has %d cells, the header %d", len(row.Cells), l.width)}
		}
	}
	return nil
}

// readAction says what an SDMX record does: give figures or take them back. One
// that replaces another is loaded like any other, for the last one counts.
func (l *layout) readAction(row *decode.Row) (deletes bool, why *refusal) {
	if l.action < 0 {
		return false, nil
	}
	switch string(trimBlanks(row.Cell(l.action))) {
	case "", "I", "A", "M", "R":
		return false, nil
	case "D":
		return true, nil
	}
	return false, &refusal{reason: unknownAction, column: l.action}
}

// filter refuses a record that the form does not accept.
func (l *layout) filter(row *decode.Row) *refusal {
	for i := range l.only {
		text := trimBlanks(row.Cell(l.only[i].column))
		if !containsText(l.only[i].accepted, text) {
			return &refusal{reason: notPublished, column: l.only[i].column}
		}
	}
	return nil
}

func containsText(texts []string, text []byte) bool {
	for _, one := range texts {
		if one == string(text) {
			return true
		}
	}
	return false
}
