package decode

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// xlsxDocument is a workbook. The texts of a sheet are held in memory once it is
// opened; what is unpacked on the way to them lies on disk where it is large.
type xlsxDocument struct {
	path    string
	name    string
	scratch string // directory of what is unpacked
	book    *excelize.File
	limits  Limits
	sheets  []string
	notes   []string
	loaded  map[string]*sheet
}

// sheet is the text of one sheet and its merged ranges.
type sheet struct {
	cells  [][]string
	filled map[[2]int]string // row, column -> text of the merged range, its first cell excepted
}

func openXLSX(path, name string, limits Limits) (*xlsxDocument, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > limits.FileBytes {
		return nil, workbookTooLarge(name, "", "", info.Size(), limits.FileBytes)
	}
	all, whole := unpackedBytes(path)
	if all > limits.UnzipBytes {
		return nil, workbookTooLarge(name, "解压后", " once unpacked", all, limits.UnzipBytes)
	}
	if whole > limits.MemoryBytes {
		return nil, workbookTooLarge(name, "除工作表外解压后", " once unpacked, its sheets left out", whole, limits.MemoryBytes)
	}
	scratch, err := os.MkdirTemp("", "bellwether-xlsx-")
	if err != nil {
		return nil, err
	}
	var book *excelize.File
	err = guard(name, "Excel", func() (err error) {
		book, err = excelize.OpenFile(path, excelize.Options{UnzipSizeLimit: limits.UnzipBytes, TmpDir: scratch})
		return err
	})
	if err != nil {
		_ = os.RemoveAll(scratch) // the library leaves what it unpacked before it failed
		return nil, &FormatError{File: name, WantZh: "工作簿打不开，可能已损坏、加密或不完整，请重新保存为 .xlsx",
			Want: "the workbook cannot be opened: damaged, encrypted or cut short; save it again as .xlsx", Got: cutText(err.Error(), 200)}
	}
	d := &xlsxDocument{path: path, name: name, scratch: scratch, book: book, limits: limits, loaded: map[string]*sheet{}}
	for _, sheet := range book.GetSheetList() {
		isVisible, err := book.GetSheetVisible(sheet)
		if err != nil || !isVisible {
			d.notes = append(d.notes, fmt.Sprintf("隐藏的工作表“%s”未读取 / hidden sheet %q was not read", sheet, sheet))
			continue
		}
		d.sheets = append(d.sheets, sheet)
	}
	return d, nil
}

func workbookTooLarge(name, zh, en string, size, limit int64) error {
	return &FormatError{File: name, WantZh: fmt.Sprintf("工作簿%s超过 %d MB，请拆分或改报 CSV", zh, limit>>20),
		Want: fmt.Sprintf("want a workbook of at most %d MB%s; split it or send CSV", limit>>20, en),
		Got:  fmt.Sprintf("%d MB", size>>20)}
}

func (d *xlsxDocument) Kind() string     { return KindXLSX }
func (d *xlsxDocument) Encoding() string { return UTF8 }
func (d *xlsxDocument) Delimiter() byte  { return 0 }
func (d *xlsxDocument) Tables() []string { return d.sheets }
func (d *xlsxDocument) Notes() []string  { return d.notes }

func (d *xlsxDocument) Close() error {
	return errors.Join(d.book.Close(), os.RemoveAll(d.scratch))
}

func (d *xlsxDocument) Open(table string) (Table, error) {
	s, ok := d.loaded[table]
	if !ok {
		err := guard(d.name, "Excel", func() (err error) {
			s, err = d.load(table)
			return err
		})
		if err != nil {
			return nil, err
		}
		d.loaded[table] = s
	}
	return &xlsxTable{sheet: s}, nil
}

// load reads a sheet: its marks, then its cells as stored, with all their digits.
// Where numbers have a format, it reads them side by side as shown, which says
// whether one is a percentage or a date.
func (d *xlsxDocument) load(name string) (*sheet, error) {
	marks, err := d.readMarks(name)
	var format *FormatError
	if errors.As(err, &format) {
		return nil, format
	}
	if err != nil {
		return nil, d.damaged(name, 1, err)
	}
	s, err := d.loadCells(name, marks.hasFormats)
	if err != nil {
		return nil, err
	}
	s.markFormulas(marks.formulas)
	if !s.merge(marks.merges, d.limits) {
		return nil, &FormatError{File: d.name, At: name, WantZh: fmt.Sprintf("合并的单元格最多 %d 个", 10*d.limits.Merges),
			Want: fmt.Sprintf("want at most %d cells in merged ranges", 10*d.limits.Merges)}
	}
	return s, nil
}

