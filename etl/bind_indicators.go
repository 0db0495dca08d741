package etl

import (
	"regexp"
	"slices"
	"strings"
)

// bindIndicators makes one figure for each heading that matches the pattern and
// is not named by the form. A column without heading could hold any indicator:
// its figures are refused, as are those of an indicator nobody knows.
func (r *reading) bindIndicators(l *layout, bound figureLayout, figure Figure) error {
	headings := &indicatorHeadings{reading: r, heading: l.heading, pattern: regexp.MustCompile(figure.Indicators)}
	if err := headings.findTitle(figure.Title); err != nil {
		return err
	}
	taken, count := r.takenColumns(l), 0
	for column, path := range l.heading.paths[:l.heading.width] {
		if taken[column] || l.heading.keys[column] == outside {
			continue
		}
		named, ok := headings.read(column)
		if !ok && path != "" {
			continue
		}
		if path != "" && slices.Contains(l.heading.keys[column+1:], l.heading.keys[column]) {
			return &FormatError{At: l.heading.at, WantZh: "表头中同名的列出现了两次，请改名或删去一列",
				Want: "want the heading once; it stands over two columns", Got: path}
		}
		one := bound
		one.value, one.address, one.own = []int{column}, column, slices.Clone(bound.own)
		if path == "" {
			one.refused = &refusal{reason: missingCode, column: column,
				zh: "该列没有列名，无法知道是什么指标", en: "the column has no heading that says which indicator it is"}
		} else {
			count++
			r.bindIndicator(&one, named)
		}
		l.figures = append(l.figures, one)
	}
	if count == 0 {
		return &FormatError{At: l.heading.at, WantZh: "表头中没有一列是指标",
			Want: "want a column with an indicator for heading", Got: l.heading.sample()}
	}
	return nil
}

// bindIndicator puts what a heading says into its figure: the indicator and the
// unit in brackets behind it, the sex, the period.
func (r *reading) bindIndicator(figure *figureLayout, named headingName) {
	found := resolution{reason: missingCode}
	if named.text != "" {
		found = r.identifier(indicatorKind, nil)(named.text)
	}
	if found.reason != noReason {
		figure.refused = &refusal{reason: found.reason, column: figure.address}
		return
	}
	figure.own = append(figure.own, ownCode{indicatorKind, found.code})
	for _, text := range []string{named.text, named.beside} {
		if _, unit, ok := r.unitInBrackets(text); ok && figure.unit < 0 {
			figure.unit = r.numberUnit(unit)
		}
	}
	if named.sex != "" {
		figure.own = append(figure.own, ownCode{sexKind, r.dictionaries[sexDictionary].number(named.sex)})
	}
	if named.period == "" {
		return
	}
	period, ok := parsePeriod(named.period, r.form.StatisticalYear)
	if !ok {
		figure.refused = &refusal{reason: badPeriod, column: figure.address}
		return
	}
	figure.period = &period
}

// headingName is what a heading says of its figures.
type headingName struct {
	text   string // the indicator
	beside string // the indicator to the left, whose unit holds for the columns below the same heading
	sex    string
	period string
}

// indicatorHeadings reads headings from left to right.
type indicatorHeadings struct {
	*reading
	heading *heading
	pattern *regexp.Regexp
	title   string
	last    headingName // of the last column that names an indicator itself
}

// findTitle finds what goes before every indicator in the lines before the header.
func (h *indicatorHeadings) findTitle(pattern string) error {
	if pattern == "" {
		return nil
	}
	compiled := regexp.MustCompile(pattern)
	for _, line := range h.heading.preamble {
		if match := compiled.FindStringSubmatch(line); match != nil {
			h.title = firstGroup(match)
			if h.form.Header.Language == "zh" {
				h.title = chinese(h.title)
			}
			return nil
		}
	}
	return &FormatError{At: h.heading.at, WantZh: "表头以上找不到表名，无法知道各列是什么的数", Want: "want the title of the table before the header; it says what the columns are of",
		Got: cut(strings.Join(h.heading.preamble, " | "), 120)}
}

// read gives what a heading says; false when it does not match the pattern. A
// heading that is nothing but a sex, below one that goes on from the left, is of
// the indicator to its left.
func (h *indicatorHeadings) read(column int) (headingName, bool) {
	parts := []string{h.heading.paths[column]}
	if column < len(h.heading.parts) {
		parts = h.heading.parts[column]
	}
	apart := h.takeApart(parts)
	if slices.Contains(h.heading.inherited, column) && h.takeApart(parts[1:]).text == "" {
		named := h.last
		named.sex = apart.sex
		return named, true
	}
	match := h.pattern.FindStringSubmatch(apart.text)
	if match == nil && (apart.text != "" || h.title == "") {
		return headingName{}, false
	}
	named := headingName{sex: apart.sex}
	if slices.Contains(h.heading.inherited, column) {
		named.beside = h.last.text
		if h.last.beside != "" {
			named.beside = h.last.beside
		}
	}
	for i, group := range match {
		switch name := h.pattern.SubexpNames()[i]; {
		case name == "period":
			named.period = group
		case i > 0 && (name == "indicator" || name == "" && named.text == ""):
			named.text = strings.Trim(group, "/ ")
		}
	}
	if h.title != "" {
		named.text = strings.TrimSuffix(h.title+"/"+named.text, "/")
	}
	h.last = named
	return named, true
}
