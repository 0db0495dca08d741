package etl

import (
	"bytes"
	"maps"
	"regexp"
	"slices"
	"sort"
	"strings"

	"bellwether/etl/decode"
)

// bindPeriod makes the source of the period of a record.
func (r *reading) bindPeriod(l *layout, rows *Fields) error {
	l.period = &periodSource{known: map[string]period{}}
	l.period.start, l.period.end = l.fieldColumns(rows.PeriodStart), l.fieldColumns(rows.PeriodEnd)
	if rows.Period == nil {
		return nil
	}
	if len(rows.Period.Columns) > 0 {
		l.period.columns = l.columns(rows.Period.Columns)
		return nil
	}
	text, err := r.fixedText(l, traits{name: "period", zh: "统计年度"}, rows.Period)
	if err != nil && rows.Period.Optional {
		l.period.absent = err // the headings may say it
		return nil
	}
	if err != nil {
		return err
	}
	fixed, ok := parsePeriod(text, r.form.StatisticalYear)
	if !ok {
		return &FormatError{At: l.sheetName, WantZh: "统计年度无法识别",
			Want: "want a year or period", Got: text}
	}
	l.period.fixed = &fixed
	return nil
}

// bindCategory binds a further breakdown; columns that are absent bind to
// nothing.
func (r *reading) bindCategory(l *layout, category Category) []categoryColumn {
	bound := categoryColumn{dimension: category.Dimension, typeColumn: -1, aliases: category.Aliases}
	if category.TypeColumn != "" {
		bound.typeColumn = l.heading.find(category.TypeColumn)
		if bound.typeColumn < 0 {
			return nil
		}
	}
	bound.columns = l.columns(category.Columns)
	if len(bound.columns) == 0 {
		return nil
	}
	return []categoryColumn{bound}
}

// bindOtherColumns takes every column the form does not name for a further
// breakdown.
func (r *reading) bindOtherColumns(l *layout) {
	used := map[int]bool{}
	for _, name := range r.form.fieldNames() {
		used[l.heading.find(name)] = true
	}
	for column, name := range l.heading.paths {
		if name != "" && !used[column] && !r.form.ignores(name) {
			if r.document.Kind() == decode.KindJSON {
				name = name[strings.LastIndexByte(name, '.')+1:] // SEX of dims.SEX
			}
			l.categories = append(l.categories, categoryColumn{dimension: name, typeColumn: -1, columns: []int{column}})
		}
	}
}

// bindFigure binds one figure, or one for each year among the headings. An
// optional figure whose columns are absent binds to nothing.
func (r *reading) bindFigure(l *layout, figure Figure) error {
	bound := figureLayout{unit: -1, address: -1,
		value: l.columns(figure.Value), text: l.columns(figure.Text), numerator: l.columns(figure.Numerator),
		denominator: l.columns(figure.Denominator), lower: l.columns(figure.Lower), upper: l.columns(figure.Upper)}
	if figure.Category != "" {
		bound.own = append(bound.own, ownCode{categoryKind, r.dictionaries[categoryDictionary].number(figure.Category)})
	}
	for k, code := range [kindCount]string{
		indicatorKind: figure.Indicator, areaKind: figure.Area, sexKind: first(figure.Sex),
		ageKind: figure.AgeGroup, residenceKind: first(figure.Residence), unitKind: figure.Unit,
	} {
		if code == "" {
			continue
		}
		fixed, err := r.constant(l, kind(k), code, nil)
		if err != nil {
			return err
		}
		if kind(k) == unitKind {
			bound.unit = fixed.blank.code
			continue
		}
		bound.own = append(bound.own, ownCode{kind(k), fixed.blank.code})
	}
	switch {
	case figure.Years != "":
		return r.bindYears(l, bound, figure.Years)
	case figure.Indicators != "":
		return r.bindIndicators(l, bound, figure)
	}
	for _, columns := range [][]int{bound.value, bound.numerator} {
		if len(columns) > 0 && bound.address < 0 {
			bound.address = columns[0]
		}
	}
	if bound.address >= 0 {
		l.figures = append(l.figures, bound)
	}
	return nil
}

// bindYears makes one figure for each heading that matches the pattern, whatever
// the width of its digits.
func (r *reading) bindYears(l *layout, figure figureLayout, pattern string) error {
	compiled := regexp.MustCompile(pattern)
	for column, path := range l.heading.paths {
		match := compiled.FindStringSubmatch(halfWidth(path))
		if match == nil {
			continue
		}
		found, ok := parsePeriod(match[1], r.form.StatisticalYear)
		if !ok {
			return &FormatError{At: l.heading.at, WantZh: "表头中的年份无法识别",
				Want: "want a year in the heading", Got: path}
		}
		one := figure
		one.period, one.value, one.address = &found, []int{column}, column
		l.figures = append(l.figures, one)
	}
	return nil
}