func (d *xlsxDocument) loadCells(name string, hasFormats bool) (*sheet, error) {
	stored, err := d.book.Rows(name)
	if err != nil {
		return nil, d.damaged(name, 1, err)
	}
	defer stored.Close()
	var shown *excelize.Rows
	if hasFormats {
		if shown, err = d.book.Rows(name); err != nil {
			return nil, d.damaged(name, 1, err)
		}
		defer shown.Close()
	}
	s := &sheet{}
	for count := 0; stored.Next() && (shown == nil || shown.Next()); {
		texts, err := rowTexts(stored, shown)
		if err != nil {
			return nil, d.damaged(name, len(s.cells)+1, err)
		}
		// An empty row counts too: a sheet may say that its only row is the last of a million.
		if count += max(len(texts), 1); count > d.limits.Cells || len(texts) > d.limits.Columns {
			return nil, d.tooLarge(name)
		}
		for i, text := range texts {
			if len(text) > d.limits.CellBytes {
				return nil, cellTooLong(d.name, name+" "+string(appendA1(nil, len(s.cells)+1, i)), d.limits.CellBytes, len(text))
			}
		}
		s.cells = append(s.cells, texts)
	}
	if err := stored.Error(); err != nil {
		return nil, d.damaged(name, len(s.cells)+1, err)
	}
	return s, nil
}

// rowTexts gives the texts of a row; shown is nil where no number has a format.
func rowTexts(stored, shown *excelize.Rows) ([]string, error) {
	raw, err := stored.Columns(excelize.Options{RawCellValue: true})
	if err != nil || shown == nil {
		return raw, err
	}
	display, err := shown.Columns()
	for i := range display {
		display[i] = cellText(display[i], at(raw, i))
	}
	return display, err
}

func (d *xlsxDocument) tooLarge(name string) error {
	return &FormatError{File: d.name, At: name,
		WantZh: fmt.Sprintf("工作表最多 %d 个单元格、%d 列；请删除多余的空行空列", d.limits.Cells, d.limits.Columns),
		Want:   fmt.Sprintf("want at most %d cells and %d columns in a sheet; delete surplus empty rows and columns", d.limits.Cells, d.limits.Columns)}
}

func (d *xlsxDocument) damaged(name string, row int, err error) error {
	return &FormatError{File: d.name, At: fmt.Sprintf("%s row %d", name, row), WantZh: "工作表已损坏，请重新保存",
		Want: "the sheet is damaged; save the workbook again", Got: cutText(err.Error(), 200)}
}

// cellText joins both readings: a percentage keeps its sign and gets all its
// digits, another number is taken as stored, everything else as shown.
func cellText(shown, stored string) string {
	number, err := strconv.ParseFloat(stored, 64)
	if err != nil || shown == stored {
		return shown
	}
	if strings.HasSuffix(shown, "%") {
		return strconv.FormatFloat(number*100, 'g', 15, 64) + "%"
	}
	if _, err := strconv.ParseFloat(strings.ReplaceAll(shown, ",", ""), 64); err == nil {
		return stored
	}
	return shown
}

// markFormulas writes the formula into cells whose result was never stored, so
// that they are refused aloud instead of passing for empty ones.
func (s *sheet) markFormulas(formulas map[[2]int]string) {
	for place, formula := range formulas {
		row, column := place[0], place[1]
		if row >= len(s.cells) {
			continue
		}
		for len(s.cells[row]) <= column {
			s.cells[row] = append(s.cells[row], "")
		}
		if s.cells[row][column] == "" {
			s.cells[row][column] = formula
		}
	}
}

// merge notes the text of every merged range at each of its cells; false when
// these are more than a sheet may have.
func (s *sheet) merge(merges [][4]int, limits Limits) bool {
	s.filled = map[[2]int]string{}
	for _, merge := range merges {
		left, top, right, bottom := merge[0], merge[1], merge[2], merge[3]
		if top > len(s.cells) || left > len(s.cells[top-1]) {
			continue
		}
		text := s.cells[top-1][left-1]
		for row := top; row <= min(bottom, len(s.cells)); row++ {
			for column := left; column <= min(right, limits.Columns); column++ {
				if row != top || column != left {
					s.filled[[2]int{row - 1, column - 1}] = text
				}
			}
			if len(s.filled) > 10*limits.Merges {
				return false
			}
		}
	}
	return true
}

// xlsxTable walks over a loaded sheet.
type xlsxTable struct {
	sheet *sheet
	row   Row
}

func (t *xlsxTable) Next() (*Row, error) {
	if t.row.Number == len(t.sheet.cells) {
		return nil, io.EOF
	}
	texts := t.sheet.cells[t.row.Number]
	index := t.row.Number
	t.row.Number++
	t.row.Cells, t.row.Filled = t.row.Cells[:0], nil
	for column, text := range texts {
		t.row.Cells = append(t.row.Cells, []byte(text))
		t.fill(index, column)
	}
	for column := len(texts); t.fill(index, column); column++ {
	}
	return &t.row, nil
}

// fill puts the text of a merged range into the cell and says whether it lies
// in one.
func (t *xlsxTable) fill(row, column int) bool {
	text, ok := t.sheet.filled[[2]int{row, column}]
	if !ok {
		return false
	}
	if column == len(t.row.Cells) {
		t.row.Cells = append(t.row.Cells, nil)
	}
	for len(t.row.Filled) <= column {
		t.row.Filled = append(t.row.Filled, false)
	}
	t.row.Cells[column], t.row.Filled[column] = []byte(text), true
	return true
}

func (t *xlsxTable) AppendAddress(dst []byte, row *Row, column int) []byte {
	return appendA1(dst, row.Number, column)
}

func (t *xlsxTable) Close() error { return nil }

func at(texts []string, i int) string {
	if i < len(texts) {
		return texts[i]
	}
	return ""
}
