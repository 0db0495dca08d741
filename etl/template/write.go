package template

import (
	"archive/zip"
	"fmt"
	"io"
	"math"

	"github.com/xuri/excelize/v2"
)

// Write writes the page as a workbook. Known are the figures of the year before;
// nil leaves them blank. The same page and figures give the same bytes.
func (p *Page) Write(w io.Writer, known map[Key]Past) error {
	book := excelize.NewFile()
	defer book.Close()
	s := &writer{book: book, page: p, known: known}
	s.keep(book.SetSheetName("Sheet1", p.Sheet))
	s.styles()
	s.entrySheet()
	s.pastSheet()
	s.definitionSheet()
	s.stampSheet()
	book.SetActiveSheet(0)
	s.keep(book.SetDocProps(&excelize.DocProperties{
		Creator: "Bellwether", LastModifiedBy: "Bellwether", Title: p.Sheet, Identifier: p.Stamp.Form,
		Created: "2000-01-01T00:00:00Z", Modified: "2000-01-01T00:00:00Z",
	}))
	if s.err != nil {
		return fmt.Errorf("write template of %s: %w", p.Stamp.Form, s.err)
	}
	// Parts are stored uncompressed: another release of the compressor would give
	// other bytes.
	book.SetZipWriter(func(w io.Writer) excelize.ZipWriter { return stored{zip.NewWriter(w)} })
	return book.Write(w)
}

type stored struct{ *zip.Writer }

// Create adds a part.
func (s stored) Create(name string) (io.Writer, error) {
	return s.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
}

// writer writes a page and keeps the first error.
type writer struct {
	book   *excelize.File
	page   *Page
	known  map[Key]Past
	style  map[kind]int
	err    error
	filled int // format of a cell that was filled in
	wrong  int // format of a cell that contradicts another
}

func (s *writer) keep(err error) {
	if s.err == nil {
		s.err = err
	}
}

// entrySheet writes the sheet that the clerk fills in.
func (s *writer) entrySheet() {
	p := s.page
	for row, cells := range p.rows {
		for column, c := range cells {
			s.cell(row, column, c)
		}
		if height, ok := p.heights[row]; ok {
			s.keep(s.book.SetRowHeight(p.Sheet, row+1, height))
		}
	}
	for _, m := range p.merges {
		s.keep(s.book.MergeCell(p.Sheet, address(m.top, m.left), address(m.bottom, m.right)))
	}
	s.widths(p.Sheet, p.widths)
	s.marks()
	s.keep(s.book.SetPanes(p.Sheet, &excelize.Panes{Freeze: true, XSplit: p.frozen, YSplit: p.header,
		TopLeftCell: address(p.header, p.frozen), ActivePane: "bottomRight"}))
	s.printing(p.Sheet, p.header, p.widths)
	s.protect(p.Sheet)
}

func (s *writer) cell(row, column int, c cell) {
	sheet, at := s.page.Sheet, address(row, column)
	s.keep(s.book.SetCellStyle(sheet, at, at, s.style[c.kind]))
	former := s.pastValue(c.past)
	switch {
	case c.text != "":
		s.keep(s.book.SetCellStr(sheet, at, c.text))
	case former != nil && c.kind == past:
		s.keep(s.book.SetCellValue(sheet, at, *former))
	}
	if c.input == nil {
		return
	}
	words := c.input.prompt
	if former != nil {
		words = fmt.Sprintf("上年 %s。%s", plain(*former), words)
	}
	s.check(row, column, c.input, words)
}

// pastValue is the first former figure that is known.
func (s *writer) pastValue(figures []pastFigure) *float64 {
	for _, f := range figures {
		if value := s.known[f.key].part(f.part); value != nil {
			shown := round(*value, f.decimals)
			return &shown
		}
	}
	return nil
}

// round rounds to decimals the way figures are printed.
func round(x float64, decimals int) float64 {
	scale := math.Pow10(decimals)
	return math.Round(x*scale) / scale
}

