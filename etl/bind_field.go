package etl

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// bindRows binds what a record says of itself.
func (r *reading) bindRows(l *layout, rows *Fields) error {
	for k, field := range [kindCount]*Field{
		indicatorKind: rows.Indicator, areaKind: rows.Area, sexKind: rows.Sex, ageKind: rows.AgeGroup,
		residenceKind: rows.Residence, statusKind: rows.Status, confidentialityKind: rows.Confidentiality, unitKind: rows.Unit,
	} {
		if kind(k) == categoryKind {
			continue // has columns of its own
		}
		bound, err := r.bindField(l, kind(k), field)
		if err != nil {
			return err
		}
		if bound != nil {
			l.fields = append(l.fields, boundField{kind(k), bound})
		}
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

// bindField makes the resolver of a field, nil when neither the form nor the
// kind says what holds without one.
func (r *reading) bindField(l *layout, k kind, field *Field) (*resolver, error) {
	t := traitsOf(k)
	if field != nil && field.InBrackets {
		return r.bindBrackets(l)
	}
	if field != nil && field.InNames {
		return r.bindSexInNames(l), nil
	}
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
		if text == "" {
			text = field.Blank // the pattern was found and its group is empty
		}
		return r.constant(l, k, text, field.Aliases)
	}
	bound := &resolver{columns: l.columns(field.Columns), known: map[string]resolution{},
		identify: r.identifier(k, field.Aliases), blank: resolution{reason: missingCode}}
	if field.OnlyAliases {
		bound.identify = r.onlyAliases(bound.identify, t, field)
	}
	if identify := bound.identify; r.form.Header.Language == "zh" {
		bound.identify = func(text string) resolution { return identify(chinese(text)) }
	}
	if identify := bound.identify; r.form.Rows.Sex != nil && r.form.Rows.Sex.Sections && k != sexKind && slices.Contains(bound.columns, l.heading.names) {
		bound.identify = func(text string) resolution {
			if _, ok := r.sexNamed(text); ok {
				return r.identifier(k, nil)(total)
			}
			return identify(text)
		}
	}
	if field.Outline {
		r.followOutline(bound, func(path []string) resolution { return bound.identify(r.takeApart(path).text) })
	}
	switch {
	case field.Blank != "":
		bound.blank = r.identifier(k, nil)(field.Blank)
	case k == statusKind || k == confidentialityKind:
		bound.blank = resolution{code: r.dictionaries[t.place].number(t.absent)}
	}
	return bound, nil
}

// followOutline makes a resolver read names that stand below others.
func (r *reading) followOutline(bound *resolver, byPath func(path []string) resolution) {
	bound.outline, bound.language, bound.byPath = &outline{}, r.form.Header.Language, byPath
}

// sexNamed gives the code of the sex that a name is, if it is one.
func (r *reading) sexNamed(text string) (int32, bool) {
	if r.form.Header.Language == "zh" {
		text = chinese(text)
	}
	code, ok := r.find(traitsOf(sexKind), text, nil)
	if !ok {
		return 0, false
	}
	return r.dictionaries[sexDictionary].number(code), true
}

// bindSexInNames makes the resolver of a sex that is a part of the name of the
// indicator; where headings name the indicators, each figure has its own.
func (r *reading) bindSexInNames(l *layout) *resolver {
	sexes := r.dictionaries[sexDictionary]
	indicator := r.form.Rows.Indicator
	if r.form.Rows.Sex.Sections {
		return &resolver{columns: []int{l.heading.names}, blank: resolution{code: sexes.number(total)}, section: &section{named: r.sexNamed}}
	}
	if indicator == nil || !indicator.Outline {
		return constant(sexes.number(total))
	}
	bound := &resolver{columns: l.columns(indicator.Columns), blank: resolution{code: sexes.number(total)}}
	r.followOutline(bound, func(path []string) resolution {
		if sex := r.takeApart(path).sex; sex != "" {
			return resolution{code: sexes.number(sex)}
		}
		return bound.blank
	})
	return bound
}

// onlyAliases knows no text but the aliases of the field.
func (r *reading) onlyAliases(identify func(string) resolution, t traits, field *Field) func(string) resolution {
	return func(text string) resolution {
		if _, ok := field.Aliases[text]; !ok {
			return resolution{reason: t.unknown}
		}
		return identify(text)
	}
}

// bindBrackets makes the resolver of a unit that stands in brackets behind the
// name of the indicator; nil when the headings name the indicators, for then each
// has its own.
func (r *reading) bindBrackets(l *layout) (*resolver, error) {
	identify := func(text string) resolution {
		if _, unit, ok := r.unitInBrackets(text); ok {
			return resolution{code: r.numberUnit(unit)}
		}
		return resolution{reason: missingCode} // which for a unit means that none is named
	}
	absent, err := r.unitBeforeHeader(l)
	if err != nil {
		return nil, err
	}
	indicator := r.form.Rows.Indicator
	if indicator == nil {
		if absent.reason != noReason {
			return nil, nil
		}
		return &resolver{fixed: true, blank: absent}, nil
	}
	orAbsent := func(text string) resolution {
		if found := identify(text); found.reason == noReason {
			return found
		}
		return absent
	}
	if len(indicator.Columns) > 0 {
		bound := &resolver{columns: l.columns(indicator.Columns), known: map[string]resolution{}, identify: orAbsent, blank: absent}
		if indicator.Outline {
			r.followOutline(bound, func(path []string) resolution {
				for _, name := range slices.Backward(path) {
					if found := identify(name); found.reason == noReason {
						return found
					}
				}
				return absent
			})
		}
		return bound, nil
	}
	text, err := r.fixedText(l, traitsOf(indicatorKind), indicator)
	if err != nil {
		return nil, err
	}
	return &resolver{fixed: true, blank: orAbsent(text)}, nil
}

// unitBeforeHeader gives the unit that a line before the header names for all
// figures without one of their own, as 单位：万人 does.
func (r *reading) unitBeforeHeader(l *layout) (resolution, error) {
	none := resolution{reason: missingCode} // which for a unit means that none is named
	field := r.form.Rows.Unit
	if field.Preamble == "" {
		return none, nil
	}
	compiled := regexp.MustCompile(field.Preamble)
	for _, line := range l.heading.preamble {
		if match := compiled.FindStringSubmatch(line); match != nil {
			found := r.identifier(unitKind, field.Aliases)(firstGroup(match))
			if found.reason != noReason {
				return none, &FormatError{At: l.sheetName, WantZh: "表头以上写明的计量单位无法识别", Want: "want a known unit before the header", Got: cut(line, 60)}
			}
			return found, nil
		}
	}
	return none, nil
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
			return firstGroup(match), nil
		}
	}
	if text := r.parameter(t.name); text != "" {
		return text, nil
	}
	return "", &FormatError{At: l.sheetName,
		WantZh: fmt.Sprintf("找不到%s：表头以上各行或文件名应含“%s”，也可在装载时给出参数 %s", t.zh, pattern, t.name),
		Want:   fmt.Sprintf("want the %s before the header or in the file name, as %s, or as the parameter %s of the load", t.name, pattern, t.name),
		Got:    cut(strings.Join(texts, " | "), 120)}
}

// firstGroup gives the first group of a match that holds something: a pattern
// with alternatives has a group in each.
func firstGroup(match []string) string {
	for _, group := range match[1:] {
		if group != "" {
			return group
		}
	}
	return ""
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
