package template

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"bellwether/etl"
	"bellwether/etl/catalog"
)

const listHint = "请填黄色格：有分子、分母的只填分子和分母，数值由系统计算；其余填数值。没有对象的填“不适用”，" +
	"没有统计的填“未统计”，不要留空；需要说明的写在最后一栏。灰色部分是表的内容，请勿改动、增删或移动行列。" +
	"指标的定义见“" + definitionSheet + "”。"

// line of a list: one figure of one area.
type listLine struct {
	cell      etl.ExpectedCell
	area      catalog.Area
	indicator catalog.Indicator
}

// listColumn is one column of a list.
type listColumn struct {
	heading string
	english string // where the form has none
	width   float64
	make    func(listLine) cell
}

// list lays out a form with one row for each figure.
func (b *builder) list() error {
	lines := b.listLines()
	columns, err := b.listColumns(lines)
	if err != nil {
		return err
	}
	if err := b.open(len(columns), listHint); err != nil {
		return err
	}
	var heads, translations []cell
	for _, column := range columns {
		heads = append(heads, cell{kind: head, text: column.heading})
		translations = append(translations, cell{kind: english, text: cmp.Or(b.form.English[column.heading], column.english)})
		b.widths = append(b.widths, column.width)
	}
	b.rows = append(b.rows, translations, heads)
	b.header = len(b.rows)
	b.fitRow(b.header - 1)
	b.frozen = 1
	for _, line := range lines {
		row := make([]cell, len(columns))
		for i, column := range columns {
			row[i] = column.make(line)
		}
		b.bindParts(row)
		b.rows = append(b.rows, row)
		b.fitRow(len(b.rows) - 1)
	}
	b.close(len(columns))
	return nil
}

// listLines lists the figures in the order of the form, area by area. A street is
// asked for each figure once, be it one of the district or of streets.
func (b *builder) listLines() []listLine {
	var lines []listLine
	seen := map[Key]bool{}
	for _, cell := range b.expected {
		for _, area := range b.areasOf(cell.AreaLevel) {
			if key := keyOf(area.Code, cell); !seen[key] {
				seen[key] = true
				indicator, _ := b.catalog.Indicator(cell.IndicatorCode)
				lines = append(lines, listLine{cell, area, indicator})
			}
		}
	}
	// The figures of one indicator stand together, in the order of the form.
	first := map[string]int{}
	for i, line := range lines {
		if _, ok := first[line.cell.IndicatorCode]; !ok {
			first[line.cell.IndicatorCode] = i
		}
	}
	slices.SortStableFunc(lines, func(a, b listLine) int { return first[a.cell.IndicatorCode] - first[b.cell.IndicatorCode] })
	return lines
}

// listColumns rules the list: what a figure is about, what it was, and what the
// clerk fills in.
func (b *builder) listColumns(lines []listLine) ([]listColumn, error) {
	rows := &b.form.Rows
	var columns []listColumn
	say := func(heading string, width float64, text func(listLine) string) {
		columns = append(columns, listColumn{heading, "", width, func(l listLine) cell { return cell{kind: label, text: text(l)} }})
	}
	say(rows.Indicator.Name(), 36, func(l listLine) string { return l.indicator.NameZh })
	if rows.Area.Name() == "" {
		return nil, fmt.Errorf("rows.area: a template wants a column for it")
	}
	say(rows.Area.Name(), 12, func(l listLine) string { return l.area.NameZh })
	if err := b.sayCategories(lines, say); err != nil {
		return nil, err
	}
	for _, one := range []struct {
		field      *etl.Field
		list, what string
		code       func(etl.ExpectedCell) string
	}{
		{rows.Sex, "SEX", "sex", func(c etl.ExpectedCell) string { return c.Sex }},
		{rows.AgeGroup, "AGE", "age_group", func(c etl.ExpectedCell) string { return c.AgeGroup }},
		{rows.Residence, "RESIDENCE", "residence", func(c etl.ExpectedCell) string { return c.Residence }},
	} {
		isSplit := slices.ContainsFunc(lines, func(l listLine) bool { return one.code(l.cell) != catalog.Total })
		heading := one.field.Name()
		switch {
		case heading == "" && isSplit:
			return nil, fmt.Errorf("rows.%s: the form asks for a split that it has no column for", one.what)
		case heading != "" && (isSplit || !one.field.Optional):
			say(heading, 10, func(l listLine) string { return b.name(one.list, one.code(l.cell)) })
		}
	}
	if heading := rows.Unit.Name(); heading != "" {
		say(heading, 15, func(l listLine) string { return b.name("UNIT", l.indicator.UnitCode) })
	}
	columns = append(columns, listColumn{fmt.Sprintf("上年数（%d年）", b.year-1), "Year before", 17, func(l listLine) cell {
		return cell{kind: past, past: []pastFigure{{keyOf(l.area.Code, l.cell), etl.ValuePart, int(l.indicator.Decimals)}}}
	}})
	return b.listEntries(columns)
}

