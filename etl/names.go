package etl

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// chinese takes the Chinese out of a text in both languages, as yearbooks write
// them: "总计  Total" is 总计, and the blanks that spread 地  区 go. A text without
// Chinese stays as it is.
func chinese(text string) string {
	if !hasHan(text) {
		return strings.TrimSpace(text)
	}
	var kept []string
	for _, line := range strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }) {
		if hasHan(line) || !hasLatin(line) {
			kept = append(kept, line)
		}
	}
	text = halfWidth(strings.Join(kept, ""))
	text = latinWords.ReplaceAllString(text, "$1")
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, text)
}

// latinWords are English words behind Chinese ones and a blank.
var latinWords = regexp.MustCompile(`(\p{Han}|[)\]）])\s+[A-Za-z][A-Za-z ,.'()&/-]*$`)

func hasHan(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) }) >= 0
}

func hasLatin(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r < utf8.RuneSelf && unicode.IsLetter(r) }) >= 0
}

// nameParts is the name of an indicator taken apart: what it is, and the sex that
// is a part of it.
type nameParts struct {
	text string
	sex  string // code, empty when no part is a sex
}

// takeApart parts the sex from a name whose parts go from top to bottom, where the
// form says that it stands there. A unit in brackets that is a part of its own
// joins the one before.
func (r *reading) takeApart(parts []string) nameParts {
	var found nameParts
	var rest []string
	for _, part := range parts {
		if r.hasSexInNames() {
			if code, ok := r.find(traitsOf(sexKind), strings.TrimSpace(part), nil); ok {
				found.sex = code
				continue
			}
		}
		if n := len(rest); n > 0 && strings.HasPrefix(part, "(") {
			rest[n-1] = strings.TrimSuffix(rest[n-1], part) + part
			continue
		}
		rest = append(rest, part)
	}
	found.text = strings.Join(rest, "/")
	return found
}

func (r *reading) hasSexInNames() bool {
	return r.form.Rows.Sex != nil && r.form.Rows.Sex.InNames
}

// outline follows a column of names in which blanks before a name put it below
// the nearest one above that has fewer, as the parts of a whole are printed:
//
//	总人口
//	  其中：女
//	        男
type outline struct {
	above []outlineName
}

type outlineName struct {
	depth int
	text  string
}

// path gives the names from the whole down to the one in the cell.
func (o *outline) path(cell []byte, language string) []string {
	text := string(cell)
	depth := 0
	for _, r := range text {
		if !unicode.IsSpace(r) && r != '\u3000' {
			break
		}
		depth++
		if r == '\u3000' {
			depth++
		}
	}
	text = strings.TrimFunc(text, unicode.IsSpace)
	if rest, ok := cutAmong(text); ok {
		depth, text = depth+6, rest // the place where the name itself stands
	}
	if language == "zh" {
		text = chinese(text)
	}
	o.above = slices.DeleteFunc(o.above, func(above outlineName) bool { return above.depth >= depth })
	o.above = append(o.above, outlineName{depth, text})
	path := make([]string, len(o.above))
	for i, above := range o.above {
		path[i] = above.text
	}
	return path
}

// cutAmong takes 其中 off a name.
func cutAmong(text string) (string, bool) {
	rest, ok := strings.CutPrefix(text, "其中")
	if !ok {
		rest, ok = strings.CutPrefix(text, "#")
	}
	return strings.TrimLeft(rest, ":： \u3000"), ok
}
