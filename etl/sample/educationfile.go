package sample

import (
	"archive/zip"
	"fmt"
	"io"
	"strconv"

	"github.com/xuri/excelize/v2"
)

// Marks of the return: a street that has no such school, and a figure that the
// bureau does not collect.
const (
	noSchool     = "—"
	notCollected = "…"
)

// educationReturn is the return of the education bureau: groups of columns, with
// the district and its streets below them.
type educationReturn struct {
	year   int
	groups []columnGroup
}

// columnGroup is a heading with one column, or with one for the total and one
// for each sex.
type columnGroup struct {
	heading string
	rows    [1 + streetCount][]any // the district, then its streets
}

// split adds a group with sexes. Streets that have nobody in base get a dash.
func (r *educationReturn) split(heading string, p, base people) {
	g := columnGroup{heading: heading}
	var ofGirls, ofBoys int
	for street, n := range p {
		g.rows[1+street] = []any{n[girls] + n[boys], n[girls], n[boys]}
		if base[street] == [2]int{} {
			g.rows[1+street] = []any{noSchool, noSchool, noSchool}
		}
		ofGirls, ofBoys = ofGirls+n[girls], ofBoys+n[boys]
	}
	g.rows[0] = []any{ofGirls + ofBoys, ofGirls, ofBoys}
	r.groups = append(r.groups, g)
}

// alone adds a group of a single column.
func (r *educationReturn) alone(heading string, streets []int) {
	g := columnGroup{heading: heading}
	total := 0
	for street, n := range streets {
		g.rows[1+street] = []any{n}
		total += n
	}
	g.rows[0] = []any{total}
	r.groups = append(r.groups, g)
}

// marked adds a group of a single column without figures.
func (r *educationReturn) marked(heading, mark string) {
	g := columnGroup{heading: heading}
	for i := range g.rows {
		g.rows[i] = []any{mark}
	}
	r.groups = append(r.groups, g)
}

// leaveSexesEmpty keeps the totals of a group only.
func (g *columnGroup) leaveSexesEmpty() {
	for i := range g.rows {
		g.rows[i] = []any{g.rows[i][0], nil, nil}
	}
}

// Rows of the sheet: a title, the reporting unit, two rows of headings.
const (
	sheetName   = "教育年报"
	headingRow  = 3
	firstRow    = headingRow + 2
	footnoteRow = firstRow + 1 + streetCount
)

// file writes the return as the bureau's workbook: headings of two rows, merged
// over the columns of the sexes.
func (r educationReturn) file() (data []byte, err error) {
	book := excelize.NewFile()
	defer book.Close()
	s := &sheet{book: book}
	s.keep(book.SetSheetName("Sheet1", sheetName))
	s.put(1, 1, fmt.Sprintf("学前与义务教育年报（%d年度）%s", r.year, simulated))
	s.put(1, 2, "填报单位：秀峰区教育局")
	s.put(1, headingRow, "地区")
	s.merge(1, headingRow, 1, headingRow+1)
	for i, name := range append([]string{districtName}, streetNames()...) {
		s.put(1, firstRow+i, name)
	}
	column := 2
	for _, g := range r.groups {
		column += s.group(column, g)
	}
	s.merge(1, 1, column-1, 1)
	s.put(1, footnoteRow, "注："+notReal)
	s.merge(1, footnoteRow, column-1, footnoteRow)
	if s.err != nil {
		return nil, s.err
	}
	book.SetZipWriter(func(w io.Writer) excelize.ZipWriter { return stored{zip.NewWriter(w)} })
	buffer, err := book.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	return buffer.Bytes(), nil
}

// stored writes the parts of a workbook uncompressed: another release of the
// compressor would give other bytes.
type stored struct{ *zip.Writer }

// Create adds a part.
func (s stored) Create(name string) (io.Writer, error) {
	return s.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
}

// sheet writes cells and keeps the first error.
type sheet struct {
	book *excelize.File
	err  error
}

func (s *sheet) keep(err error) {
	if s.err == nil {
		s.err = err
	}
}

func (s *sheet) cell(column, row int) string {
	name, err := excelize.ColumnNumberToName(column)
	s.keep(err)
	return name + strconv.Itoa(row)
}

func (s *sheet) put(column, row int, value any) {
	if value != nil {
		s.keep(s.book.SetCellValue(sheetName, s.cell(column, row), value))
	}
}

func (s *sheet) merge(left, top, right, bottom int) {
	s.keep(s.book.MergeCell(sheetName, s.cell(left, top), s.cell(right, bottom)))
}

// group writes a group of columns and gives their number.
func (s *sheet) group(column int, g columnGroup) int {
	width := len(g.rows[0])
	s.put(column, headingRow, g.heading)
	if width == 1 {
		s.merge(column, headingRow, column, headingRow+1)
	} else {
		s.merge(column, headingRow, column+width-1, headingRow)
		for i, word := range []string{bothSexes, female, male} {
			s.put(column+i, headingRow+1, word)
		}
	}
	for i, row := range g.rows {
		for j, value := range row {
			s.put(column+j, firstRow+i, value)
		}
	}
	return width
}
