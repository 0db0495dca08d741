package catalog

import "strconv"

// Break is a year from which the figures of an indicator cannot be compared
// with those before.
type Break struct {
	IndicatorCode string
	AreaCode      string // Everywhere for all
	Year          uint16 // first statistical year under the new definition
	Kind          string // definition, geography, denominator or method
	TextZh        string
	TextEn        string
	Source        string

	at position
}

// Everywhere is the area of a break that concerns every area.
const Everywhere = "*"

func readBreak(r *row) Break {
	return Break{
		r.text("indicator_code"), r.text("area_code"), uint16(r.number("break_year", 16)), r.text("kind"),
		r.text("text_zh"), r.text("text_en"), r.text("source"), r.position(),
	}
}

func (b Break) code() string {
	return b.IndicatorCode + " " + b.AreaCode + " " + strconv.Itoa(int(b.Year)) + " " + b.Kind
}

// checkBreaks: indicator and area are known, and each break says what changed
// and who says so.
func (k *checker) checkBreaks() {
	unique(k, k.Breaks, func(b Break) (string, position) { return b.code(), b.at })
	for _, b := range k.Breaks {
		k.resolve(b.at, b.code(), "indicator", "INDICATOR", b.IndicatorCode)
		if b.AreaCode != Everywhere {
			k.resolve(b.at, b.code(), "area", "AREA", b.AreaCode)
		}
		k.word(b.at, b.code(), "kind", "BREAK_KIND", b.Kind)
		k.need(b.at, b.code(), "text_zh", b.TextZh, "text_en", b.TextEn, "source", b.Source)
		if b.Year < 1900 || b.Year > 2149 {
			k.report(b.at, "years", b.code())
		}
	}
}
