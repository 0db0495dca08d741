package etl

import (
	"regexp"
	"slices"

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
	refused                *refusal  // why no cell of it can be believed, nil when they can
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
	absent     error // why the form's own way to find it failed, nil when it did not
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
			wanted = append(wanted, wantedColumn{names: []string{yearHeading}, pattern: matchesAnyWidth(figure.Years)})
		}
		if figure.Indicators != "" {
			wanted = append(wanted, wantedColumn{names: []string{figure.Indicators}, pattern: regexp.MustCompile(figure.Indicators).MatchString})
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

// yearHeading names the column that a table with a year in each heading lacks.
const yearHeading = "年份（a year such as 2024）"

func matchesAnyWidth(pattern string) func(string) bool {
	compiled := regexp.MustCompile(pattern)
	return func(text string) bool { return compiled.MatchString(halfWidth(text)) }
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
	return l, l.checkPeriod()
}

// checkPeriod refuses a table of which nothing says the period of some figures.
func (l *layout) checkPeriod() error {
	if l.period.absent == nil {
		return nil
	}
	if slices.ContainsFunc(l.figures, func(figure figureLayout) bool { return figure.period == nil && figure.refused == nil }) {
		return l.period.absent
	}
	return nil
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
