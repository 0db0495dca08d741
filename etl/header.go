package etl

import (
	"fmt"
	"slices"
	"strings"

	"bellwether/etl/decode"
)

// heading is the header of one table, column by column.
type heading struct {
	paths    []string   // texts from top to bottom joined by /, as written
	keys     []string   // the same, made comparable
	parts    [][]string // the texts of each path, where the form reads them apart
	names    int        // column of the names that the records have
	begins   int        // record in which the header begins
	first    int        // records up to and with the header
	last     int        // last record that belongs to it, 0 for that of the table
	at       string     // where the header stands, for messages
	preamble []string   // texts of the records before it
	lines    []string   // texts of the records looked through

	width      int  // columns up to the last one with a heading
	isLabelled bool // SDMX: cells read "CODE: label"
	isCaseKept bool // letter case tells headings apart

	inherited []int // columns whose first part is that of a column to the left
}

// key makes a heading comparable: width, case and blanks do not matter.
func key(text string) string { return strings.ToLower(compact(text)) }

// key is the same, with letter case where the form says that it counts.
func (h *heading) key(text string) string {
	if h.isCaseKept {
		return compact(text)
	}
	return key(text)
}

// compact takes blanks out of a text and makes it half width.
func compact(text string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '\n' || r == '\r' || r == '\uFEFF' {
			return -1
		}
		return r
	}, halfWidth(text))
}

// find gives the column of a name: the whole path, or the lowest heading where
// only one column has it. It gives -1 when there is none, and -2 when several
// columns could be meant.
func (h *heading) find(name string) int {
	wanted, keys := h.key(name), h.keys
	if wanted == "" {
		keys = keys[:h.width] // behind the last heading there are no columns, only cells that Excel pads
	}
	if i := slices.Index(keys, wanted); i >= 0 {
		if slices.Contains(keys[i+1:], wanted) {
			return -2
		}
		return i
	}
	found := -1
	for i, path := range h.keys {
		if strings.HasSuffix(path, "/"+wanted) {
			if found >= 0 {
				return -2
			}
			found = i
		}
	}
	return found
}

// name gives a column's heading as the publisher wrote it.
func (h *heading) name(column int) string {
	if column >= 0 && column < len(h.paths) {
		return h.paths[column]
	}
	return ""
}

