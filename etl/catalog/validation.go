package catalog

import "time"

// Check is a validation rule: what it is called, how strict it is, and what
// closes a finding of it.
type Check struct {
	Code       string // name of its view without mart_check_, where it has one
	RuleNumber uint8  // 0 to 18, as rejects give it
	Version    uint16 // raised when it comes to find something else
	NameZh     string
	NameEn     string
	Class      string // hard or soft
	Answer     string // correct or explain
	Place      string // entry or view
	Missing    string // skip, compulsory_pair, exclusive_pair or none
	ValidFrom  time.Time
	ValidTo    time.Time
	Note       string

	at position
}

// Comparison is one of the figures that count the same thing.
type Comparison struct {
	Code             string
	NameZh           string
	NameEn           string
	IndicatorCode    string
	Operand          string  // value, numerator or denominator
	Factor           float64 // brings it to the unit of the comparison
	TolerancePercent *float64
	Note             string

	at position
}

func readCheck(r *row) Check {
	return Check{
		r.text("check_code"), uint8(r.number("rule_number", 8)), uint16(r.number("version", 16)), r.text("name_zh"), r.text("name_en"),
		r.text("class"), r.text("answer"), r.text("place"), r.text("missing"), r.date("valid_from"), r.date("valid_to"), r.text("note"),
		r.position(),
	}
}

func readComparison(r *row) Comparison {
	return Comparison{
		r.text("comparison_code"), r.text("name_zh"), r.text("name_en"), r.text("indicator_code"), r.text("operand"),
		r.float("factor"), r.optionalFloat("tolerance_percent"), r.text("note"), r.position(),
	}
}

// checkChecks: words are of their lists, names are there, and the spans of a
// rule follow one another.
func (k *checker) checkChecks() {
	spans := map[string][]span{}
	for _, c := range k.Checks {
		spans[c.Code] = append(spans[c.Code], span{c.ValidFrom, c.ValidTo, c.at})
		k.need(c.at, c.Code, "name_zh", c.NameZh, "name_en", c.NameEn)
		k.word(c.at, c.Code, "class", "CHECK_CLASS", c.Class)
		k.word(c.at, c.Code, "answer", "CHECK_ANSWER", c.Answer)
		k.word(c.at, c.Code, "place", "CHECK_PLACE", c.Place)
		k.word(c.at, c.Code, "missing", "MISSING_STRATEGY", c.Missing)
	}
	k.checkSpans(spans)
}

// checkComparisons: indicators are known, each figure is named once, and a
// comparison has two at least.
func (k *checker) checkComparisons() {
	unique(k, k.Comparisons, func(c Comparison) (string, position) {
		return c.Code + " " + c.IndicatorCode + " " + c.Operand, c.at
	})
	members := map[string]int{}
	for _, c := range k.Comparisons {
		members[c.Code]++
	}
	for _, c := range k.Comparisons {
		k.need(c.at, c.Code, "name_zh", c.NameZh, "name_en", c.NameEn)
		k.resolve(c.at, c.Code, "indicator", "INDICATOR", c.IndicatorCode)
		k.word(c.at, c.Code, "operand", "OPERAND", c.Operand)
		if members[c.Code] < 2 || c.Factor <= 0 {
			k.report(c.at, "comparison", c.Code)
		}
	}
}