// takenColumns gives the columns that the form names or has made figures of. A
// field that lists a column without heading among others takes it only where the
// table has none of those before it.
func (r *reading) takenColumns(l *layout) map[int]bool {
	taken := map[int]bool{}
	for _, name := range r.form.fieldNames() {
		if key(name) != "" {
			taken[l.heading.find(name)] = true
		}
	}
	for column, path := range l.heading.paths {
		taken[column] = taken[column] || r.form.ignores(path)
	}
	for _, field := range r.form.Rows.named() {
		if columns := l.columns(field.Columns); len(columns) > 0 {
			taken[columns[0]] = true
		}
	}
	for _, figure := range l.figures {
		taken[figure.address] = true
	}
	return taken
}

// resolve gives the period of a record; false when its text is none.
func (p *periodSource) resolve(row *decode.Row, kind string) (period, int, bool) {
	if p.fixed != nil {
		return *p.fixed, -1, true
	}
	text, column := firstText(row, p.columns)
	if p.labelled {
		text, _, _ = bytes.Cut(text, []byte(": "))
	}
	if len(text) == 0 {
		return period{}, column, false
	}
	if !p.isLast || !bytes.Equal(text, p.lastText) {
		found, ok := p.known[string(text)]
		if !ok {
			if found, ok = parsePeriod(string(text), kind); !ok {
				return period{}, column, false
			}
			if len(p.known) < maxKnown {
				p.known[string(text)] = found
			}
		}
		p.lastText, p.last, p.isLast = append(p.lastText[:0], text...), found, true
	}
	found := p.last
	if len(p.start) > 0 && len(p.end) > 0 {
		startText, _ := firstText(row, p.start)
		endText, _ := firstText(row, p.end)
		start, okStart := parseDate(startText)
		end, okEnd := parseDate(endText)
		if okStart && okEnd && start <= end {
			found.start, found.end = start, end
		}
	}
	return found, column, true
}

// firstText gives the first cell that is not empty and its column; the first
// column when all are.
func firstText(row *decode.Row, columns []int) ([]byte, int) {
	for _, column := range columns {
		if text := trimBlanks(row.Cell(column)); len(text) > 0 {
			return text, column
		}
	}
	if len(columns) == 0 {
		return nil, -1
	}
	return nil, columns[0]
}

// category gives the number of the further breakdown of a record, and the sex,
// age group and residence that its type columns name instead of a breakdown.
func (r *reading) category(l *layout, row *decode.Row, f *figure) *refusal {
	parts := r.parts[:0]
	for i := range l.categories {
		c := &l.categories[i]
		text, column := firstText(row, c.columns)
		if c.labelled {
			text, _, _ = bytes.Cut(text, []byte(": "))
		}
		if len(text) == 0 || string(text) == total {
			continue
		}
		dimension := c.dimension
		if c.typeColumn >= 0 {
			dimension = string(trimBlanks(row.Cell(c.typeColumn)))
			if isBasic, refused := r.basicDimension(dimension, string(text), column, f); isBasic {
				if refused != nil {
					return refused
				}
				continue
			}
			text = bytes.TrimPrefix(text, []byte(dimension+"_"))
		}
		if code, ok := c.aliases[string(text)]; ok {
			text = []byte(code)
		}
		if dimension == "" || !isUsableCode(string(text)) || bytes.IndexByte(text, '=') >= 0 {
			return &refusal{reason: unknownCategory, column: column}
		}
		parts = append(parts, dimension+"="+string(text))
	}
	r.parts = parts
	if len(parts) == 0 {
		return nil
	}
	slices.Sort(parts)
	f.category = r.dictionaries[categoryDictionary].number(strings.Join(parts, ";"))
	return nil
}

// basicDimension reads a type column that names sex, age or residence.
func (r *reading) basicDimension(dimension, text string, column int, f *figure) (bool, *refusal) {
	k, ok := map[string]kind{"SEX": sexKind, "AGEGROUP": ageKind, "RESIDENCEAREATYPE": residenceKind}[dimension]
	if !ok {
		return false, nil
	}
	found := r.identifier(k, nil)(text)
	if found.reason != noReason {
		return true, &refusal{reason: found.reason, column: column}
	}
	*f.code(k) = found.code
	return true, nil
}

func sortedKeys[V any](m map[string]V) []string {
	keys := slices.Collect(maps.Keys(m))
	sort.Strings(keys)
	return keys
}

func first(codes []string) string {
	if len(codes) == 0 {
		return ""
	}
	return codes[0]
}
