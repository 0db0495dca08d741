package template

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"

	"bellwether/etl"
	"bellwether/etl/catalog"
)

// Key is a figure of an area, in whatever year.
type Key struct {
	Area, Indicator, Sex, AgeGroup, Residence, Category string
}

// Past is what a figure was the year before; nil where nobody knows.
type Past struct {
	Value, Numerator, Denominator *float64
}

func (p Past) part(part etl.Part) *float64 {
	switch part {
	case etl.NumeratorPart:
		return p.Numerator
	case etl.DenominatorPart:
		return p.Denominator
	}
	return p.Value
}

// Request says which template is wanted.
type Request struct {
	Form *etl.Form // completed with the catalog
	Year int       // statistical year
	Area string    // district with its streets, or one street; empty for the district of the plans
}

// Page is a template before it is a workbook: what stands in each cell.
type Page struct {
	Stamp       Stamp
	Sheet       string // name of the sheet to be filled in
	rows        [][]cell
	merges      []span
	widths      []float64
	heights     map[int]float64 // row -> points, where the text asks for more than a line
	header      int             // rows up to the header and with it
	frozen      int             // columns that stay in view
	definitions [][]string
	pasts       []pastLine // what cannot stand beside its cell
	street      string     // its name, when the template is for one
	figures     int        // asked for
}

// cell is one cell of the page.
type cell struct {
	kind  kind
	text  string // label, or what is filled in beforehand
	input *input
	past  []pastFigure
}

// kind says what a cell is for.
type kind int

const (
	blank   kind = iota
	title        // of the form
	subtle       // explanation in small letters
	head         // heading in Chinese
	english      // the same in English
	label        // part of the form
	entry        // to be filled in, and expected
	extra        // may be filled in
	words        // may be filled in, in words
	closed       // nothing belongs here
	past         // figure of the year before
	footer       // who filled it in
)

// isLabel says whether the text of such a cell belongs to the form.
func (k kind) isLabel() bool {
	return k != entry && k != extra && k != words && k != past && k != footer
}

// span is a merged range; rows and columns count from 0, ends included.
type span struct{ top, left, bottom, right int }

// pastFigure is the part of a figure whose former value is wanted.
type pastFigure struct {
	key      Key
	part     etl.Part
	decimals int // shown
}

// pastLine is a former value on the sheet of its own.
type pastLine struct {
	area, heading string
	figures       []pastFigure
}

// builder lays a page out.
type builder struct {
	Page
	form     *etl.Form
	catalog  *catalog.Catalog
	area     catalog.Area
	year     int
	expected []etl.ExpectedCell
}

// Build lays out a template. It is an error when the form cannot be written down
// as a sheet that it would read again.
func Build(c *catalog.Catalog, r Request) (*Page, error) {
	b := &builder{form: r.Form, catalog: c, year: r.Year, expected: r.Form.ExpectedCells()}
	b.heights = map[int]float64{}
	area := r.Area
	if area == "" && len(c.Plans) > 0 {
		area = c.Plans[0].AreaCode
	}
	var ok bool
	if b.area, ok = c.Area(area); !ok || b.area.Level != "district" && b.area.Level != "street" {
		return nil, fmt.Errorf("make template: %q is no district or street", area)
	}
	if len(b.expected) == 0 {
		return nil, fmt.Errorf("make template: form %s asks for no figure", r.Form.Code)
	}
	lay := b.wide
	if r.Form.Rows.Indicator != nil {
		lay = b.list
	}
	if err := lay(); err != nil {
		return nil, fmt.Errorf("make template of %s: %w", r.Form.Code, err)
	}
	if err := b.nameSheet(); err != nil {
		return nil, fmt.Errorf("make template of %s: %w", r.Form.Code, err)
	}
	b.define()
	b.figures = len(b.listLines())
	if b.area.Level == "street" {
		b.street = b.area.NameZh
	}
	b.Stamp = Stamp{Form: r.Form.Code, Year: r.Year, Area: b.area.Code, Version: b.version()}
	return &b.Page, nil
}

// version tells two templates apart by the form and all the words in them.
func (b *builder) version() string {
	sum := sha256.New()
	fmt.Fprintln(sum, b.form.Hash, b.year, b.area.Code)
	for _, row := range b.rows {
		for _, cell := range row {
			if cell.kind.isLabel() {
				fmt.Fprintf(sum, "%d%q", cell.kind, cell.text)
			}
		}
		fmt.Fprintln(sum)
	}
	for _, row := range b.definitions {
		fmt.Fprintf(sum, "%q\n", row)
	}
	return hex.EncodeToString(sum.Sum(nil))[:16]
}

// nameSheet names the sheet so that the form finds it.
func (b *builder) nameSheet() error {
	name := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]'`, r) {
			return -1
		}
		return r
	}, b.form.Title.Zh)
	if letters := []rune(name); len(letters) > 31 {
		name = string(letters[:31])
	}
	b.Sheet = name
	if b.form.Sheets == "" {
		return nil
	}
	for _, one := range []string{name, b.form.Sheets} {
		if regexp.MustCompile(b.form.Sheets).MatchString(one) {
			b.Sheet = one
			return nil
		}
	}
	return fmt.Errorf("sheets: no sheet name matches %s", b.form.Sheets)
}

func keyOf(area string, c etl.ExpectedCell) Key {
	return Key{area, c.IndicatorCode, c.Sex, c.AgeGroup, c.Residence, c.Category}
}

// FileName is what the workbook is called: its title, the year, and the area when
// it is not the district.
func (p *Page) FileName() string {
	street := ""
	if p.street != "" {
		street = "-" + p.street
	}
	return fmt.Sprintf("%s%d%s.xlsx", p.Sheet, p.Stamp.Year, street)
}

// FigureCount is how many figures the form asks for on this page.
func (p *Page) FigureCount() int { return p.figures }
