package template

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"bellwether/etl"
	"bellwether/etl/catalog"
	"bellwether/etl/civilaffairs"
	"bellwether/etl/department"
	"bellwether/etl/education"
	"bellwether/etl/etltest"
	"bellwether/etl/health"
)

// bureau is the catalog and the forms that agencies owe.
type bureau struct {
	catalog *catalog.Catalog
	forms   *etl.Forms
}

func newBureau(t *testing.T) bureau {
	t.Helper()
	forms, err := etl.LoadForms(health.Files, education.Files, civilaffairs.Files, department.Files)
	if err != nil {
		t.Fatal(err)
	}
	b := bureau{etltest.RealCatalog(t), forms}
	forms.Complete(b.catalog)
	return b
}

func (b bureau) page(t *testing.T, form, area string) *Page {
	t.Helper()
	page, err := Build(b.catalog, Request{Form: etltest.Form(t, b.forms, form), Year: 2025, Area: area})
	if err != nil {
		t.Fatal(err)
	}
	return page
}

// workbook writes a page and opens it.
func workbook(t *testing.T, p *Page, known map[Key]Past) *excelize.File {
	t.Helper()
	var data bytes.Buffer
	if err := p.Write(&data, known); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(bytes.NewReader(data.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { book.Close() })
	return book
}

// save puts a workbook on disk the way it came in.
func save(t *testing.T, book *excelize.File, form *etl.Form) etl.Payload {
	t.Helper()
	path := filepath.Join(t.TempDir(), "return.xlsx")
	if err := book.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	payload := etltest.Payload(t, path)
	payload.SourceCode = form.SourceCode
	return payload
}

// entries gives every cell for a number, with what a clerk could write there: parts
// add up to their totals, and no number leaves the range of its indicator.
func (p *Page) entries(c *catalog.Catalog) map[string]float64 {
	numbers := map[string]float64{}
	for row := p.header; row < len(p.rows); row++ {
		people := 2.0
		for _, one := range p.rows[row] {
			switch {
			case one.kind == label && (one.text == "女" || one.text == "男"):
				people /= 2
			case one.kind == label && strings.HasSuffix(one.text, "街道"):
				people /= 3
			}
		}
		for column, one := range p.rows[row] {
			if one.input == nil || !one.input.isEntered || one.text != "" || one.kind == extra && len(p.pasts) == 0 {
				continue
			}
			sex := 1.0
			if text := p.rows[p.header-1][column].text; text == "女" || text == "男" {
				sex = 0.5
			}
			numbers[address(row, column)] = one.input.plausible(c, people*sex, len(p.pasts) > 0)
		}
	}
	return numbers
}

func (in *input) plausible(c *catalog.Catalog, share float64, isWide bool) float64 {
	whole := 6000 * share
	i := in.indicators[0]
	low, high := 0.0, math.Inf(1)
	if i.ValidMin != nil {
		low = *i.ValidMin
	}
	if i.ValidMax != nil {
		high = *i.ValidMax
	}
	middle := low + 1
	if !math.IsInf(high, 1) {
		middle = (low + high) / 2
	}
	switch {
	case isWide || in.part == etl.DenominatorPart:
		return whole
	case in.part == etl.NumeratorPart && i.Measure == "proportion":
		return whole / 2
	case in.part == etl.NumeratorPart:
		return math.Round(whole * middle / i.Multiplier)
	case len(in.words) > 0:
		return 1
	case math.IsInf(high, 1):
		return whole
	}
	return middle
}

// fillIn writes a number into every cell that is there for one, and gives the
// numbers by their cells.
func (b bureau) fillIn(t *testing.T, page *Page, book *excelize.File) map[string]float64 {
	t.Helper()
	filled := page.entries(b.catalog)
	for at, number := range filled {
		if err := book.SetCellValue(page.Sheet, at, number); err != nil {
			t.Fatal(err)
		}
	}
	return filled
}

// read loads a filled template.
func (b bureau) read(t *testing.T, form *etl.Form, payload etl.Payload) *etltest.Collector {
	t.Helper()
	if _, err := Check(b.catalog, form, payload); err != nil {
		t.Fatal(err)
	}
	got, _ := etltest.Read(t, form, b.catalog, payload, etl.Params{})
	return got
}

// wantWhole holds what was loaded against what the form asks for and what was
// filled in.
func wantWhole(t *testing.T, page *Page, got *etltest.Collector, filled map[string]float64) {
	t.Helper()
	for _, row := range got.Refused.Rows {
		t.Errorf("refused: %s", strings.Join(row, " "))
	}
	found := 0
	for row := range page.rows {
		for column, one := range page.rows[row] {
			number, ok := filled[address(row, column)]
			if !ok {
				continue
			}
			found++
			if one.input.part == etl.ValuePart && !slices.ContainsFunc(got.Loaded.Rows, func(r []string) bool {
				return r[slices.Index(got.Loaded.Header, "cell")] == address(row, column) &&
					r[slices.Index(got.Loaded.Header, "reported_value")] == fmt.Sprintf("%.12g", number)
			}) {
				t.Errorf("%s: %v did not arrive", address(row, column), number)
			}
		}
	}
	if found != len(filled) {
		t.Errorf("%d of %d numbers have a place", found, len(filled))
	}
}

func TestEveryFormOfAnAgencyMakesATemplateThatComesBackWhole(t *testing.T) {
	b := newBureau(t)
	for _, form := range b.forms.All() {
		t.Run(form.Code, func(t *testing.T) {
			page := b.page(t, form.Code, "")
			book := workbook(t, page, nil)
			filled := b.fillIn(t, page, book)
			got := b.read(t, form, save(t, book, form))
			wantWhole(t, page, got, filled)
			b.wantExpected(t, form, got)
		})
	}
}

// wantExpected looks for every figure that the form promises.
func (b bureau) wantExpected(t *testing.T, form *etl.Form, got *etltest.Collector) {
	t.Helper()
	areas := map[string][]string{"district": {"450302"}, "street": {"450302001", "450302002", "450302003"}}
	for _, cell := range form.ExpectedCells() {
		for _, area := range areas[cell.AreaLevel] {
			if got.Loaded.Count(map[string]string{"area_code": area, "indicator_code": cell.IndicatorCode, "sex": cell.Sex,
				"age_group": cell.AgeGroup, "residence": cell.Residence, "category": cell.Category, "period_year": "2025"}) != 1 {
				t.Errorf("%s of %s did not arrive once", catalog.ExpectedCell(cell), area)
			}
		}
	}
}

func TestTheSameTemplateHasTheSameBytes(t *testing.T) {
	b := newBureau(t)
	for _, form := range []string{"health/mch_annual", "education/school_annual"} {
		var first, second bytes.Buffer
		for _, w := range []*bytes.Buffer{&first, &second} {
			if err := b.page(t, form, "").Write(w, nil); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Errorf("%s: two templates differ", form)
		}
	}
}

func TestAChangedTemplateIsRefusedAtItsCell(t *testing.T) {
	b := newBureau(t)
	form := etltest.Form(t, b.forms, "health/child_annual")
	page := b.page(t, form.Code, "")
	top, numerator := page.header+1, slices.IndexFunc(page.rows[page.header-1], func(c cell) bool { return c.text == "分子" })
	for name, c := range map[string]struct {
		change func(*excelize.File) error
		at, zh string
	}{
		"label": {func(f *excelize.File) error { return f.SetCellValue(page.Sheet, "B9", "七星区") },
			page.Sheet + "!B9", "原为“秀峰区”"},
		"heading": {func(f *excelize.File) error {
			return f.SetCellValue(page.Sheet, address(page.header-1, numerator), "母数")
		}, page.Sheet + "!" + address(page.header-1, numerator), "原为“分子”"},
		"row deleted": {func(f *excelize.File) error { return f.RemoveRow(page.Sheet, top+2) },
			fmt.Sprintf("%s!C%d", page.Sheet, top+2), "有行被删除、插入或移动了"},
		"row inserted": {func(f *excelize.File) error { return f.InsertRows(page.Sheet, top, 1) },
			fmt.Sprintf("%s!A%d", page.Sheet, top), "原为"},
		"row added": {func(f *excelize.File) error {
			return f.SetCellValue(page.Sheet, fmt.Sprintf("A%d", len(page.rows)+2), "新指标")
		}, fmt.Sprintf("%s!A%d", page.Sheet, len(page.rows)+2), "不能加行"},
		"sheet renamed": {func(f *excelize.File) error { return f.SetSheetName(page.Sheet, "表一") }, page.Sheet, "不见了或改了名"},
		"closed cell": {func(f *excelize.File) error { return f.SetCellValue(page.Sheet, closedCell(page), 3) },
			page.Sheet + "!" + closedCell(page), "应当空着"},
		"version":  {func(f *excelize.File) error { return f.SetCellValue(stampSheet, "B2", "0123456789abcdef") }, stampSheet + "!B2", "不是现行版本"},
		"form":     {func(f *excelize.File) error { return f.SetCellValue(stampSheet, "B1", "health/mch_annual") }, stampSheet + "!B1", "另一张表"},
		"no form":  {func(f *excelize.File) error { return f.SetCellValue(stampSheet, "B1", "") }, stampSheet + "!B1", "标识不全"},
		"no area":  {func(f *excelize.File) error { return f.SetCellValue(stampSheet, "B4", "999999") }, stampSheet + "!B4", "不在目录中"},
		"bad year": {func(f *excelize.File) error { return f.SetCellValue(stampSheet, "B3", "去年") }, stampSheet + "!B3", "不是数字"},
	} {
		t.Run(name, func(t *testing.T) {
			book := workbook(t, page, nil)
			if err := c.change(book); err != nil {
				t.Fatal(err)
			}
			_, err := Check(b.catalog, form, save(t, book, form))
			var format *etl.FormatError
			if !errors.As(err, &format) || format.At != c.at || !strings.Contains(format.WantZh, c.zh) {
				t.Errorf("got %v, want %s %s", err, c.at, c.zh)
			}
		})
	}
}

// closedCell finds a cell where nothing belongs.
func closedCell(p *Page) string {
	for row, cells := range p.rows {
		for column, c := range cells {
			if c.kind == closed {
				return address(row, column)
			}
		}
	}
	return ""
}

func TestAFileThatIsNoTemplateIsHeldAgainstNothing(t *testing.T) {
	b := newBureau(t)
	form := etltest.Form(t, b.forms, "education/school_annual")
	for _, path := range []string{"../education/testdata/school_annual/payload.xlsx", "../health/testdata/mch_annual/payload.csv"} {
		if isTemplate, err := Check(b.catalog, form, etltest.Payload(t, path)); err != nil || isTemplate {
			t.Errorf("%s: a template is %v, %v", path, isTemplate, err)
		}
	}
}
