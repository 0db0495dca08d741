package template

import (
	"fmt"
	"math"
	"regexp"
	"slices"

	"github.com/mattn/go-runewidth"
)

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
