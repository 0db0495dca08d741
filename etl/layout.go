package etl

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"bellwether/etl/decode"
)

// layout is a form bound to the columns of one table: what each record says and
// which cells of it make figures.
type layout struct {
	sheet      int32
	sheetName  string
	heading    *heading
	table      decode.Table // being read
	width      int          // cells a record of a text file has to have; 0 for other formats
	fields     []boundField
	period     *periodSource
	scale      []int
	note       []int
	categories []categoryColumn
	only       []filter
	action     int // column of the SDMX action, -1 without one
	figures    []figureLayout
}

// boundField is one fact that a record states.
type boundField struct {
	kind     kind
	resolver *resolver
}

// figureLayout is one figure of a record.
type figureLayout struct {
	own                    []ownCode // codes of the figure alone, which replace those of the record
	unit                   int32     // place among the units of the load, -1 for that of the record
	period                 *period   // nil for that of the record
	value, text            []int
	numerator, denominator []int
	lower, upper           []int
	address                int // column whose cell stands for the figure
}

// ownCode is a constant code.
type ownCode struct {
	kind kind
	code int32
}

// periodSource says where the period of a record is found.
type periodSource struct {
	fixed      *period
	columns    []int
	start, end []int
	labelled   bool
	known      map[string]period
	lastText   []byte
	last       period
	isLast     bool
}

// categoryColumn is a further breakdown in its own column, or one whose
// dimension another column names.
type categoryColumn struct {
	dimension  string
	typeColumn int // -1 when dimension says it
	columns    []int
	labelled   bool
	aliases    map[string]string
}

// filter refuses records whose cell holds none of the accepted texts.
type filter struct {
	column   int
	accepted []string
}

// wanted lists the columns that a table of the form cannot do without.
func (f *Form) wanted() []wantedColumn {
	var wanted []wantedColumn
	add := func(names []string) {
		if len(names) > 0 {
			wanted = append(wanted, wantedColumn{names: names})
		}
	}
	for _, name := range sortedKeys(f.Rows.named()) {
		if field := f.Rows.named()[name]; !field.Optional {
			add(field.Columns)
		}
	}
	for _, category := range f.Rows.Category {
		if !category.Optional {
			add(category.Columns)
		}
	}
	for _, figure := range f.Figures {
		if figure.Years != "" {
			pattern := regexp.MustCompile(figure.Years)
			wanted = append(wanted, wantedColumn{names: []string{figure.Years}, pattern: pattern.MatchString})
		}
		if figure.Optional {
			continue
		}
		for _, one := range f.expand(figure) {
			add(one.Value)
			add(one.Numerator)
			add(one.Denominator)
		}
	}
	return wanted
}

