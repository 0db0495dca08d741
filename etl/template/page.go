package template

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/mattn/go-runewidth"

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
	closed       // nothing belongs here
	past         // figure of the year before
	footer       // who filled it in
)

// isLabel says whether the text of such a cell belongs to the form.
func (k kind) isLabel() bool { return k != entry && k != extra && k != past && k != footer }

// span is a merged range; rows and columns count from 0, ends included.
type span struct{ top, left, bottom, right int }

// pastFigure is the part of a figure whose former value is wanted.
type pastFigure struct {
	key  Key
	part etl.Part
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

// open writes the lines above the header. The period stands in the title, in the
// words that the form looks for.
func (b *builder) open(width int, hint string) error {
	text, err := b.titleLine()
	if err != nil {
		return err
	}
	agency, _ := b.catalog.Agency(b.form.AgencyCode)
	b.line(width, cell{kind: title, text: text}, 30)
	b.line(width, cell{kind: subtle, text: b.form.Title.En}, 16)
	b.line(width, cell{kind: subtle, text: "填报单位：" + agency.NameZh + "　　填报地区：" + b.area.NameZh + "　　统计时间：" + b.span()}, 18)
	b.line(width, cell{kind: subtle, text: hint}, 34)
	return nil
}

// titleLine is the title with the period as the form finds it.
func (b *builder) titleLine() (string, error) {
	period := b.form.Rows.Period
	if period == nil || period.Preamble == "" {
		return "", fmt.Errorf("rows.period: a template wants the year in a line before the header")
	}
	pattern := regexp.MustCompile(period.Preamble)
	words := []string{"%s（%d年度）", "%s（%d学年度）"}
	if b.form.StatisticalYear == "school" {
		slices.Reverse(words)
	}
	for _, word := range words {
		line := fmt.Sprintf(word, b.form.Title.Zh, b.year)
		if slices.Contains(pattern.FindStringSubmatch(line), fmt.Sprint(b.year)) {
			return line, nil
		}
	}
	return "", fmt.Errorf("rows.period: %s finds no year in %s", period.Preamble, fmt.Sprintf(words[0], b.form.Title.Zh, b.year))
}

// span says which days the statistical year has.
func (b *builder) span() string {
	switch b.form.StatisticalYear {
	case "health":
		return fmt.Sprintf("%d年10月1日至%d年9月30日", b.year-1, b.year)
	case "school":
		return fmt.Sprintf("%d年9月1日至%d年8月31日", b.year-1, b.year)
	}
	return fmt.Sprintf("%d年1月1日至12月31日", b.year)
}

// inView is how many columns of a wide sheet a clerk sees at once.
const inView = 14

// line adds a row that is one cell over the whole width, as far as it is in view.
func (b *builder) line(width int, c cell, height float64) {
	row := make([]cell, width)
	row[0] = c
	at := len(b.rows)
	b.rows = append(b.rows, row)
	b.merges = append(b.merges, span{at, 0, at, min(width, inView) - 1})
	b.heights[at] = height
}

// fitRow makes a row as high as its longest text asks for.
func (b *builder) fitRow(row int) {
	lines := 1
	for column, c := range b.rows[row] {
		if c.kind != english {
			lines = max(lines, linesOf(c.text, b.widths[column]))
		}
	}
	b.heights[row] = heightOf(lines)
}

// linesOf is how many lines a text takes in a column of a width.
func linesOf(text string, width float64) int {
	return max(1, int(math.Ceil(float64(runewidth.StringWidth(text))/(width-1))))
}

// heightOf is the height of so many lines in points.
func heightOf(lines int) float64 { return 4 + 14*float64(lines) }

// close adds the line of those who answer for the return, where the form knows
// such a line for a remark.
func (b *builder) close(width int) {
	const who = "填表人：　　　　　　　审核人：　　　　　　　联系电话：　　　　　　　填报日期：　　　　　　　"
	for _, pattern := range b.form.Footnotes {
		if regexp.MustCompile(pattern).MatchString(who) {
			b.line(width, cell{kind: footer, text: who}, 24)
			return
		}
	}
}

// areasOf lists the areas that a level stands for: the district itself and its
// monitored streets, or the one street that the template is for, which is asked
// for whatever the district is.
func (b *builder) areasOf(level string) []catalog.Area {
	if level != "street" || b.area.Level == "street" {
		return []catalog.Area{b.area}
	}
	var streets []catalog.Area
	for _, code := range b.catalog.Parts(b.area.Code) {
		if street, _ := b.catalog.Area(code); street.IsMonitored {
			streets = append(streets, street)
		}
	}
	slices.SortFunc(streets, func(a, b catalog.Area) int { return cmp.Compare(a.Code, b.Code) })
	return streets
}

// isEmptyStratum says whether an area has no part of a residence in the year: no
// villages, or no towns. Areas that nobody classed may have both.
func (b *builder) isEmptyStratum(area, residence string) bool {
	if residence == catalog.Total {
		return false
	}
	codes, isClassed := append([]string{area}, b.catalog.Parts(area)...), false
	for _, class := range b.catalog.AreaClasses {
		if !slices.Contains(codes, class.AreaCode) || b.year < int(class.ValidFromYear) || b.year > int(class.ValidToYear) {
			continue
		}
		if class.Residence == residence || class.Residence == catalog.Total {
			return false
		}
		isClassed = true
	}
	return isClassed
}

// name gives the Chinese word for a code, which the form reads again.
func (b *builder) name(list, code string) string {
	switch list {
	case "AREA":
		area, _ := b.catalog.Area(code)
		return area.NameZh
	case "AGE":
		age, _ := b.catalog.AgeGroup(code)
		return age.NameZh
	case "UNIT":
		unit, _ := b.catalog.Unit(code)
		return unit.NameZh
	}
	for _, c := range b.catalog.Codes {
		if c.List == list && c.Code == code {
			return c.NameZh
		}
	}
	return code
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
