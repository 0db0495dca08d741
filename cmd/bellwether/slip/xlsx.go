package slip

import (
	"archive/zip"
	"fmt"
	"io"
	"strings"

	"github.com/mattn/go-runewidth"
	"github.com/xuri/excelize/v2"
)

// Columns of the table of findings. The last one is hidden: it leads an answer
// back to its finding.
const (
	answerColumn = 9
	idColumn     = 10
	idHeading    = "finding_id"
)

func columnWidths() [idColumn]float64 { return [idColumn]float64{5, 15, 15, 8, 13, 13, 42, 16, 30, 18} }

const lineHeight = 15.5 // points of a line of 11 point text

// WriteXLSX writes the slip as a workbook. Everything is locked but the cells for
// the answers; it prints on A4 in landscape, its heading on each page.
func (s Slip) WriteXLSX(out io.Writer) error {
	book := excelize.NewFile()
	defer book.Close()
	p := &page{book: book, slip: s, words: s.words(), name: s.words().title}
	p.keep(book.SetSheetName("Sheet1", p.name))
	p.makeStyles()
	for i, width := range columnWidths() {
		column := p.column(i + 1)
		p.keep(book.SetColWidth(p.name, column, column, width))
	}
	p.head()
	heading := p.row
	p.findings()
	p.missing()
	p.foot()
	p.layout(heading)
	if p.err != nil {
		return fmt.Errorf("lay out slip: %w", p.err)
	}
	// Stored, not compressed: another release of the compressor would give other bytes.
	book.SetZipWriter(func(w io.Writer) excelize.ZipWriter { return stored{zip.NewWriter(w)} })
	if err := book.Write(out); err != nil {
		return fmt.Errorf("write slip: %w", err)
	}
	return nil
}

type stored struct{ *zip.Writer }

// Create adds a part of the workbook.
func (s stored) Create(name string) (io.Writer, error) {
	return s.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
}

// page is a sheet being written from top to bottom; it keeps the first error.
type page struct {
	book   *excelize.File
	slip   Slip
	words  words
	name   string
	row    int // next row
	styles struct{ title, fact, note, section, heading, cell, hard, answer, plain int }
	err    error
}

func (p *page) keep(err error) {
	if p.err == nil {
		p.err = err
	}
}

func (p *page) column(n int) string {
	name, err := excelize.ColumnNumberToName(n)
	p.keep(err)
	return name
}

func (p *page) style(s excelize.Style) int {
	id, err := p.book.NewStyle(&s)
	p.keep(err)
	return id
}

func (p *page) makeStyles() {
	const family = "宋体"
	font := &excelize.Font{Family: family, Size: 11}
	bold := &excelize.Font{Family: family, Size: 11, Bold: true}
	top := &excelize.Alignment{Vertical: "top", WrapText: true}
	var box []excelize.Border
	for _, side := range []string{"left", "right", "top", "bottom"} {
		box = append(box, excelize.Border{Type: side, Color: "808080", Style: 1})
	}
	fill := func(color string) excelize.Fill {
		return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}}
	}
	p.styles.title = p.style(excelize.Style{Font: &excelize.Font{Family: "黑体", Size: 18, Bold: true}, Alignment: &excelize.Alignment{Horizontal: "center", Vertical: "center"}})
	p.styles.fact = p.style(excelize.Style{Font: bold, Alignment: top})
	p.styles.plain = p.style(excelize.Style{Font: font, Alignment: top})
	p.styles.note = p.style(excelize.Style{Font: &excelize.Font{Family: family, Size: 10, Color: "404040"}, Alignment: top})
	p.styles.section = p.style(excelize.Style{Font: &excelize.Font{Family: "黑体", Size: 13, Bold: true}, Alignment: &excelize.Alignment{Vertical: "center"}})
	p.styles.heading = p.style(excelize.Style{Font: bold, Border: box, Fill: fill("D9E2EC"), Alignment: &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true}})
	p.styles.cell = p.style(excelize.Style{Font: font, Border: box, Alignment: top})
	p.styles.hard = p.style(excelize.Style{Font: &excelize.Font{Family: family, Size: 11, Bold: true, Color: "B00020"}, Border: box, Alignment: top})
	p.styles.answer = p.style(excelize.Style{Font: font, Border: box, Fill: fill("FFF8E1"), Alignment: top, Protection: &excelize.Protection{Locked: false}})
	p.row = 1
}

// wide writes a text over the visible columns of a row.
func (p *page) wide(text string, style int, height float64) {
	from, to := fmt.Sprintf("A%d", p.row), fmt.Sprintf("%s%d", p.column(answerColumn), p.row)
	p.keep(p.book.MergeCell(p.name, from, to))
	p.keep(p.book.SetCellStr(p.name, from, text))
	p.keep(p.book.SetCellStyle(p.name, from, to, style))
	p.keep(p.book.SetRowHeight(p.name, p.row, height))
	p.row++
}

// head says what the slip is about and what became of the figures.
func (p *page) head() {
	p.wide(p.words.title, p.styles.title, 32)
	for _, f := range append(p.slip.Facts, Fact{p.words.account, p.slip.Account.text(p.words)}) {
		p.spread(1, 2, f.Name, p.styles.fact)
		p.spread(3, answerColumn, f.Text, p.styles.plain)
		p.keep(p.book.SetRowHeight(p.name, p.row, lineHeight*float64(lines(f.Text, 135))+2))
		p.row++
	}
	p.wide(p.words.howTo, p.styles.note, lineHeight*float64(lines(p.words.howTo, 150))+4)
	p.wide(p.words.findings, p.styles.section, 26)
}

