package etl

import (
	"strings"
	"unicode/utf8"
)

// unitNotStated stands for the unit of a public series that names none.
const unitNotStated = "_U"

// unit is a unit as a payload writes it: a code and the power of ten in front,
// as in 万人.
type unit struct {
	code  int32
	scale float64
}

// unitPrefixes are the powers of ten that Chinese units carry in front.
func unitPrefixes() map[string]float64 {
	return map[string]float64{"万": 1e4, "亿": 1e8, "千": 1e3, "百万": 1e6}
}

// unitIdentifier gives the function that looks a unit up and numbers it among
// the units of the load.
func (r *reading) unitIdentifier(t traits, aliases map[string]string) func(string) resolution {
	return func(text string) resolution {
		known, ok := r.knownUnit(t, text, aliases)
		if !ok {
			if !r.params.AcceptNew || !isUsableCode(text) {
				return resolution{reason: unknownUnit}
			}
			known = unit{r.dictionaries[unitDictionary].number(r.publisher + ":" + text), 1}
		}
		return resolution{code: r.numberUnit(known)}
	}
}

// knownUnit looks a unit up, with and without the power of ten in front of it.
func (r *reading) knownUnit(t traits, text string, aliases map[string]string) (unit, bool) {
	scale := 1.0
	code, ok := r.find(t, text, aliases)
	if !ok {
		for prefix, power := range unitPrefixes() {
			rest, found := strings.CutPrefix(text, prefix)
			if !found || rest == "" {
				continue
			}
			if code, ok = r.find(t, rest, aliases); ok {
				scale = power
				break
			}
		}
	}
	if !ok {
		return unit{}, false
	}
	return unit{r.dictionaries[unitDictionary].number(code), scale}, true
}

// unitInBrackets parts the name of an indicator from the unit that the form says
// stands in brackets behind it, as in 年末总人口(万人). Other words in brackets
// belong to the name: 人口数(人口抽样调查) has no unit.
func (r *reading) unitInBrackets(text string) (name string, known unit, ok bool) {
	field := r.form.Rows.Unit
	if field == nil || !field.InBrackets {
		return "", unit{}, false
	}
	name, inside := cutBrackets(strings.TrimSpace(text))
	if name == "" || inside == "" {
		return "", unit{}, false
	}
	known, ok = r.knownUnit(traitsOf(unitKind), inside, field.Aliases)
	return name, known, ok
}

// cutBrackets parts a text from what stands in the brackets that close at its
// end; both are empty when it does not end with brackets.
func cutBrackets(text string) (before, inside string) {
	depth, end := 0, len(text)
	for i := len(text); i > 0; {
		char, width := utf8.DecodeLastRuneInString(text[:i])
		switch char {
		case ')', '）':
			if depth++; depth == 1 {
				end = i - width
			}
		case '(', '（':
			if depth--; depth == 0 {
				return strings.TrimSpace(text[:i-width]), strings.TrimSpace(text[i:end])
			}
		}
		if depth <= 0 {
			return "", ""
		}
		i -= width
	}
	return "", ""
}

// numberUnit gives the place of a unit among the units of the load.
func (r *reading) numberUnit(u unit) int32 {
	for i, known := range r.units {
		if known == u {
			return int32(i)
		}
	}
	r.units = append(r.units, u)
	return int32(len(r.units) - 1)
}

// suffixUnit gives the unit written behind a figure.
func (r *reading) suffixUnit(suffix string) resolution {
	if found, ok := r.suffixes[suffix]; ok {
		return found
	}
	found := r.identifier(unitKind, map[string]string{
		"%": "percent", "/100": "percent", "‰": "per_1000", "/1000": "per_1000", "/千": "per_1000",
		"/万": "per_10000", "/10000": "per_10000", "/10万": "per_100000", "/十万": "per_100000", "/100000": "per_100000",
	})(suffix)
	r.suffixes[suffix] = found
	return found
}

// factor gives the number a figure in the unit is multiplied with to be in the
// unit of its indicator: 5.2 ‰ is 520 per 100,000. It is false when the two
// measure different things.
func (r *reading) factor(from unit, to int32) (float64, bool) {
	if from.code == to {
		return from.scale, true
	}
	list := r.dictionaries[unitDictionary].list
	fromUnit, okFrom := r.catalog.Unit(list[from.code])
	toUnit, okTo := r.catalog.Unit(list[to])
	if !okFrom || !okTo {
		return 0, false
	}
	factor, ok := fromUnit.Convert(1, toUnit)
	return from.scale * factor, ok
}

// shareBase gives the base of a unit that is a share, 100 for percent, and 0 for
// every other unit.
func (r *reading) shareBase(code int32) float64 {
	unit, ok := r.catalog.Unit(r.dictionaries[unitDictionary].list[code])
	if !ok || unit.Dimension != "share" {
		return 0
	}
	return unit.PerBase
}
