package etl

import (
	"strings"
	"unicode"
)

// Columns lists, figure by figure, the columns of numerators, denominators and
// values as a table is ruled: those of one kind stand together, one for each sex
// and residence. Each comes with the figure that it is part of.
func (f *Form) Columns() []FigureColumn {
	var columns []FigureColumn
	for _, figure := range f.Figures {
		expanded := f.expand(figure)
		for _, part := range []Part{NumeratorPart, DenominatorPart, ValuePart} {
			for _, one := range expanded {
				if names := one.part(part); len(names) > 0 {
					columns = append(columns, FigureColumn{Name: chineseName(names), Part: part, Figure: one})
				}
			}
		}
	}
	return columns
}

// Part of a figure.
type Part string

// The parts that a figure may be read from.
const (
	NumeratorPart   Part = "numerator"
	DenominatorPart Part = "denominator"
	ValuePart       Part = "value"
)

// FigureColumn is a column of a table and what stands in it.
type FigureColumn struct {
	Name   string // texts of the header from top to bottom, joined by /
	Part   Part
	Figure Figure
}

func (f *Figure) part(p Part) []string {
	switch p {
	case NumeratorPart:
		return f.Numerator
	case DenominatorPart:
		return f.Denominator
	}
	return f.Value
}

// Name is the heading under which people know the column of a field: the first
// of its names that is Chinese; empty when the field has no column.
func (f *Field) Name() string {
	if f == nil {
		return ""
	}
	return chineseName(f.Columns)
}

func chineseName(names []string) string {
	for _, name := range names {
		if strings.IndexFunc(name, func(r rune) bool { return unicode.Is(unicode.Han, r) }) >= 0 {
			return name
		}
	}
	return first(names)
}

// expand multiplies a figure by its sexes and residences and puts their words
// into its columns.
func (f *Form) expand(figure Figure) []Figure {
	var all []Figure
	for _, sex := range orNone(figure.Sex) {
		for _, residence := range orNone(figure.Residence) {
			one := figure
			words := strings.NewReplacer("{sex}", f.word("sex", sex), "{residence}", f.word("residence", residence))
			for _, columns := range []*[]string{&one.Value, &one.Text, &one.Numerator, &one.Denominator, &one.Lower, &one.Upper} {
				*columns = replaceAll(*columns, words)
			}
			one.Sex, one.Residence = []string{sex}, []string{residence}
			all = append(all, one)
		}
	}
	return all
}

func orNone(codes []string) []string {
	if len(codes) == 0 {
		return []string{""}
	}
	return codes
}

// word gives the word that stands for a code in column names.
func (f *Form) word(kind, code string) string {
	if word, ok := f.Labels[kind][code]; ok {
		return word
	}
	return code
}

func replaceAll(columns []string, words *strings.Replacer) []string {
	replaced := make([]string, len(columns))
	for i, column := range columns {
		replaced[i] = words.Replace(column)
	}
	return replaced
}