// check gives a cell its input check and the words that appear beside it.
func (s *writer) check(row, column int, in *input, words string) {
	v := excelize.NewDataValidation(true)
	v.SetSqref(address(row, column))
	isAssessment := len(in.words) > 0 && in.indicators[0].DataKind == "assessment"
	switch {
	case len(in.choices) > 0:
		s.keep(v.SetDropList(in.choices))
		v.SetError(excelize.DataValidationErrorStyleStop, "请从列表中选", "请从下拉列表中选一项")
	case isAssessment:
		s.keep(v.SetDropList(in.allWords()))
		v.SetError(excelize.DataValidationErrorStyleStop, "请从列表中选", "请从下拉列表中选一项")
	case in.isEntered:
		v.Type, v.Formula1 = "custom", escaper().Replace(in.formula(row, column))
		v.SetError(excelize.DataValidationErrorStyleStop, "数值有误", fit(in.refusal(), 255))
	}
	v.SetInput(partTitle(in), fit(words, 255))
	s.keep(s.book.AddDataValidation(s.page.Sheet, v))
}

// marks colours what contradicts its counterpart, and what was filled in.
func (s *writer) marks() {
	for row, cells := range s.page.rows {
		for column, c := range cells {
			own := address(row, column)
			if c.input != nil {
				for _, other := range c.input.atMost {
					s.mark(own, fmt.Sprintf("AND(ISNUMBER(%[1]s),ISNUMBER(%[2]s),%[1]s>%[2]s)", own, address(row, other)), s.wrong)
				}
			}
			if c.kind == entry {
				s.mark(own, "LEN("+own+")>0", s.filled)
			}
		}
	}
}

func (s *writer) mark(at, formula string, format int) {
	s.keep(s.book.SetConditionalFormat(s.page.Sheet, at, []excelize.ConditionalFormatOptions{
		{Type: "formula", Criteria: formula, Format: &format},
	}))
}

// pastSheet lists the figures of the year before where they cannot stand beside
// their cells.
func (s *writer) pastSheet() {
	if len(s.page.pasts) == 0 {
		return
	}
	rows := [][]string{{"地区名称", "栏目", fmt.Sprintf("%d年的数", s.page.Stamp.Year-1)}}
	values := []*float64{nil}
	for _, line := range s.page.pasts {
		rows = append(rows, []string{line.area, line.heading, ""})
		values = append(values, s.pastValue(line.figures))
	}
	s.table(pastSheet, rows, []float64{16, 44, 16})
	for row, value := range values {
		if value != nil {
			s.keep(s.book.SetCellValue(pastSheet, address(row, 2), *value))
		}
	}
}

func (s *writer) definitionSheet() {
	rows := append([][]string{definitionHead()}, s.page.definitions...)
	s.table(definitionSheet, rows, []float64{30, 30, 44, 36, 36, 12, 14, 18, 18, 26})
}

// table writes a sheet to be read.
func (s *writer) table(sheet string, rows [][]string, widths []float64) {
	_, err := s.book.NewSheet(sheet)
	s.keep(err)
	for row, texts := range rows {
		lines := 1
		for column, text := range texts {
			style := label
			if row == 0 {
				style = head
			}
			at := address(row, column)
			s.keep(s.book.SetCellStr(sheet, at, text))
			s.keep(s.book.SetCellStyle(sheet, at, at, s.style[style]))
			lines = max(lines, linesOf(text, widths[column]))
		}
		s.keep(s.book.SetRowHeight(sheet, row+1, heightOf(lines)))
	}
	s.widths(sheet, widths)
	s.keep(s.book.SetPanes(sheet, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
	s.printing(sheet, 1, widths)
	s.protect(sheet)
}

// stampSheet writes what the template says of itself where nobody stumbles on it.
func (s *writer) stampSheet() {
	_, err := s.book.NewSheet(stampSheet)
	s.keep(err)
	for i, row := range s.page.Stamp.rows() {
		s.keep(s.book.SetCellStr(stampSheet, address(i, 0), row[0]))
		s.keep(s.book.SetCellStr(stampSheet, address(i, 1), row[1]))
	}
	s.protect(stampSheet)
	s.keep(s.book.SetSheetVisible(stampSheet, false, true))
}
