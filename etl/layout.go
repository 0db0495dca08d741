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
	indicator  *resolver
	area       *resolver
	sex        *resolver
	age        *resolver
	residence  *resolver
	unit       *resolver // nil when nothing names a unit
	status     *resolver
	conf       *resolver
	period     *periodSource
	scale      []int
	note       []int
	categories []categoryColumn
	categoryID int32 // category of a record without breakdown columns
	only       []filter
	action     int // column of the SDMX action, -1 without one
	figures    []figureLayout
}

// figureLayout is one figure of a record; resolvers that are nil are those of
// the record.
type figureLayout struct {
	indicator, area, sex, age, residence, unit *resolver
	period                                     *period
	category                                   int32 // -1 for that of the record
	value, text, numerator, denominator        []int
	lower, upper                               []int
	address                                    int // column whose cell stands for the figure
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
	kind       string
	typeColumn int // -1 when kind says it
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
	isVarious := func(one *resolver) bool { return one != nil && !one.fixed }
	r.hasSexes = r.hasSexes || isVarious(l.sex)
	r.hasResidences = r.hasResidences || isVarious(l.residence)
	for i := range l.figures {
		r.hasSexes = r.hasSexes || l.figures[i].sex != nil
		r.hasResidences = r.hasResidences || l.figures[i].residence != nil
	}
	for i := range l.categories {
		if l.categories[i].typeColumn >= 0 {
			r.hasSexes, r.hasResidences = true, true
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
	for _, part := range []struct {
		name  string
		field *Field
		into  **resolver
		blank string // code when the form has no such field
	}{
		{"indicator", rows.Indicator, &l.indicator, ""},
		{"area", rows.Area, &l.area, ""},
		{"sex", rows.Sex, &l.sex, total},
		{"age_group", rows.AgeGroup, &l.age, total},
		{"residence", rows.Residence, &l.residence, total},
		{"unit", rows.Unit, &l.unit, ""},
		{"status", rows.Status, &l.status, statusNormal},
		{"confidentiality", rows.Confidentiality, &l.conf, "F"},
	} {
		bound, err := r.bindField(l, part.name, part.field, part.blank)
		if err != nil {
			return err
		}
		*part.into = bound
	}
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

// bindField makes the resolver of a field; blank is the code where the form has
// no such field or the table no such column.
func (r *reading) bindField(l *layout, name string, field *Field, blank string) (*resolver, error) {
	list := codeListOf(name)
	if field == nil || field.Optional && len(field.Columns) > 0 && len(l.columns(field.Columns)) == 0 {
		if field != nil && field.Blank != "" {
			blank = field.Blank
		}
		if blank == "" {
			return nil, nil
		}
		return constant(r.dictionaries[list.place].number(blank)), nil
	}
	if len(field.Columns) == 0 {
		text, err := r.fixedText(l, name, field)
		if err != nil {
			return nil, err
		}
		found := r.identify(name, field.Aliases)(text)
		if found.reason != noReason {
			return nil, r.unknownConstant(l, name, text)
		}
		return constant(found.code), nil
	}
	bound := &resolver{name: name, columns: l.columns(field.Columns), known: map[string]resolution{},
		identify: r.identify(name, field.Aliases), blank: resolution{reason: missingCode}}
	switch {
	case field.Blank != "":
		bound.blank = r.identify(name, nil)(field.Blank)
	case blank == statusNormal || blank == "F":
		bound.blank = resolution{code: r.dictionaries[list.place].number(blank)}
	}
	return bound, nil
}

// identify gives the function that looks up the texts of a field.
func (r *reading) identify(name string, aliases map[string]string) func(string) resolution {
	if name == "unit" {
		return r.identifyUnit(aliases)
	}
	return r.identifier(codeListOf(name), aliases)
}

// fixedText gives the text of a field that holds for the whole payload.
func (r *reading) fixedText(l *layout, name string, field *Field) (string, error) {
	switch {
	case field.Value != "":
		return field.Value, nil
	case field.Parameter:
		if text := r.parameter(name); text != "" {
			return text, nil
		}
		return "", &FormatError{Form: r.form.Code, File: r.payload.FileName, WantZh: fmt.Sprintf("文件中没有%s，请在装载时给出参数", fieldZh(name)),
			Want: fmt.Sprintf("the file does not say its %s; give it as a parameter of the load", name)}
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
	if text := r.parameter(name); text != "" {
		return text, nil
	}
	return "", &FormatError{Form: r.form.Code, File: r.payload.FileName, At: l.sheetName,
		WantZh: fmt.Sprintf("找不到%s：表头以上各行或文件名应含“%s”", fieldZh(name), pattern),
		Want:   fmt.Sprintf("want the %s before the header or in the file name, as %s", name, pattern),
		Got:    cut(strings.Join(texts, " | "), 120)}
}

// fieldZh gives the word for a field in messages.
func fieldZh(name string) string {
	words := map[string]string{"area": "地区", "period": "统计年度", "indicator": "指标", "sex": "性别", "unit": "计量单位"}
	if word, ok := words[name]; ok {
		return word
	}
	return name
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

func (r *reading) unknownConstant(l *layout, name, text string) error {
	return &FormatError{Form: r.form.Code, File: r.payload.FileName, At: l.sheetName,
		WantZh: fmt.Sprintf("%s不在目录中", fieldZh(name)), Want: fmt.Sprintf("want a known %s", name), Got: text}
}