// sayCategories adds a column for each further breakdown that the list needs.
func (b *builder) sayCategories(lines []listLine, say func(string, float64, func(listLine) string)) error {
	for _, line := range lines {
		for _, part := range strings.Split(line.cell.Category, ";") {
			dimension, _, ok := strings.Cut(part, "=")
			if ok && !slices.ContainsFunc(b.form.Rows.Category, func(c etl.Category) bool { return c.Dimension == dimension }) {
				return fmt.Errorf("rows.category: the form asks for %s and has no column for it", dimension)
			}
		}
	}
	for _, category := range b.form.Rows.Category {
		prefix := category.Dimension + "="
		word := func(l listLine) string {
			for _, part := range strings.Split(l.cell.Category, ";") {
				code, ok := strings.CutPrefix(part, prefix)
				if !ok {
					continue
				}
				for text, known := range category.Aliases {
					if known == code {
						return text
					}
				}
				return code
			}
			return ""
		}
		if slices.ContainsFunc(lines, func(l listLine) bool { return word(l) != "" }) {
			say(category.Columns[0], 10, word)
		}
	}
	return nil
}

// listEntries adds the columns that are filled in.
func (b *builder) listEntries(columns []listColumn) ([]listColumn, error) {
	parts := b.form.Columns()
	if len(b.form.Figures) != 1 || len(parts) != 3 {
		return nil, fmt.Errorf("figures: a template wants one figure with numerator, denominator and value")
	}
	for _, part := range parts {
		columns = append(columns, listColumn{part.Name, "", 13, func(l listLine) cell { return b.listInput(l, part.Part) }})
	}
	if heading := b.form.Rows.Status.Name(); heading != "" {
		columns = append(columns, listColumn{heading, "", 15, func(listLine) cell {
			return cell{kind: words, input: &input{choices: b.statusWords(), prompt: "有特殊情况时选；正常的数不用选"}}
		}})
	}
	if heading := b.form.Rows.Note.Name(); heading != "" {
		columns = append(columns, listColumn{heading, "", 28, func(l listLine) cell {
			prompt := "可写统计口径、变动原因等"
			if l.indicator.DataKind == "assessment" {
				prompt = "请写评估依据和佐证材料"
			}
			return cell{kind: words, input: &input{prompt: prompt}}
		}})
	}
	return columns, nil
}

// listInput is the cell for one part of a figure.
func (b *builder) listInput(l listLine, part etl.Part) cell {
	isQuotient := l.indicator.DenominatorZh != ""
	if part != etl.ValuePart && !isQuotient {
		return cell{kind: closed}
	}
	c := cell{kind: entry, input: &input{part: part, indicators: []catalog.Indicator{l.indicator},
		isEntered: true, prompt: b.prompt(l.indicator, part), words: b.numberWords(l.indicator)}}
	if part == etl.ValuePart && isQuotient {
		c.kind = extra
	}
	if c.kind == entry && b.isEmptyStratum(l.area.Code, l.cell.Residence) {
		c.text = notApplicable
	}
	return c
}

// bindParts tells numerator and denominator of a row of each other.
func (b *builder) bindParts(row []cell) {
	var numerator, denominator = -1, -1
	for i, c := range row {
		switch {
		case c.input == nil:
		case c.input.part == etl.NumeratorPart:
			numerator = i
		case c.input.part == etl.DenominatorPart:
			denominator = i
		}
	}
	if numerator < 0 || denominator < 0 || row[numerator].input.indicators[0].Measure != "proportion" {
		return
	}
	row[numerator].input.atMost = []int{denominator}
	row[denominator].input.atLeast = []int{numerator}
}
