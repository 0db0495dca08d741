package template

import (
	"fmt"
	"math"
	"strings"

	"github.com/xuri/excelize/v2"

	"bellwether/etl"
)

// Colours of the page.
const (
	inkColour    = "1F2937"
	subtleColour = "6B7280"
	headColour   = "1F4E79"
	labelColour  = "F3F4F6"
	entryColour  = "FFF7CC"
	closedColour = "E5E7EB"
	lineColour   = "C5CAD3"
	filledColour = "FFFFFF"
	wrongColour  = "F8B4B4"
)

// styles makes the style of every kind of cell. Cells to be filled in are the
// only ones that are not locked.
func (s *writer) styles() {
	s.style = map[kind]int{}
	font := func(size float64, colour string, bold bool) *excelize.Font {
		return &excelize.Font{Family: "Microsoft YaHei", Size: size, Color: colour, Bold: bold}
	}
	lines := func(styles *excelize.Style, fill string, align string) *excelize.Style {
		styles.Border = border()
		if fill != "" {
			styles.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{fill}}
		}
		styles.Alignment = &excelize.Alignment{Horizontal: align, Vertical: "center", WrapText: true}
		if align != "center" {
			styles.Alignment.Indent = 1
		}
		return styles
	}
	open := &excelize.Protection{Locked: false}
	for k, style := range []*excelize.Style{
		blank:   {Font: font(10, inkColour, false)},
		title:   {Font: font(16, inkColour, true), Alignment: &excelize.Alignment{Horizontal: "center", Vertical: "center"}},
		subtle:  {Font: font(9, subtleColour, false), Alignment: &excelize.Alignment{Horizontal: "left", Vertical: "center", WrapText: true}},
		head:    lines(&excelize.Style{Font: font(10, "FFFFFF", true)}, headColour, "center"),
		english: lines(&excelize.Style{Font: font(8, "DCE6F1", false)}, headColour, "center"),
		label:   lines(&excelize.Style{Font: font(10, inkColour, false)}, labelColour, "left"),
		entry:   lines(&excelize.Style{Font: font(10, inkColour, false), Protection: open}, entryColour, "right"),
		extra:   lines(&excelize.Style{Font: font(10, inkColour, false), Protection: open}, "", "right"),
		words:   lines(&excelize.Style{Font: font(10, inkColour, false), Protection: open}, "", "left"),
		closed:  lines(&excelize.Style{Font: font(10, subtleColour, false)}, closedColour, "center"),
		past:    lines(&excelize.Style{Font: font(10, subtleColour, false)}, labelColour, "right"),
		footer: {Font: font(10, inkColour, false), Protection: open,
			Alignment: &excelize.Alignment{Horizontal: "left", Vertical: "center"}},
	} {
		id, err := s.book.NewStyle(style)
		s.keep(err)
		s.style[kind(k)] = id
	}
	s.filled, s.wrong = s.background(filledColour), s.background(wrongColour)
}

// background makes the format of cells that a condition colours.
func (s *writer) background(colour string) int {
	id, err := s.book.NewConditionalStyle(&excelize.Style{Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}})
	s.keep(err)
	return id
}

func border() []excelize.Border {
	var all []excelize.Border
	for _, side := range []string{"left", "right", "top", "bottom"} {
		all = append(all, excelize.Border{Type: side, Color: lineColour, Style: 1})
	}
	return all
}

func (s *writer) widths(sheet string, widths []float64) {
	for i, width := range widths {
		name := strings.TrimRight(address(0, i), "1")
		s.keep(s.book.SetColWidth(sheet, name, name, width))
	}
}

// paperWidth is what fits legibly beside each other on a page, in characters.
const paperWidth = 190

// printing sets a sheet up for paper: landscape, the header and the first column
// on every page, and no more columns on a page than can be read.
func (s *writer) printing(sheet string, header int, widths []float64) {
	total := 0.0
	for _, width := range widths {
		total += width
	}
	landscape, paper, pages, any, fits, margin := "landscape", 9, int(math.Ceil(total/paperWidth)), 0, true, 0.4
	s.keep(s.book.SetPageLayout(sheet, &excelize.PageLayoutOptions{Orientation: &landscape, Size: &paper, FitToWidth: &pages, FitToHeight: &any}))
	s.keep(s.book.SetPageMargins(sheet, &excelize.PageLayoutMarginsOptions{Left: &margin, Right: &margin, Top: &margin, Bottom: &margin}))
	s.keep(s.book.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &fits}))
	quoted := "'" + sheet + "'!"
	titles := quoted + fmt.Sprintf("$%d:$%d", max(1, header-1), header)
	if pages > 1 {
		titles = quoted + "$A:$A," + titles
	}
	s.keep(s.book.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: titles, Scope: sheet}))
	s.keep(s.book.SetHeaderFooter(sheet, &excelize.HeaderFooterOptions{OddFooter: "&L" + s.page.Stamp.Form + " · " + s.page.Stamp.Version + "&R&P / &N"}))
}

// protect locks what is no input. There is no password: the lock is there against
// slips, and what was changed all the same is found when the file comes back.
func (s *writer) protect(sheet string) {
	s.keep(s.book.ProtectSheet(sheet, &excelize.SheetProtectionOptions{
		SelectLockedCells: true, SelectUnlockedCells: true, FormatColumns: true, FormatRows: true,
	}))
}

// partTitle heads the words beside a cell.
func partTitle(in *input) string {
	switch {
	case !in.isEntered && len(in.choices) > 0:
		return "数据状态"
	case !in.isEntered:
		return "说明"
	case in.part == etl.NumeratorPart:
		return "分子"
	case in.part == etl.DenominatorPart:
		return "分母"
	}
	return "数值"
}

// escaper makes a formula fit for XML.
func escaper() *strings.Replacer { return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;") }