// fieldNames lists every column name of the form, for formats without a header.
func (f *Form) fieldNames() []string {
	var names []string
	add := func(more []string) {
		for _, name := range more {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	for _, name := range sortedKeys(f.Rows.named()) {
		add(f.Rows.named()[name].Columns)
	}
	for _, category := range f.Rows.Category {
		add(category.Columns)
		if category.TypeColumn != "" {
			add([]string{category.TypeColumn})
		}
	}
	for _, figure := range f.Figures {
		for _, one := range f.expand(figure) {
			for _, columns := range [][]string{one.Value, one.Text, one.Numerator, one.Denominator, one.Lower, one.Upper} {
				add(columns)
			}
		}
	}
	for _, name := range sortedKeys(f.Only) {
		add([]string{name})
	}
	return names
}

// bind finds the columns of a table and resolves what is constant in it.
func (r *reading) bind(h *heading, sheet string) (*layout, error) {
	l := &layout{heading: h, sheetName: sheet, sheet: r.dictionaries[sheetDictionary].number(sheet), action: -1}
	if r.document.Delimiter() != 0 {
		l.width = h.width
	}
	if err := r.bindRows(l, &r.form.Rows); err != nil {
		return nil, err
	}
	for _, figure := range r.form.Figures {
		for _, one := range r.form.expand(figure) {
			if err := r.bindFigure(l, one); err != nil {
				return nil, err
			}
		}
	}
	for _, name := range sortedKeys(r.form.Only) {
		if column := h.find(name); column >= 0 {
			l.only = append(l.only, filter{column: column, accepted: r.form.Only[name]})
		}
	}
	if r.form.Rows.OtherColumns {
		r.bindOtherColumns(l)
	}
	if r.form.Shape == shapeSDMX {
		if err := r.bindSDMX(l); err != nil {
			return nil, err
		}
	}
	r.learnBreakdowns(l)
	return l, nil
}

// learnBreakdowns notes whether the table can hold figures by sex or residence,
// for sums over them cost memory.
func (r *reading) learnBreakdowns(l *layout) {
	learn := func(k kind) {
		r.hasSexes = r.hasSexes || k == sexKind
		r.hasResidences = r.hasResidences || k == residenceKind
	}
	for _, field := range l.fields {
		if !field.resolver.fixed {
			learn(field.kind)
		}
	}
	for i := range l.figures {
		for _, own := range l.figures[i].own {
			learn(own.kind)
		}
	}
	for i := range l.categories {
		if l.categories[i].typeColumn >= 0 {
			learn(sexKind)
			learn(residenceKind)
		}
	}
}

// columns finds names in the header, leaving out those that are not there.
func (l *layout) columns(names []string) []int {
	var found []int
	for _, name := range names {
		if column := l.heading.find(name); column >= 0 {
			found = append(found, column)
		}
	}
	return found
}

// bindRows binds what a record says of itself.
func (r *reading) bindRows(l *layout, rows *Fields) error {
	for k, field := range map[kind]*Field{
		indicatorKind: rows.Indicator, areaKind: rows.Area, sexKind: rows.Sex, ageKind: rows.AgeGroup,
		residenceKind: rows.Residence, statusKind: rows.Status, confidentialityKind: rows.Confidentiality, unitKind: rows.Unit,
	} {
		bound, err := r.bindField(l, k, field)
		if err != nil {
			return err
		}
		if bound != nil {
			l.fields = append(l.fields, boundField{k, bound})
		}
	}
	slices.SortFunc(l.fields, func(a, b boundField) int { return int(a.kind) - int(b.kind) })
	l.note = l.fieldColumns(rows.Note)
	l.scale = l.fieldColumns(rows.Scale)
	for _, category := range rows.Category {
		l.categories = append(l.categories, r.bindCategory(l, category)...)
	}
	return r.bindPeriod(l, rows)
}

func (l *layout) fieldColumns(field *Field) []int {
	if field == nil {
		return nil
	}
	return l.columns(field.Columns)
}

// bindField makes the resolver of a field, nil when neither the form nor the
// kind says what holds without one.
func (r *reading) bindField(l *layout, k kind, field *Field) (*resolver, error) {
	t := traitsOf(k)
	if field == nil || field.Optional && len(field.Columns) > 0 && len(l.columns(field.Columns)) == 0 {
		absent := t.absent
		if field != nil && field.Blank != "" {
			absent = field.Blank
		}
		if absent == "" {
			return nil, nil
		}
		return constant(r.dictionaries[t.place].number(absent)), nil
	}
	if len(field.Columns) == 0 {
		text, err := r.fixedText(l, t, field)
		if err != nil {
			return nil, err
		}
		return r.constant(l, k, text, field.Aliases)
	}
	bound := &resolver{columns: l.columns(field.Columns), known: map[string]resolution{},
		identify: r.identifier(k, field.Aliases), blank: resolution{reason: missingCode}}
	switch {
	case field.Blank != "":
		bound.blank = r.identifier(k, nil)(field.Blank)
	case k == statusKind || k == confidentialityKind:
		bound.blank = resolution{code: r.dictionaries[t.place].number(t.absent)}
	}
	return bound, nil
}

// constant makes the resolver of a code that holds for every record.
func (r *reading) constant(l *layout, k kind, text string, aliases map[string]string) (*resolver, error) {
	found := r.identifier(k, aliases)(text)
	if found.reason != noReason {
		t := traitsOf(k)
		return nil, &FormatError{At: l.sheetName, WantZh: t.zh + "不在目录中", Want: "want a known " + t.name, Got: text}
	}
	return constant(found.code), nil
}

// fixedText gives the text of a field that holds for the whole payload.
func (r *reading) fixedText(l *layout, t traits, field *Field) (string, error) {
	switch {
	case field.Value != "":
		return field.Value, nil
	case field.Parameter:
		if text := r.parameter(t.name); text != "" {
			return text, nil
		}
		return "", &FormatError{WantZh: fmt.Sprintf("文件中没有%s，请在装载时给出参数", t.zh),
			Want: fmt.Sprintf("the file does not say its %s; give it as a parameter of the load", t.name)}
	}
	texts, pattern := l.heading.preamble, field.Preamble
	if field.FileName != "" {
		texts, pattern = []string{r.payload.FileName}, field.FileName
	}
	compiled := regexp.MustCompile(pattern)
	for _, text := range texts {
		if match := compiled.FindStringSubmatch(text); match != nil {
			return match[1], nil
		}
	}
	if text := r.parameter(t.name); text != "" {
		return text, nil
	}
	return "", &FormatError{At: l.sheetName,
		WantZh: fmt.Sprintf("找不到%s：表头以上各行或文件名应含“%s”", t.zh, pattern),
		Want:   fmt.Sprintf("want the %s before the header or in the file name, as %s", t.name, pattern),
		Got:    cut(strings.Join(texts, " | "), 120)}
}

// parameter gives what the person who started the load said.
func (r *reading) parameter(name string) string {
	switch {
	case name == "area" && r.params.Area != "":
		return r.params.Area
	case name == "period" && r.params.Year != 0:
		return fmt.Sprint(r.params.Year)
	}
	return r.params.Extra[name]
}
