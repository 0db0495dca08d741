package template

import (
	"slices"
	"strings"

	"bellwether/etl/catalog"
)

// Sheets beside the one to be filled in. None has the header of the form.
const (
	definitionSheet = "指标解释"
	pastSheet       = "上年数"
)

func definitionHead() []string {
	return []string{"指标", "英文名称", "定义", "分子", "分母", "计量单位", "有效范围", "填报部门", "分母提供部门", "监测目标"}
}

// define explains every indicator of the page, each once.
func (b *builder) define() {
	var codes []string
	for _, cell := range b.expected {
		if !slices.Contains(codes, cell.IndicatorCode) {
			codes = append(codes, cell.IndicatorCode)
		}
	}
	for _, column := range b.form.Columns() {
		if code := column.Figure.Indicator; code != "" && !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	for _, code := range codes {
		if i, ok := b.catalog.Indicator(code); ok {
			b.definitions = append(b.definitions, b.definition(i))
		}
	}
}

func (b *builder) definition(i catalog.Indicator) []string {
	agency, _ := b.catalog.Agency(i.AgencyCode)
	other := ""
	if i.DenominatorAgencyCode != "" && i.DenominatorAgencyCode != i.AgencyCode {
		denominator, _ := b.catalog.Agency(i.DenominatorAgencyCode)
		other = denominator.NameZh
	}
	return []string{i.NameZh, i.NameEn, i.DefinitionZh, i.NumeratorZh, i.DenominatorZh,
		b.name("UNIT", i.UnitCode), validRange(i), agency.NameZh, other, b.targetsOf(i.Code)}
}

func validRange(i catalog.Indicator) string {
	switch {
	case i.ValidMin != nil && i.ValidMax != nil:
		return plain(*i.ValidMin) + "—" + plain(*i.ValidMax)
	case i.ValidMin != nil:
		return "不小于" + plain(*i.ValidMin)
	}
	return ""
}

// targetsOf names the targets that are judged by an indicator.
func (b *builder) targetsOf(indicator string) string {
	var codes []string
	for _, t := range b.catalog.Targets {
		if t.IndicatorCode == indicator || t.Reference.IndicatorCode == indicator {
			codes = append(codes, t.Code)
		}
	}
	return strings.Join(codes, "、")
}
