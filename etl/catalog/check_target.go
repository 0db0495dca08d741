package catalog

import (
	"slices"
	"strings"
)

func (k *checker) checkTargets() {
	unique(k, k.Targets, func(t Target) (string, position) { return t.Code, t.at })
	for _, t := range k.Targets {
		k.need(t.at, t.Code, "name_zh", t.NameZh, "name_en", t.NameEn)
		if !strings.HasPrefix(t.Code, t.ItemCode+"-") {
			k.report(t.at, "target_code", t.Code, t.ItemCode)
		}
		k.checkSentences(t)
		k.checkScope(t)
		k.checkKind(t)
		k.checkReference(t)
		if indicator, ok := k.Indicator(t.IndicatorCode); ok {
			k.checkMeasurement(t, indicator)
		} else {
			k.report(t.at, "unknown_code", t.Code, "indicator", t.IndicatorCode)
		}
	}
}

// checkScope resolves the codes of the breakdown a target speaks of.
func (k *checker) checkScope(t Target) {
	k.word(t.at, t.Code, "kind", "TARGET_KIND", t.Kind)
	k.word(t.at, t.Code, "mode", "TARGET_MODE", t.Mode)
	k.word(t.at, t.Code, "origin", "VALUE_ORIGIN", t.ValueOrigin)
	k.word(t.at, t.Code, "sex", "SEX", t.Sex)
	k.word(t.at, t.Code, "residence", "RESIDENCE", t.Residence)
	k.resolve(t.at, t.Code, "age", "AGE", t.AgeGroup)
	k.resolve(t.at, t.Code, "unit", "UNIT", t.UnitCode)
	if t.TrendRule != "" {
		k.word(t.at, t.Code, "trend", "TREND_RULE", t.TrendRule)
	}
	for what, category := range map[string]string{"category": t.Category, "reference category": t.Reference.Category} {
		if !isCategory(category) {
			k.report(t.at, "unknown_word", t.Code, what, category)
		}
	}
	if levels := []string{"district", "street", "facility"}; !slices.Contains(levels, t.AreaLevel) ||
		t.Kind != "per_area_floor" && t.AreaLevel != "district" {
		k.report(t.at, "unknown_word", t.Code, "area_level", t.AreaLevel)
	}
}

// isCategory says whether a further breakdown is written DIMENSION=code, several
// joined by a semicolon.
func isCategory(category string) bool {
	if category == "" || category == Total {
		return true
	}
	for _, part := range strings.Split(category, ";") {
		dimension, code, ok := strings.Cut(part, "=")
		if !ok || dimension == "" || code == "" || dimension != strings.ToUpper(dimension) {
			return false
		}
	}
	return true
}

// checkKind holds what a target gives against what its kind needs.
func (k *checker) checkKind(t Target) {
	isTrend := t.Kind == "rise" || t.Kind == "fall"
	isFree := t.Kind == "qualitative"
	switch {
	case isTrend && t.TrendRule == "":
		k.report(t.at, "trend_missing", t.Code, t.Kind)
	case !isTrend && t.TrendRule != "" && t.Kind != "baseline_relative":
		k.report(t.at, "trend_forbidden", t.Code, t.Kind)
	}
	switch {
	case (isTrend || isFree) && t.Value != nil:
		k.report(t.at, "value_forbidden", t.Code, t.Kind)
	case !isTrend && !isFree && t.Value == nil:
		k.report(t.at, "value_missing", t.Code, t.Kind)
	}
	if t.Value == nil && t.ValueOrigin != "none" || t.ValueOrigin == "none" && t.Value != nil && t.Kind != "relative_to_indicator" {
		k.report(t.at, "origin", t.Code, t.ValueOrigin)
	}
	if t.Tolerance != nil && t.Kind != "about" {
		k.report(t.at, "tolerance", t.Code, t.Kind)
	}
	if usual := usualPolarity(t.Kind); t.Polarity < -1 || t.Polarity > 1 || usual != 0 && t.Polarity != usual {
		k.report(t.at, "polarity", t.Code, t.Kind)
	}
}

// checkReference: a relative target, and the trend of a gap, name another series.
func (k *checker) checkReference(t Target) {
	r := t.Reference
	if r.IndicatorCode == "" {
		if t.Kind == "relative_to_indicator" {
			k.report(t.at, "reference_missing", t.Code)
		}
		return
	}
	k.resolve(t.at, t.Code, "reference indicator", "INDICATOR", r.IndicatorCode)
	k.word(t.at, t.Code, "reference sex", "SEX", r.Sex)
	if r.Measure != "ratio" && r.Measure != "difference" {
		k.report(t.at, "unknown_word", t.Code, "reference measure", r.Measure)
	}
	if r.IndicatorCode == t.IndicatorCode && r.Sex == t.Sex && r.Category == t.Category {
		k.report(t.at, "reference_itself", t.Code)
	}
	mine, _ := k.Indicator(t.IndicatorCode)
	other, ok := k.Indicator(r.IndicatorCode)
	if ok && mine.UnitCode != other.UnitCode {
		k.report(t.at, "target_unit", t.Code, other.UnitCode, mine.UnitCode)
	}
}

// checkMeasurement holds a target against the indicator that measures it.
func (k *checker) checkMeasurement(t Target, i Indicator) {
	if want := measuredUnit(t, i); t.UnitCode != want {
		k.report(t.at, "target_unit", t.Code, t.UnitCode, want)
	}
	if t.Value != nil && t.Kind != "baseline_relative" && t.Reference.IndicatorCode == "" &&
		(i.ValidMin != nil && *t.Value < *i.ValidMin || i.ValidMax != nil && *t.Value > *i.ValidMax) {
		k.report(t.at, "value_range", t.Code)
	}
	if t.Sex != Total && !i.RequiresSex {
		k.report(t.at, "sex_not_required", t.Code, i.Code)
	}
	if t.AgeGroup != Total && !slices.Contains(i.RequiredAgeGroups, t.AgeGroup) {
		k.report(t.at, "age_not_required", t.Code, i.Code, t.AgeGroup)
	}
	if t.AreaLevel == "street" && !i.RequiresArea {
		k.report(t.at, "area_not_required", t.Code, i.Code)
	}
	if t.Kind == "qualitative" && i.DataKind != "assessment" && !i.IsReportingSensitive {
		k.report(t.at, "qualitative_series", t.Code, i.Code)
	}
	if t.Kind == "milestone" && i.DataKind != "milestone" {
		k.report(t.at, "milestone_series", t.Code, i.Code)
	}
}

// measuredUnit is the unit of what is held against the target.
func measuredUnit(t Target, i Indicator) string {
	switch {
	case t.Reference.Measure == "ratio":
		return "ratio"
	case t.Reference.Measure == "difference" && i.UnitCode == "percent":
		return "percentage_points"
	}
	return i.UnitCode
}