// spread writes a text over some columns of the row.
func (p *page) spread(first, last int, text string, style int) {
	from, to := fmt.Sprintf("%s%d", p.column(first), p.row), fmt.Sprintf("%s%d", p.column(last), p.row)
	p.keep(p.book.MergeCell(p.name, from, to))
	p.keep(p.book.SetCellStr(p.name, from, text))
	p.keep(p.book.SetCellStyle(p.name, from, to, style))
}

func (a Account) text(w words) string {
	return fmt.Sprintf("%s %d = %s %d + %s %d + %s %d", w.read, a.Read, w.loaded, a.Loaded, w.rejected, a.Rejected, w.skipped, a.Skipped)
}

func (p *page) findings() {
	if len(p.slip.Findings) == 0 {
		p.wide(p.words.none, p.styles.plain, lineHeight+2)
		return
	}
	for i, heading := range append(p.words.columns[:], idHeading) {
		p.put(i+1, heading, p.styles.heading)
	}
	p.keep(p.book.SetRowHeight(p.name, p.row, 24))
	p.row++
	for i, f := range p.slip.Findings {
		class := p.styles.cell
		if f.IsHard {
			class = p.styles.hard
		}
		texts := []string{fmt.Sprint(i + 1), f.place(), f.Rule, p.words.class(f), f.Observed, f.Expected, f.Message, f.Ask, f.Answer, f.ID}
		styles := []int{0: p.styles.cell, 3: class, answerColumn - 1: p.styles.answer, idColumn - 1: p.styles.cell}
		height := 2
		for column, text := range texts {
			style := styles[column]
			if style == 0 {
				style = p.styles.cell
			}
			p.put(column+1, text, style)
			if column < answerColumn {
				height = max(height, lines(text, int(columnWidths()[column])-1))
			}
		}
		p.keep(p.book.SetRowHeight(p.name, p.row, lineHeight*float64(height)+4))
		p.row++
	}
}

func (p *page) put(column int, text string, style int) {
	cell := fmt.Sprintf("%s%d", p.column(column), p.row)
	p.keep(p.book.SetCellStr(p.name, cell, text))
	p.keep(p.book.SetCellStyle(p.name, cell, cell, style))
}

// missing lists the cells without an answer below the findings.
func (p *page) missing() {
	p.row++
	p.wide(p.words.missing, p.styles.section, 26)
	if len(p.slip.Missing) == 0 {
		p.wide(p.words.noneMissing, p.styles.plain, lineHeight+2)
		return
	}
	spans := [4][2]int{{1, 1}, {2, 3}, {4, 7}, {8, answerColumn}}
	for i, heading := range p.words.missingColumns {
		p.spread(spans[i][0], spans[i][1], heading, p.styles.heading)
	}
	p.row++
	for _, m := range p.slip.Missing {
		for i, text := range []string{m.Year, m.Area, m.Indicator, m.Breakdown} {
			p.spread(spans[i][0], spans[i][1], text, p.styles.cell)
		}
		p.row++
	}
}

func (p *page) foot() {
	p.row++
	p.wide(p.words.signature, p.styles.plain, 24)
	p.wide("SHA-256 "+p.slip.Submission, p.styles.note, lineHeight)
}

// layout sets what is printed, what may be typed into, and what is known of the
// workbook. The heading of the findings is repeated on each page.
func (p *page) layout(heading int) {
	yes, landscape, a4, width, height := true, "landscape", 9, 1, 0
	p.keep(p.book.SetColVisible(p.name, p.column(idColumn), false))
	p.keep(p.book.SetSheetProps(p.name, &excelize.SheetPropsOptions{FitToPage: &yes}))
	p.keep(p.book.SetPageLayout(p.name, &excelize.PageLayoutOptions{Size: &a4, Orientation: &landscape, FitToWidth: &width, FitToHeight: &height}))
	side, edge := 0.4, 0.5
	p.keep(p.book.SetPageMargins(p.name, &excelize.PageLayoutMarginsOptions{Left: &side, Right: &side, Top: &edge, Bottom: &edge, Horizontally: &yes}))
	p.keep(p.book.SetHeaderFooter(p.name, &excelize.HeaderFooterOptions{OddFooter: "&C&P / &N"}))
	if len(p.slip.Findings) > 0 {
		p.keep(p.book.SetDefinedName(&excelize.DefinedName{
			Name: "_xlnm.Print_Titles", RefersTo: fmt.Sprintf("'%s'!$%d:$%d", p.name, heading, heading), Scope: p.name,
		}))
	}
	p.keep(p.book.ProtectSheet(p.name, &excelize.SheetProtectionOptions{
		SelectLockedCells: true, SelectUnlockedCells: true, FormatColumns: true, FormatRows: true,
	}))
	p.keep(p.book.SetDocProps(&excelize.DocProperties{
		Title: p.words.title, Creator: "bellwether", Identifier: p.slip.Submission,
		Created: "2000-01-01T00:00:00Z", Modified: "2000-01-01T00:00:00Z", // a slip has no time of its own
	}))
}

// lines is how many lines a text takes in so many columns, a Chinese character
// taking two.
func lines(text string, width int) int {
	count := 0
	for line := range strings.SplitSeq(text, "\n") {
		count += max(1, (runewidth.StringWidth(line)+width-1)/width)
	}
	return count
}
