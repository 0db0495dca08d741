package etl

import (
	"strings"
)

// unitNotStated stands for the unit of a public series that names none.
const unitNotStated = "_U"

// unit is a unit as a payload writes it: a code and the power of ten in front,
// as in 万人.
type unit struct {
	code  int32
	scale float64
}

// perBase gives the base of units that are parts of a population, so that one
// can be converted into another: 5.2 ‰ is 520 per 100,000. It is 0 for others.
func perBase(code string) float64 {
	switch code {
	case "percent":
		return 1e2
	case "per_1000":
		return 1e3
	case "per_10000":
		return 1e4
	case "per_100000":
		return 1e5
	}
	return 0
}

// unitPrefixes are the powers of ten that Chinese units carry in front.
func unitPrefixes() map[string]float64 {
	return map[string]float64{"万": 1e4, "亿": 1e8, "千": 1e3, "百万": 1e6}
}

// unitIdentifier gives the function that looks a unit up and numbers it among
// the units of the load.
func (r *reading) unitIdentifier(t traits, aliases map[string]string) func(string) resolution {
	return func(text string) resolution {
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
			if !r.params.AcceptNew || !isUsableCode(text) {
				return resolution{reason: unknownUnit}
			}
			code = r.publisher + ":" + text
		}
		return resolution{code: r.numberUnit(unit{r.dictionaries[unitDictionary].number(code), scale})}
	}
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
// unit of its indicator, and false when there is none.
func (r *reading) factor(from unit, to int32) (float64, bool) {
	if from.code == to {
		return from.scale, true
	}
	list := r.dictionaries[unitDictionary].list
	fromBase, toBase := perBase(list[from.code]), perBase(list[to])
	if fromBase == 0 || toBase == 0 {
		return 0, false
	}
	return from.scale * toBase / fromBase, true
}
