package template

import (
	"fmt"
	"slices"
	"strings"

	"bellwether/etl"
	"bellwether/etl/catalog"
)

const wideHint = "请填黄色格，白色格有数也请填。没有对象的填“不适用”，没有统计的填“未统计”，不要留空。" +
	"灰色部分是表的内容，请勿改动、增删或移动行列。上年数见“" + pastSheet + "”，指标的定义见“" + definitionSheet + "”。"

// wideColumn is one column of figures and what is read from it.
type wideColumn struct {
	path  []string // texts of the header from top to bottom
	reads []etl.FigureColumn
}

// wide lays out a form with one row for each area and the figures side by side.
func (b *builder) wide() error {
	heading := b.form.Rows.Area.Name()
	if heading == "" {
		return fmt.Errorf("rows.area: a template wants a column for it")
	}
	columns, err := b.wideColumns()
	if err != nil {
		return err
	}
	if err := b.open(1+len(columns), wideHint); err != nil {
		return err
	}
	b.wideHeader(heading, columns)
	b.frozen = 1
	for _, level := range []string{"district", "street"} {
		if b.area.Level == "street" && level == "district" {
			continue
		}
		for _, area := range b.areasOf(level) {
			b.wideRow(area, columns)
		}
	}
	b.close(1 + len(columns))
	return nil
}

// wideColumns lists the columns of the form, each once.
func (b *builder) wideColumns() ([]wideColumn, error) {
	var columns []wideColumn
	for _, column := range b.form.Columns() {
		if column.Figure.Indicator == "" || column.Figure.Area != "" {
			return nil, fmt.Errorf("figures: a template wants the indicator of each figure, and a row for each area")
		}
		path := strings.Split(column.Name, "/")
		if len(path) > b.form.Header.Rows {
			return nil, fmt.Errorf("figures: %s has more texts than the header has rows", column.Name)
		}
		at := slices.IndexFunc(columns, func(known wideColumn) bool { return slices.Equal(known.path, path) })
		if at < 0 {
			at = len(columns)
			columns = append(columns, wideColumn{path: path})
		}
		columns[at].reads = append(columns[at].reads, column)
	}
	return columns, nil
}

// wideHeader writes the header: equal texts side by side become one, and a text
// with nothing below it goes down to the last row.
func (b *builder) wideHeader(area string, columns []wideColumn) {
	depth, top := b.form.Header.Rows, len(b.rows)+1
	paths := [][]string{{area}}
	for _, column := range columns {
		paths = append(paths, column.path)
	}
	block := make([][]cell, 1+depth)
	for i := range block {
		block[i] = make([]cell, len(paths))
	}
	for column, path := range paths {
		block[0][column] = cell{kind: english, text: b.form.English[path[0]]}
		for level := range depth {
			block[1+level][column] = cell{kind: head}
			if level < len(path) {
				block[1+level][column].text = path[level]
			}
		}
		if len(path) < depth {
			b.merges = append(b.merges, span{top + len(path) - 1, column, top + depth - 1, column})
		}
		b.widths = append(b.widths, 11+2*float64(linesOf(path[0], 11*float64(3*(len(path)-1)+1))-1))
	}
	b.widths[0] = 14
	b.rows = append(b.rows, block...)
	b.header = len(b.rows)
	b.heights[top], b.heights[top-1] = heightOf(3), heightOf(3)
	for left := 1; left < len(paths); {
		right := left
		for right+1 < len(paths) && len(paths[left]) > 1 && len(paths[right+1]) > 1 && paths[right+1][0] == paths[left][0] {
			right++
		}
		if right > left {
			b.merges = append(b.merges, span{top, left, top, right}, span{top - 1, left, top - 1, right})
			for i := left + 1; i <= right; i++ {
				block[0][i].text, block[1][i].text = "", ""
			}
		}
		left = right + 1
	}
}

// wideRow adds the row of an area.
func (b *builder) wideRow(area catalog.Area, columns []wideColumn) {
	row := []cell{{kind: label, text: area.NameZh}}
	for _, column := range columns {
		c := b.wideInput(area, column, columns)
		row = append(row, c)
		b.pasts = append(b.pasts, pastLine{area: area.NameZh, heading: strings.Join(column.path, "/"), figures: c.past})
	}
	b.rows = append(b.rows, row)
}

// wideInput is the cell of one column: expected when one of the figures read from
// it is.
func (b *builder) wideInput(area catalog.Area, column wideColumn, columns []wideColumn) cell {
	c := cell{kind: extra, input: &input{part: column.reads[0].Part, isEntered: true}}
	isEmpty := true
	for _, read := range column.reads {
		figure := figureCell(read.Figure)
		indicator, _ := b.catalog.Indicator(figure.IndicatorCode)
		c.input.indicators = append(c.input.indicators, indicator)
		c.past = append(c.past, pastFigure{keyOf(area.Code, figure), read.Part, int(indicator.Decimals)})
		isEmpty = isEmpty && b.isEmptyStratum(area.Code, figure.Residence)
		if slices.ContainsFunc(b.expected, func(e etl.ExpectedCell) bool {
			figure.FormCode, figure.AreaLevel = e.FormCode, e.AreaLevel
			return e == figure && (e.AreaLevel == area.Level || b.area.Level == "street")
		}) {
			c.kind = entry
		}
		if indicator.Measure == "proportion" {
			b.bindColumns(c.input, read, columns)
		}
	}
	if isEmpty {
		c.text = notApplicable
	}
	c.input.prompt = b.widePrompt(column)
	return c
}

// bindColumns tells a column of the one that its figure is measured against.
func (b *builder) bindColumns(in *input, read etl.FigureColumn, columns []wideColumn) {
	for i, other := range columns {
		for _, one := range other.reads {
			isSame := figureCell(one.Figure) == figureCell(read.Figure)
			switch {
			case isSame && read.Part == etl.NumeratorPart && one.Part == etl.DenominatorPart:
				in.atMost = append(in.atMost, 1+i)
			case isSame && read.Part == etl.DenominatorPart && one.Part == etl.NumeratorPart:
				in.atLeast = append(in.atLeast, 1+i)
			}
		}
	}
}

// figureCell is what a figure of the form is about.
func figureCell(f etl.Figure) etl.ExpectedCell {
	or := func(code string) string {
		if code == "" {
			return catalog.Total
		}
		return code
	}
	cell := etl.ExpectedCell{IndicatorCode: f.Indicator, Sex: catalog.Total, AgeGroup: or(f.AgeGroup), Residence: catalog.Total, Category: or(f.Category)}
	for _, sex := range f.Sex {
		cell.Sex = or(sex)
	}
	for _, residence := range f.Residence {
		cell.Residence = or(residence)
	}
	return cell
}
