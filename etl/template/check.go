package template

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"bellwether/etl"
	"bellwether/etl/catalog"
)

// Check holds a payload that is a filled template against the template as it was
// given out. It returns a *etl.FormatError that names the first cell that is not as
// it was: then nobody knows what the figures beside it are. A payload that is no
// template has nothing to be held against.
func Check(c *catalog.Catalog, form *etl.Form, payload etl.Payload) (isTemplate bool, err error) {
	stamp, isTemplate, err := ReadStamp(payload.Path)
	if err == nil && isTemplate {
		err = stamp.check(c, form, payload.Path)
	}
	var format *etl.FormatError
	if errors.As(err, &format) {
		format.Form, format.File = form.Code, payload.FileName
	}
	return isTemplate, err
}

func (s Stamp) check(c *catalog.Catalog, form *etl.Form, path string) error {
	if s.Form != form.Code {
		return &etl.FormatError{At: stampSheet + "!B1", WantZh: "这是另一张表的模板，不能按本表读取",
			Want: "want a template of the form " + form.Code, Got: s.Form}
	}
	page, err := Build(c, Request{Form: form, Year: s.Year, Area: s.Area})
	if err != nil {
		return &etl.FormatError{At: stampSheet + "!B4", WantZh: "模板标识中的地区或年度不在目录中，请重新生成模板再填",
			Want: "want an area that the form is for; make the template anew", Got: err.Error()}
	}
	if s.Version != page.Stamp.Version {
		return &etl.FormatError{At: stampSheet + "!B2",
			WantZh: "模板不是现行版本（指标目录或表式已修改），请重新生成模板，把数抄过去再报；现行版本 " + page.Stamp.Version,
			Want:   "want version " + page.Stamp.Version + " of the template; form or catalog have changed since: make it anew and copy the figures over",
			Got:    s.Version}
	}
	book, err := excelize.OpenFile(path, excelize.Options{UnzipSizeLimit: maxUnzipBytes})
	if err != nil {
		return fmt.Errorf("open template: %w", err)
	}
	defer book.Close()
	return page.compare(book)
}

// compare looks for the first label that is not as it was.
func (p *Page) compare(book *excelize.File) error {
	texts, err := book.GetRows(p.Sheet)
	if err != nil {
		return &etl.FormatError{At: p.Sheet, WantZh: "填报的工作表不见了或改了名，请在原模板上填写",
			Want: "want the sheet that was to be filled in, under its name", Got: strings.Join(book.GetSheetList(), ", ")}
	}
	for row, cells := range p.rows {
		for column, c := range cells {
			if !c.kind.isLabel() || p.isCovered(row, column) {
				continue
			}
			if got := textAt(texts, row, column); got != c.text {
				return p.changed(texts, row, column, got)
			}
		}
	}
	for row := len(p.rows); row < len(texts); row++ {
		for column, text := range texts[row] {
			if strings.TrimSpace(text) != "" {
				return &etl.FormatError{At: p.Sheet + "!" + address(row, column), WantZh: "表的下方多出了内容，模板不能加行，请删去",
					Want: "want nothing below the last row of the template", Got: text}
			}
		}
	}
	return nil
}

// changed says what became of a label: a row that now stands where another one
// did was moved, or one was taken out or put in.
func (p *Page) changed(texts [][]string, row, column int, got string) error {
	want := p.rows[row][column].text
	fault := &etl.FormatError{At: p.Sheet + "!" + address(row, column), Got: got,
		WantZh: fmt.Sprintf("该单元格原为“%s”，模板的灰色部分不能改动，请改回或重新生成模板", want),
		Want:   fmt.Sprintf("want %q, which belongs to the template", want)}
	if want == "" {
		fault.WantZh, fault.Want = "该单元格不用填，应当空着，请删去", "want nothing here; the cell is not to be filled in"
	}
	if other := p.findRow(texts, row); row >= p.header && other >= 0 && other != row {
		fault.WantZh = fmt.Sprintf("该行原为“%s”，现在是原第 %d 行的内容：有行被删除、插入或移动了，请在原模板上填写", p.labels(row), other+1)
		fault.Want = fmt.Sprintf("want the row %q here; what stands here was row %d: rows were deleted, inserted or moved", p.labels(row), other+1)
	}
	return fault
}

// findRow finds the row of the template whose labels now stand in a row of the
// sheet, -1 when none does.
func (p *Page) findRow(texts [][]string, row int) int {
	return slices.IndexFunc(p.rows, func(cells []cell) bool {
		labels := 0
		for column, c := range cells {
			if c.kind != label {
				continue
			}
			if textAt(texts, row, column) != c.text {
				return false
			}
			labels++
		}
		return labels > 0
	})
}

// labels are the words that say what a row is about.
func (p *Page) labels(row int) string {
	var words []string
	for _, c := range p.rows[row] {
		if c.kind == label && c.text != "" {
			words = append(words, c.text)
		}
	}
	return strings.Join(words, " ")
}

// isCovered says whether a cell lies within a merged range and is not its first.
func (p *Page) isCovered(row, column int) bool {
	return slices.ContainsFunc(p.merges, func(s span) bool {
		return row >= s.top && row <= s.bottom && column >= s.left && column <= s.right && (row != s.top || column != s.left)
	})
}

func textAt(texts [][]string, row, column int) string {
	if row < len(texts) && column < len(texts[row]) {
		return texts[row][column]
	}
	return ""
}

// Quiet leaves out the notes about sheets that only a template has.
func Quiet(notes []string) []string {
	return slices.DeleteFunc(slices.Clone(notes), func(note string) bool {
		return slices.ContainsFunc([]string{stampSheet, definitionSheet, pastSheet}, func(sheet string) bool {
			return strings.Contains(note, "“"+sheet+"”")
		})
	})
}
