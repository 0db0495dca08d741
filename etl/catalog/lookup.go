package catalog

import (
	"strings"
	"unicode"
)

// Everybody is the publisher of words that anybody may use.
const Everybody = "*"

// lookups are the indexes of a catalog.
type lookups struct {
	indicators map[string]int
	agencies   map[string]int
	areas      map[string]int
	ageGroups  map[string]int
	units      map[string]int
	parts      map[string][]string
	codes      map[listKey]bool
	words      map[wordKey]string // explicit aliases
	names      map[wordKey]string // names of entries, which yield to aliases
}

type listKey struct{ list, code string }

type wordKey struct{ list, publisher, word string }

func newLookups(c *Catalog) lookups {
	l := lookups{
		indicators: index(c.Indicators, func(i Indicator) string { return i.Code }),
		agencies:   index(c.Agencies, func(a Agency) string { return a.Code }),
		areas:      index(c.Areas, func(a Area) string { return a.Code }),
		ageGroups:  index(c.AgeGroups, func(a AgeGroup) string { return a.Code }),
		units:      index(c.Units, func(u Unit) string { return u.Code }),
		parts:      map[string][]string{},
		codes:      map[listKey]bool{},
		words:      map[wordKey]string{},
		names:      map[wordKey]string{},
	}
	for _, a := range c.Areas {
		if a.Level == "street" {
			l.parts[a.ParentCode] = append(l.parts[a.ParentCode], a.Code)
		}
	}
	c.eachName(func(list, code, zh, en string) {
		l.codes[listKey{list, code}] = true
		for _, name := range []string{zh, en} {
			if name != "" {
				l.names[wordKey{list, Everybody, foldWord(name)}] = code
			}
		}
	})
	for _, a := range c.Aliases {
		l.words[wordKey{a.List, a.Publisher, foldWord(a.Alias)}] = a.Code
	}
	return l
}

// eachName calls visit for every entry that a word can stand for.
func (c *Catalog) eachName(visit func(list, code, zh, en string)) {
	for _, x := range c.Codes {
		visit(x.List, x.Code, x.NameZh, x.NameEn)
	}
	for _, x := range c.Areas {
		visit("AREA", x.Code, x.NameZh, x.NameEn)
	}
	for _, x := range c.AgeGroups {
		visit("AGE", x.Code, x.NameZh, x.NameEn)
	}
	for _, x := range c.Indicators {
		visit("INDICATOR", x.Code, x.NameZh, x.NameEn)
	}
}

func index[T any](entries []T, code func(T) string) map[string]int {
	at := make(map[string]int, len(entries))
	for i, e := range entries {
		at[code(e)] = i
	}
	return at
}

func find[T any](entries []T, at map[string]int, code string) (T, bool) {
	if i, ok := at[code]; ok {
		return entries[i], true
	}
	var none T
	return none, false
}

// Indicator gives an indicator by its code.
func (c *Catalog) Indicator(code string) (Indicator, bool) {
	return find(c.Indicators, c.lookups.indicators, code)
}

// Agency gives an agency or publisher by its code.
func (c *Catalog) Agency(code string) (Agency, bool) {
	return find(c.Agencies, c.lookups.agencies, code)
}

// Area gives an area by its code.
func (c *Catalog) Area(code string) (Area, bool) {
	return find(c.Areas, c.lookups.areas, code)
}

// AgeGroup gives an age group by its code.
func (c *Catalog) AgeGroup(code string) (AgeGroup, bool) {
	return find(c.AgeGroups, c.lookups.ageGroups, code)
}

// Unit gives a unit by its code.
func (c *Catalog) Unit(code string) (Unit, bool) {
	return find(c.Units, c.lookups.units, code)
}

// Parts gives the streets of a district, whose figures add up to those of the
// district. It is empty for an area that is not divided into streets.
func (c *Catalog) Parts(area string) []string { return c.lookups.parts[area] }

// HasCode says whether a list holds a code. Lists are AREA, AGE, INDICATOR, UNIT
// and those of codes.csv.
func (c *Catalog) HasCode(list, code string) bool { return c.lookups.codes[listKey{list, code}] }

// ResolveAlias gives the code that a publisher's word stands for: first by the
// publisher's own aliases, then by those of everybody, then by the Chinese and
// English names of the entries. Blanks, letter case, full-width forms and the
// kind of dash make no difference. It does not take a code for a word: ask
// HasCode for that.
func (c *Catalog) ResolveAlias(list, publisher, text string) (code string, ok bool) {
	word := foldWord(text)
	if code, ok = c.lookups.words[wordKey{list, publisher, word}]; ok {
		return code, true
	}
	if code, ok = c.lookups.words[wordKey{list, Everybody, word}]; ok {
		return code, true
	}
	code, ok = c.lookups.names[wordKey{list, Everybody, word}]
	return code, ok
}

// foldWord takes off a word what makes no difference.
func foldWord(text string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' {
			r += '!' - '！'
		}
		switch {
		case unicode.IsSpace(r), r == '\u200B', r == '\uFEFF':
			return -1
		case strings.ContainsRune("—–‒―−‐‑~〜∼", r):
			return '-'
		case r == 'µ': // micro sign and Greek mu look alike
			return 'μ'
		}
		return r
	}, text))
}
