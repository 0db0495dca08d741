package etl

import (
	"errors"
	"io"
	"slices"
	"strings"

	"bellwether/etl/decode"
)

// maxOpenRows bounds a header that goes on to the first figure.
const maxOpenRows = 16

// headerRow is one row of a header: its texts, and which of them only continue the
// one above because the cells are merged.
type headerRow struct {
	texts   []string
	isBelow []bool
}

// records reads a table record by record and can take one back.
type records struct {
	table decode.Table
	count int // records read
	row   *decode.Row
	again bool
}

// next gives the next record, nil after the last.
func (r *records) next() (*decode.Row, error) {
	if r.again {
		r.again = false
		r.count++
		return r.row, nil
	}
	row, err := r.table.Next()
	if errors.Is(err, io.EOF) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	r.count++
	r.row = row
	return row, nil
}

// back takes the record that was read last back.
func (r *records) back() {
	r.again = true
	r.count--
}

// openHeader reads the rows of a header that goes on to the first record with a
// figure, of which the first row was read.
func (f *Form) openHeader(rows *records, first []string, name int) ([]headerRow, error) {
	header := []headerRow{{texts: first, isBelow: make([]bool, len(first))}}
	for len(header) < maxOpenRows {
		row, err := rows.next()
		if err != nil {
			return nil, err
		}
		if row == nil {
			break
		}
		if row.IsBlank() || startsData(row, name) {
			rows.back()
			break
		}
		one := headerRow{texts: rowTexts(row), isBelow: make([]bool, len(row.Cells))}
		above := header[len(header)-1].texts
		for i := range one.texts {
			one.isBelow[i] = row.IsFilled(i) && i < len(above) && above[i] == one.texts[i]
		}
		header = append(header, one)
	}
	return header, nil
}

// startsData says whether a record below a heading is the first with figures: it
// has a name, and a number that is no year.
func startsData(row *decode.Row, name int) bool {
	text := trimBlanks(row.Cell(name))
	if len(text) == 0 || row.IsFilled(name) {
		return false
	}
	hasYears := false
	for i, cell := range row.Cells {
		if i == name || row.IsFilled(i) {
			continue
		}
		n, ok := parseNumber(trimBlanks(cell), false)
		switch {
		case ok && n.decimals == 0 && n.value >= firstYear && n.value <= lastYear:
			hasYears = true
		case ok:
			return true
		}
	}
	return hasYears && !hasLatin(string(text))
}

// setOpen joins the rows of such a header into one path for each column. The upper
// row continues to the right over empty cells, unless the cell goes down to the
// figures and so has nothing below it.
func (h *heading) setOpen(rows []headerRow, language string) {
	width := 0
	for _, row := range rows {
		width = max(width, len(row.texts))
	}
	h.paths, h.keys, h.parts, h.width = make([]string, width), make([]string, width), make([][]string, width), 0
	parent := ""
	for column := range width {
		own, top := ownParts(rows, column, language)
		switch {
		case top != "":
			parent = top
			if goesDown(rows, column) {
				parent = ""
			}
		case len(own) > 0 && parent != "" && !slices.Contains(own, parent):
			h.inherited = append(h.inherited, column)
			own = append([]string{parent}, own...)
		}
		h.parts[column] = own
		h.paths[column] = strings.Join(own, "/")
		h.keys[column] = h.key(h.paths[column])
		if h.paths[column] != "" {
			h.width = column + 1
		}
	}
}

// ownParts gives the texts of a column from top to bottom, and that of the upper
// row.
func ownParts(rows []headerRow, column int, language string) (parts []string, top string) {
	isChinese := language == "zh" && slices.ContainsFunc(rows, func(row headerRow) bool {
		return column < len(row.texts) && hasHan(row.texts[column])
	})
	for level, row := range rows {
		if column >= len(row.texts) {
			continue
		}
		text := row.texts[column]
		if language == "zh" {
			text = chinese(text)
		}
		if text == "" || isChinese && !hasHan(text) && hasLatin(text) || slices.Contains(parts, text) {
			continue
		}
		parts = append(parts, text)
		if level == 0 {
			top = text
		}
	}
	return parts, top
}

// goesDown says whether the upper cell of a column is merged down to the last row.
func goesDown(rows []headerRow, column int) bool {
	for _, row := range rows[1:] {
		if column >= len(row.isBelow) || !row.isBelow[column] {
			return false
		}
	}
	return len(rows) > 1
}

// outside is the key of a column that belongs to another block.
const outside = "\x00"

// blocks parts a header in which the same columns stand again to the right.
func (h *heading) blocks(name string) []*heading {
	var starts []int
	for column := range h.keys {
		if h.topKey(column) == h.key(name) {
			starts = append(starts, column)
		}
	}
	if len(starts) < 2 {
		return []*heading{h}
	}
	var all []*heading
	for i, start := range starts {
		end := h.width
		if i+1 < len(starts) {
			end = starts[i+1]
		}
		one := *h
		one.paths, one.keys, one.width = slices.Clone(h.paths), slices.Clone(h.keys), end
		for column := range one.paths {
			if column < start || column >= end {
				one.paths[column], one.keys[column] = "", outside
			}
		}
		all = append(all, &one)
	}
	return all
}
