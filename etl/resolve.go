package etl

import (
	"bytes"
	"regexp"
	"strings"
	"unicode"

	"bellwether/etl/decode"
)

// resolution is what a text of the payload stands for: the number of its code
// in a dictionary, or the reason why it stands for nothing.
type resolution struct {
	code   int32
	reason reasonID
}

// resolver turns the text of some columns into codes. Each distinct text is
// looked up once; after that a figure costs one comparison or one map access.
type resolver struct {
	columns  []int // first that is not empty counts; none for a constant
	labelled bool  // cells read "CODE: label"
	blank    resolution
	fixed    bool // blank is the constant for every record
	identify func(text string) resolution

	section  *section                       // parts of the table that have a sex each, nil for others
	outline  *outline                       // names whose blanks put them below others, nil for others
	byPath   func(path []string) resolution // identify of these
	language string

	known    map[string]resolution
	lastText []byte
	last     resolution
}

// maxKnown bounds the texts a resolver remembers; a sound file has far fewer.
const maxKnown = 100_000

func constant(code int32) *resolver {
	return &resolver{fixed: true, blank: resolution{code: code}}
}

// resolve gives the code of a record and the column it was found in.
func (r *resolver) resolve(row *decode.Row) (resolution, int) {
	if r.fixed {
		return r.blank, -1
	}
	text, column := r.text(row)
	if r.section != nil {
		return r.section.resolve(string(text), r.blank), column
	}
	if len(text) == 0 {
		return r.blank, column
	}
	if r.outline != nil {
		return r.byPath(r.outline.path(row.Cell(column), r.language)), column
	}
	if bytes.Equal(text, r.lastText) {
		return r.last, column
	}
	found, ok := r.known[string(text)]
	if !ok {
		found = r.identify(string(text))
		if len(r.known) < maxKnown {
			r.known[string(text)] = found
		}
	}
	r.lastText = append(r.lastText[:0], text...)
	r.last = found
	return found, column
}

// section is the part of a table being read, where a record named for a sex begins
// each.
type section struct {
	current *resolution                     // nil before the first
	named   func(text string) (int32, bool) // code of the sex that a text is
}

func (s *section) resolve(text string, before resolution) resolution {
	if code, ok := s.named(text); ok {
		s.current = &resolution{code: code}
	}
	if s.current == nil {
		return before
	}
	return *s.current
}

// restart forgets the names above before a table is read again.
func (r *resolver) restart() {
	if r.outline != nil {
		r.outline.above = r.outline.above[:0]
	}
	if r.section != nil {
		r.section.current = nil
	}
}

// text gives the first cell that is not empty, or the first column.
func (r *resolver) text(row *decode.Row) ([]byte, int) {
	for _, column := range r.columns {
		text := trimBlanks(row.Cell(column))
		if r.labelled {
			text, _, _ = bytes.Cut(text, []byte(": "))
		}
		if len(text) > 0 {
			return text, column
		}
	}
	if len(r.columns) == 0 {
		return nil, -1
	}
	return nil, r.columns[0]
}

// find looks a text up: the form's own aliases, then the publisher's and the
// common ones of the catalog, then the code itself.
func (r *reading) find(t traits, text string, aliases map[string]string) (string, bool) {
	if code, ok := aliases[text]; ok {
		return code, true
	}
	text = strings.TrimPrefix(text, t.typeLabel)
	if code, ok := r.catalog.ResolveAlias(t.list, r.publisher, text); ok {
		return code, true
	}
	if r.catalog.HasCode(t.list, text) {
		return text, true
	}
	if code := ageCode(text); t.place == ageDictionary && r.catalog.HasCode(t.list, code) {
		return code, true
	}
	return "", false
}

// agePattern is how ages are written down everywhere: 7, 7岁, 15-19, 15～19岁, 85+,
// 85岁及以上.
var agePattern = regexp.MustCompile(`^(\d{1,3})(?:\s*[-—–~～]\s*(\d{1,3}))?\s*(?:岁|周岁)?\s*(\+|及以上|以上|and over)?$`)

// ageCode gives the SDMX code of an age or a band of ages in years, empty for any
// other text.
func ageCode(text string) string {
	match := agePattern.FindStringSubmatch(halfWidth(strings.TrimSpace(text)))
	switch {
	case match == nil || match[2] != "" && match[3] != "":
		return ""
	case match[3] != "":
		return "Y_GE" + match[1]
	case match[2] != "":
		return "Y" + match[1] + "T" + match[2]
	}
	return "Y" + match[1]
}

// identifier gives the function that looks up the texts of one kind.
func (r *reading) identifier(k kind, aliases map[string]string) func(string) resolution {
	t := traitsOf(k)
	if k == unitKind {
		return r.unitIdentifier(t, aliases)
	}
	return func(text string) resolution {
		code, ok := r.find(t, text, aliases)
		if !ok && k == indicatorKind {
			if name, _, hasUnit := r.unitInBrackets(text); hasUnit {
				code, ok = r.find(t, name, aliases)
			}
		}
		if !ok {
			if !t.canBeNew || !r.params.AcceptNew || !isUsableCode(text) {
				return resolution{reason: t.unknown}
			}
			code = r.publisher + ":" + text
		}
		number := r.dictionaries[t.place].number(code)
		if k == indicatorKind {
			r.knowIndicator(number, code)
		}
		return resolution{code: number}
	}
}

// isUsableCode says whether a publisher's code can become one of ours.
func isUsableCode(text string) bool {
	return len(text) <= 128 && strings.IndexFunc(text, func(r rune) bool {
		return unicode.IsControl(r) || r == ';' || r == '\uFFFD'
	}) < 0
}