// findHeadings reads a table up to its header: the first rows that hold every
// column the form cannot do without. Where the form says that there may be several
// blocks, each has a heading of its own.
func (f *Form) findHeadings(table decode.Table, wanted []wantedColumn, sheet string) ([]*heading, error) {
	rows := &records{table: table}
	h, err := f.findHeading(rows, wanted, sheet)
	if err != nil {
		return nil, err
	}
	if !f.Header.Blocks {
		return []*heading{h}, h.checkAmbiguous(wanted)
	}
	name := h.topName(h.names)
	all := h.blocks(name)
	for h != nil {
		before := len(all)
		if h, err = f.findFurther(rows, h, sheet); err != nil {
			return nil, err
		}
		if h != nil {
			for _, one := range all[:before] {
				if one.last == 0 {
					one.last = h.begins - 1
				}
			}
			all = append(all, h.blocks(name)...)
		}
	}
	for _, one := range all {
		if err := one.checkAmbiguous(wanted); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// findHeading reads up to the first header.
func (f *Form) findHeading(rows *records, wanted []wantedColumn, sheet string) (*heading, error) {
	var window [][]string
	h := &heading{isCaseKept: f.Header.Case}
	var best []string
	fewest := len(wanted) + 1
	for rows.count < f.Header.Within {
		row, err := rows.next()
		if err != nil {
			return nil, err
		}
		if row == nil {
			break
		}
		window = append(window, rowTexts(row))
		if len(window) > f.Header.Rows {
			window = window[1:]
		}
		if len(window) == f.Header.Rows {
			h.setRows(f, window)
			missing := h.missing(wanted)
			if len(missing) == 0 {
				return h, f.complete(h, rows, window, wanted, sheet)
			}
			if len(missing) < fewest {
				fewest, best = len(missing), missing
			}
		}
		h.lines = append(h.lines, strings.Join(unfilled(row), ","))
	}
	if best == nil {
		best = names(wanted)
	}
	return nil, &FormatError{
		At:     sheet,
		WantZh: fmt.Sprintf("前 %d 行里找不到表头，缺少列：%s", f.Header.Within, strings.Join(best, "、")),
		Want:   fmt.Sprintf("want a header within the first %d records; missing %s", f.Header.Within, strings.Join(best, ", ")),
		Got:    h.sample(),
	}
}

// complete takes in what belongs to a header whose first rows were found.
func (f *Form) complete(h *heading, rows *records, window [][]string, wanted []wantedColumn, sheet string) error {
	h.begins = rows.count - len(window) + 1
	h.preamble = h.lines[:min(len(h.lines), h.begins-1)]
	h.at = at(sheet, fmt.Sprintf("record %d", rows.count))
	h.names = h.namesColumn(wanted)
	if f.Header.Open {
		header, err := f.openHeader(rows, window[0], h.names)
		if err != nil {
			return err
		}
		h.setOpen(header, f.Header.Language)
	}
	h.first = rows.count
	return nil
}

// namesColumn gives the column that says what each record is about: the first that
// the form cannot do without.
func (h *heading) namesColumn(wanted []wantedColumn) int {
	for _, w := range wanted {
		for _, name := range w.names {
			if i := slices.Index(h.keys, h.key(name)); i >= 0 && w.pattern == nil {
				return i
			}
		}
	}
	return 0
}

// findFurther reads on to a record that has the heading of the names in their
// column again, nil when there is none.
func (f *Form) findFurther(rows *records, before *heading, sheet string) (*heading, error) {
	column := before.names
	for {
		row, err := rows.next()
		if row == nil || err != nil {
			return nil, err
		}
		h := &heading{isCaseKept: f.Header.Case}
		texts := rowTexts(row)
		h.setRows(f, [][]string{texts})
		if column >= len(h.keys) || h.keys[column] == "" || h.keys[column] != before.topKey(column) {
			continue
		}
		h.lines = before.preamble
		err = f.complete(h, rows, [][]string{texts}, []wantedColumn{{names: []string{before.topName(column)}}}, sheet)
		h.preamble = before.preamble
		return h, err
	}
}

// setRows joins the rows of a header of which the number is known.
func (h *heading) setRows(f *Form, window [][]string) {
	if f.Header.Language == "" {
		h.set(window, f.Header.Fill)
		return
	}
	rows := make([]headerRow, len(window))
	for i, texts := range window {
		rows[i] = headerRow{texts: texts}
	}
	h.setOpen(rows, f.Header.Language)
}

// topName gives the first part of a heading, topKey the same made comparable.
func (h *heading) topName(column int) string {
	if column < len(h.parts) && len(h.parts[column]) > 0 {
		return h.parts[column][0]
	}
	return h.name(column)
}

func (h *heading) topKey(column int) string { return h.key(h.topName(column)) }

// unfilled gives the texts of a record without those that only continue a merged
// range.
func unfilled(row *decode.Row) []string {
	texts := rowTexts(row)
	for i := range texts {
		if row.IsFilled(i) {
			texts[i] = ""
		}
	}
	return texts
}

// sample gives a little of the header for a message.
func (h *heading) sample() string {
	return cut(strings.Join(h.paths, ","), 120)
}

// set joins the rows of the header into one path for each column.
func (h *heading) set(rows [][]string, fill bool) {
	width := 0
	for _, row := range rows {
		width = max(width, len(row))
	}
	h.paths, h.keys, h.width = make([]string, width), make([]string, width), 0
	for column := range width {
		var parts []string
		for level, row := range rows {
			text := ""
			if column < len(row) {
				text = strings.TrimSpace(row[column])
			}
			if text == "" && fill && level < len(rows)-1 {
				text = toTheLeft(row, column)
			}
			if text != "" && !slices.Contains(parts, text) {
				parts = append(parts, text)
			}
		}
		h.paths[column] = strings.Join(parts, "/")
		h.keys[column] = h.key(h.paths[column])
		if h.paths[column] != "" {
			h.width = column + 1
		}
	}
}

// toTheLeft gives the nearest text left of a column.
func toTheLeft(row []string, column int) string {
	for i := min(column, len(row)) - 1; i >= 0; i-- {
		if text := strings.TrimSpace(row[i]); text != "" {
			return text
		}
	}
	return ""
}

// wantedColumn is a set of names of which one has to be in the header.
type wantedColumn struct {
	names   []string
	pattern func(string) bool // a heading that matches will do instead of a name
}

func (h *heading) missing(wanted []wantedColumn) []string {
	var missing []string
	for _, w := range wanted {
		isThere := slices.ContainsFunc(w.names, func(name string) bool { return h.find(name) != -1 }) ||
			w.pattern != nil && slices.ContainsFunc(h.paths, w.pattern)
		if !isThere {
			missing = append(missing, w.title())
		}
	}
	return missing
}

// checkAmbiguous refuses a header that has a needed name twice.
func (h *heading) checkAmbiguous(wanted []wantedColumn) error {
	for _, w := range wanted {
		for _, name := range w.names {
			if h.find(name) == -2 && key(name) == "" {
				return &FormatError{At: h.at, WantZh: "有两列没有列名，无法知道各是什么，请补上列名或删去一列",
					Want: "want one column without heading; several have none", Got: h.sample()}
			}
			if h.find(name) == -2 {
				return &FormatError{At: h.at, WantZh: "表头中同名的列出现了两次，请改名或删去一列",
					Want: "want the heading once; it stands over two columns", Got: name}
			}
		}
	}
	return nil
}

func (w wantedColumn) title() string {
	titles := slices.Clone(w.names)
	for i, name := range titles {
		if name == "" {
			titles[i] = "（无列名的一列 / one without heading）"
		}
	}
	return strings.Join(titles, "|")
}

func names(wanted []wantedColumn) []string {
	titles := make([]string, len(wanted))
	for i, w := range wanted {
		titles[i] = w.title()
	}
	return titles
}

func rowTexts(row *decode.Row) []string {
	texts := make([]string, len(row.Cells))
	for i, cell := range row.Cells {
		texts[i] = strings.ToValidUTF8(string(trimBlanks(cell)), "�")
	}
	return texts
}

// at joins the parts of a place.
func at(sheet, place string) string {
	if sheet == "" || place == "" {
		return sheet + place
	}
	return sheet + " " + place
}

// cut shortens a text to at most n characters.
func cut(text string, n int) string {
	count := 0
	for i := range text {
		if count == n {
			return text[:i] + "…"
		}
		count++
	}
	return text
}
