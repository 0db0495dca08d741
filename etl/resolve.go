package etl

import (
	"bytes"
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
	name     string // what it resolves, for messages
	columns  []int  // first that is not empty counts; none for a constant
	labelled bool   // cells read "CODE: label"
	blank    resolution
	fixed    bool // blank is the constant for every record
	identify func(text string) resolution

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
	if len(text) == 0 {
		return r.blank, column
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

// codeList names a code list of the catalog and what belongs to it.
type codeList struct {
	list      string // as dim_alias writes it
	place     place
	unknown   reasonID
	canBeNew  bool   // publishers' codes are loaded when the load allows it
	typeLabel string // prefix that publishers put before codes, such as SEX_
}

func codeListOf(kind string) codeList {
	switch kind {
	case "indicator":
		return codeList{list: "INDICATOR", place: indicatorDictionary, unknown: unknownIndicator, canBeNew: true}
	case "area":
		return codeList{list: "AREA", place: areaDictionary, unknown: unknownArea, canBeNew: true}
	case "sex":
		return codeList{list: "SEX", place: sexDictionary, unknown: unknownSex, typeLabel: "SEX_"}
	case "age_group":
		return codeList{list: "AGE", place: ageDictionary, unknown: unknownAgeGroup, canBeNew: true, typeLabel: "AGEGROUP_"}
	case "residence":
		return codeList{list: "RESIDENCE", place: residenceDictionary, unknown: unknownResidence, typeLabel: "RESIDENCEAREATYPE_"}
	case "unit":
		return codeList{list: "UNIT", place: unitDictionary, unknown: unknownUnit, canBeNew: true}
	case "status":
		return codeList{list: "OBS_STATUS", place: statusDictionary, unknown: unknownStatus}
	}
	return codeList{list: "CONF_STATUS", place: confidentialityDictionary, unknown: unknownStatus}
}

// find looks a text up: the form's own aliases, then the publisher's and the
// common ones of the catalog, then the code itself.
func (r *reading) find(list codeList, text string, aliases map[string]string) (string, bool) {
	if code, ok := aliases[text]; ok {
		return code, true
	}
	text = strings.TrimPrefix(text, list.typeLabel)
	if code, ok := r.catalog.ResolveAlias(list.list, r.publisher, text); ok {
		return code, true
	}
	if r.catalog.HasCode(list.list, text) {
		return text, true
	}
	return "", false
}

// identifier gives the function that looks up a text of a code list.
func (r *reading) identifier(list codeList, aliases map[string]string) func(string) resolution {
	return func(text string) resolution {
		code, ok := r.find(list, text, aliases)
		if !ok {
			if !list.canBeNew || !r.params.AcceptNew || !isUsableCode(text) {
				return resolution{reason: list.unknown}
			}
			code = r.publisher + ":" + text
		}
		number := r.dictionaries[list.place].number(code)
		if list.place == indicatorDictionary {
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
