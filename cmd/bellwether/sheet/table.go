package sheet

import (
	"bufio"
	"io"
	"slices"
	"strings"
)

const (
	gap         = 2 // blanks between columns
	narrowest   = 8 // columns left to a flexible column
	defaultWide = 100
)

// writeTable lays the sheet out in at most the given width. Columns that are
// not flexible keep theirs, so that a figure is never cut.
func (s Sheet) writeTable(w io.Writer, o Options) error {
	t := table{measure: newMeasure(), language: o.Language, room: o.Width}
	if t.room <= 0 {
		t.room = defaultWide
	}
	for i, c := range s.Columns {
		if c.Zh == "" && c.En == "" {
			continue
		}
		cells := t.texts(s.Rows, i, c)
		if len(cells) > 0 && !slices.ContainsFunc(cells, func(text string) bool { return text != "" }) {
			continue // nobody misses a column that says nothing
		}
		t.columns = append(t.columns, c)
		t.cells = append(t.cells, cells)
	}
	t.layOut()
	return t.write(w, len(s.Rows))
}

type table struct {
	measure  measure
	language string
	room     int
	columns  []Column
	cells    [][]string // by column, then row
	widths   []int
}

func (t *table) texts(rows [][]any, column int, c Column) []string {
	show := c.Show
	if show == nil {
		show = Text
	}
	texts := make([]string, len(rows))
	for r, row := range rows {
		texts[r] = clean(show(row[column]))
	}
	return texts
}

// heading is the title of the column in the language asked for, followed by
// the other one where the column is wide enough for both.
func (t *table) heading(c Column, width int) string {
	first, second := c.Zh, c.En
	if t.language == "en" {
		first, second = c.En, ""
	}
	if first == "" {
		first, second = c.Zh+c.En, ""
	}
	if both := first + " " + second; second != "" && second != first && t.measure.width(both) <= width {
		return both
	}
	return first
}

func (t *table) layOut() {
	t.widths = make([]int, len(t.columns))
	total := gap * (len(t.columns) - 1)
	for i, c := range t.columns {
		t.widths[i] = t.measure.width(t.heading(c, 0))
		for _, text := range t.cells[i] {
			t.widths[i] = max(t.widths[i], t.measure.width(text))
		}
		total += t.widths[i]
	}
	for total > t.room {
		widest := -1
		for i, c := range t.columns {
			if c.Flex && t.widths[i] > narrowest && (widest < 0 || t.widths[i] > t.widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			return // nothing gives way: a wide table is better than a cut figure
		}
		t.widths[widest]--
		total--
	}
}

func (t *table) write(w io.Writer, rows int) error {
	out := bufio.NewWriter(w)
	headings, rules := make([]string, len(t.columns)), make([]string, len(t.columns))
	for i, c := range t.columns {
		headings[i] = t.measure.cut(t.heading(c, t.widths[i]), t.widths[i])
		rules[i] = strings.Repeat("-", t.widths[i])
	}
	t.line(out, headings)
	t.line(out, rules)
	for r := range rows {
		t.row(out, r)
	}
	return out.Flush()
}

func (t *table) row(out *bufio.Writer, r int) {
	parts := make([][]string, len(t.columns))
	height := 1
	for i, c := range t.columns {
		text := t.cells[i][r]
		parts[i] = []string{t.measure.cut(text, t.widths[i])}
		if c.Wrap {
			parts[i] = t.measure.wrap(text, t.widths[i])
		}
		height = max(height, len(parts[i]))
	}
	for h := range height {
		line := make([]string, len(t.columns))
		for i := range parts {
			if h < len(parts[i]) {
				line[i] = parts[i][h]
			}
		}
		t.line(out, line)
	}
}

func (t *table) line(out *bufio.Writer, texts []string) {
	var b strings.Builder
	for i, text := range texts {
		if i > 0 {
			b.WriteString(strings.Repeat(" ", gap))
		}
		padding := strings.Repeat(" ", max(0, t.widths[i]-t.measure.width(text)))
		if t.columns[i].Number {
			b.WriteString(padding + text)
		} else {
			b.WriteString(text + padding)
		}
	}
	out.WriteString(strings.TrimRight(b.String(), " "))
	out.WriteByte('\n')
}
