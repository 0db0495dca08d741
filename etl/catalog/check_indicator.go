package catalog

import (
	"slices"
	"strings"
)

func (k *checker) checkIndicators() {
	unique(k, k.Indicators, func(i Indicator) (string, position) { return i.Code, i.at })
	for _, i := range k.Indicators {
		k.need(i.at, i.Code, "name_zh", i.NameZh, "name_en", i.NameEn, "definition", i.DefinitionZh)
		k.checkIndicatorCode(i)
		k.checkIndicatorAgencies(i)
		k.word(i.at, i.Code, "measure", "MEASURE", i.Measure)
		k.word(i.at, i.Code, "data_kind", "DATA_KIND", i.DataKind)
		k.word(i.at, i.Code, "statistical_year", "STATISTICAL_YEAR", i.StatisticalYear)
		for _, age := range i.RequiredAgeGroups {
			k.resolve(i.at, i.Code, "age", "AGE", age)
		}
		if i.Polarity < -1 || i.Polarity > 1 {
			k.report(i.at, "polarity", i.Code, i.Measure)
		}
		if i.ValidMin != nil && i.ValidMax != nil && *i.ValidMin >= *i.ValidMax {
			k.report(i.at, "valid_range", i.Code)
		}
		k.checkQuotient(i)
		k.checkEvidence(i)
	}
}

// checkIndicatorCode: a code says its topic first and its unit last.
func (k *checker) checkIndicatorCode(i Indicator) {
	k.resolve(i.at, i.Code, "unit", "UNIT", i.UnitCode)
	snake := strings.Trim(i.Code, "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
	if !snake || !strings.HasPrefix(i.Code, i.Topic+"_") || !strings.HasSuffix(i.Code, "_"+i.UnitCode) {
		k.report(i.at, "indicator_code", i.Code, i.Topic+"_…_"+i.UnitCode)
	}
}

func (k *checker) checkIndicatorAgencies(i Indicator) {
	codes := []string{i.AgencyCode}
	if i.DenominatorAgencyCode != "" {
		codes = append(codes, i.DenominatorAgencyCode)
	}
	for _, code := range codes {
		if agency, ok := k.Agency(code); !ok || agency.Kind != "agency" {
			k.report(i.at, "unknown_code", i.Code, "agency", code)
		}
	}
	if len(codes) == 2 && (codes[0] == codes[1] || i.DenominatorZh == "") {
		k.report(i.at, "unknown_code", i.Code, "denominator_agency", codes[1])
	}
}

// checkQuotient: what is divided has both parts, what is counted has none.
func (k *checker) checkQuotient(i Indicator) {
	if (i.NumeratorZh == "") != (i.DenominatorZh == "") {
		k.report(i.at, "quotient_half", i.Code)
	}
	isQuotient := i.DenominatorZh != ""
	mustBe := i.Measure == "proportion" || i.Measure == "rate" || i.Measure == "ratio"
	mustNotBe := i.Measure == "count" || i.Measure == "index"
	if mustBe && !isQuotient || mustNotBe && isQuotient {
		k.report(i.at, "quotient_measure", i.Code, i.Measure)
	}
}

// checkEvidence: an assessment has the unit of one, and may rest on a series.
func (k *checker) checkEvidence(i Indicator) {
	if (i.DataKind == "assessment") != (i.UnitCode == "assessment") {
		k.report(i.at, "assessment_unit", i.Code)
	}
	if i.EvidenceCode == "" {
		return
	}
	k.resolve(i.at, i.Code, "evidence", "INDICATOR", i.EvidenceCode)
	if i.DataKind != "assessment" {
		k.report(i.at, "assessment_unit", i.Code)
	}
}

func (k *checker) checkUnits() {
	unique(k, k.Units, func(u Unit) (string, position) { return u.Code, u.at })
	for _, u := range k.Units {
		k.need(u.at, u.Code, "name_zh", u.NameZh, "name_en", u.NameEn, "dimension", u.Dimension)
		if u.PerBase <= 0 {
			k.report(u.at, "per_base", u.Code)
		}
		if u.ValidMin != nil && u.ValidMax != nil && *u.ValidMin >= *u.ValidMax {
			k.report(u.at, "valid_range", u.Code)
		}
	}
}

func (k *checker) checkAgencies() {
	unique(k, k.Agencies, func(a Agency) (string, position) { return a.Code, a.at })
	for _, a := range k.Agencies {
		k.need(a.at, a.Code, "name_zh", a.NameZh, "name_en", a.NameEn)
		if !slices.Contains([]string{"agency", "publisher"}, a.Kind) {
			k.report(a.at, "unknown_word", a.Code, "kind", a.Kind)
		}
		if a.Kind == "publisher" {
			k.need(a.at, a.Code, "licence", a.Licence, "attribution", a.Attribution)
		}
	}
}
