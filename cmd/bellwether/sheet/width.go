package sheet

import (
	"os"
	"strings"
	"unicode"

	"github.com/mattn/go-runewidth"
)

// measure counts the columns a text takes in a terminal: wide and full-width
// characters two, combining ones none. Ambiguous ones such as — take one, as
// in terminals of today also under a Chinese locale; RUNEWIDTH_EASTASIAN=1
// says that this terminal gives them two.
type measure struct{ condition *runewidth.Condition }

func newMeasure() measure {
	return measure{&runewidth.Condition{
		EastAsianWidth:     os.Getenv("RUNEWIDTH_EASTASIAN") == "1",
		StrictEmojiNeutral: true,
	}}
}

func (m measure) width(text string) int { return m.condition.StringWidth(text) }

// cut shortens a text to the width, with … at its end when something is lost.
func (m measure) cut(text string, width int) string {
	if m.width(text) <= width {
		return text
	}
	ellipsis := "…"
	room := width - m.width(ellipsis)
	used := 0
	for i, r := range text {
		w := m.condition.RuneWidth(r)
		if used+w > room {
			return text[:i] + ellipsis
		}
		used += w
	}
	return text
}

// wrap breaks a text into lines of at most the width: at blanks, between Chinese
// characters and between the words of a code, health/|mch_|annual, but never before
// a closing mark or behind an opening one.
func (m measure) wrap(text string, width int) []string {
	var lines []string
	for m.width(text) > width {
		at := m.breakAt(text, width)
		lines = append(lines, strings.TrimRight(text[:at], " "))
		text = strings.TrimLeft(text[at:], " ")
	}
	return append(lines, text)
}

// Closing marks belong to the end of a line, not to the beginning of one,
// and opening ones to its beginning.
const (
	closing = "，。、；：？！）】》」』”’,.;:?!)]}%‰"
	opening = "（【《「『“‘([{"
)

// breakAt is the last place in text at which a line of the width may end. A
// word longer than a line is broken where the line is full.
func (m measure) breakAt(text string, width int) int {
	used, last, full := 0, 0, len(text)
	var before rune
	for i, r := range text {
		if i > 0 && mayBreak(before, r) && used <= width {
			last = i
		}
		used += m.condition.RuneWidth(r)
		if used > width {
			full = i
			break
		}
		before = r
	}
	if last > 0 {
		return last
	}
	if full == 0 { // narrower than one character: make progress all the same
		return len(string([]rune(text)[:1]))
	}
	return full
}

func mayBreak(before, after rune) bool {
	if strings.ContainsRune(closing, after) || strings.ContainsRune(opening, before) {
		return false
	}
	if (before == '/' || before == '_') && unicode.IsLetter(after) {
		return true
	}
	return before == ' ' || ideograph(before) || ideograph(after)
}

func ideograph(r rune) bool {
	return unicode.Is(unicode.Han, r) || (r >= 0x3000 && r <= 0x303f) || (r >= 0xff00 && r <= 0xffef)
}

// clean makes a text safe to print on a terminal: what agencies wrote in a cell
// may hold line breaks and escape sequences.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
			return -1
		default:
			return r
		}
	}, text)
}
