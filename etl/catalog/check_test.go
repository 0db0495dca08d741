package catalog_test

import (
	"slices"
	"strings"
	"testing"

	"bellwether/etl/catalog"
)

// mutation is one fault put into the real catalog, and the finding it must give.
type mutation struct{ file, before, after, rule, code string }

// loneTarget is the only target of its goal.
const loneTarget = `        targets:
          - code: W-2-G02-a
            name_zh: 教育工作贯彻男女平等基本国策
            name_en: Gender equality policy in education work
            indicator: education_equality_policy_assessment
            kind: qualitative
            sentence: 教育工作全面贯彻男女平等基本国策
`

func mutations() []mutation {
	const breaks = "indicator_code,area_code,break_year,kind,text_zh,text_en,source\n"
	const women, children, text = "plans/women.yaml", "plans/children.yaml", "plans/plans.txt"
	const maternal, child, health = "indicators/maternal.yaml", "indicators/child.yaml", "indicators/health.yaml"
	return []mutation{
		{women, "code: W-1-G01-b", "code: W-1-G01-a", "duplicate_code", "W-1-G01-a"},
		{women, "code: W-1-G01-a", "code: W-9-G01-a", "target_code", "W-9-G01-a"},
		{women, "name_en: Female life expectancy at birth", "name_en: ''", "text_missing", "W-1-G01-a"},
		{women, "area: '450302'", "area: '450399'", "unknown_code", "women"},
		{women, "midterm_year: 2025", "midterm_year: 2035", "years", "women"},
		{women, "targets: 249", "targets: 250", "count", "women"},
		{women, "line: 48\n", "line: 47\n", "item_line", "W-1-G01"},
		{women, "      - number: 2\n        line: 49", "      - number: 9\n        line: 49", "item_missing", "W-1-G02"},
		{text, "1.妇女人均预期寿命延长", "1.女性人均预期寿命延长", "sentence", "W-1-G01-a"},
		{women, "sentence: 延长妇女人均预期寿命", "sentence: 延长女性人均预期寿命", "sentence", "W-1-G01-a"},
		{women, "item: W-1-S01", "item: W-1-S99", "unknown_code", "W-1-G01-a"},
		{women, "value: 12\n", "value: 13\n", "printed_number", "W-1-G03-e"},
		{children, "value: -20\n", "value: -25\n", "printed_number", "C-2-G01-a"},
		{children, "value: 5\n            unit: count", "value: 6\n            unit: count", "printed_number", "C-1-S06-b"},
		{women, "kind: at_least", "kind: at_best", "unknown_word", "W-1-G03-a"},
		{women, "trend: net\n            sex: F\n            sentence: 妇女", "sex: F\n            sentence: 妇女", "trend_missing", "W-1-G01-a"},
		{women, "kind: at_least", "kind: at_least\n            trend: net", "trend_forbidden", "W-1-G03-a"},
		{women, "            value: 99\n", "", "value_missing", "W-1-G03-a"},
		{women, "kind: rise", "kind: rise\n            value: 80", "value_forbidden", "W-1-G01-a"},
		{women, "value: 99\n", "value: 199\n", "value_range", "W-1-G03-a"},
		{women, "origin: printed", "origin: none", "origin", "W-1-G03-a"},
		{women, "value: 99\n", "value: 99\n            tolerance: 1\n", "tolerance", "W-1-G03-a"},
		{women, "kind: at_least", "kind: at_least\n            polarity: -1", "polarity", "W-1-G03-a"},
		{women, "unit: per_100000", "unit: per_1000", "target_unit", "W-1-G03-e"},
		{women, "indicator: health_life_expectancy_years", "indicator: health_life_years", "unknown_code", "W-1-G01-a"},
		{women, "category: HUKOU=migrant", "category: migrant", "unknown_word", "W-1-G02-c"},
		{women, "            reference: {indicator: maternal_systematic_management_percent, category: HUKOU=registered, measure: ratio}\n", "", "reference_missing", "W-1-G02-c"},
		{women, "category: HUKOU=registered, measure: ratio", "category: HUKOU=migrant, measure: ratio", "reference_itself", "W-1-G02-c"},
		{women, "{indicator: maternal_systematic_management_percent, category: HUKOU=registered", "{indicator: maternal_mortality_per_100000, category: HUKOU=registered", "target_unit", "W-1-G02-c"},
		{children, "area_level: street", "area_level: town", "unknown_word", "C-1-G05-a"},
		{child, "requires: [area]", "requires: []", "area_not_required", "C-1-G05-a"},
		{child, "ages: [Y12]", "ages: [Y12T14]", "age_not_required", "C-1-S12-a"},
		{health, "requires: [sex]", "requires: []", "sex_not_required", "W-1-G01-a"},
		{women, "indicator: health_life_course_service_assessment", "indicator: health_record_coverage_percent", "qualitative_series", "W-1-G01-c"},
		{health, "data_kind: milestone", "data_kind: administrative", "milestone_series", "W-1-S04-g"},
		{maternal, "code: maternal_mortality_per_100000", "code: mortality_per_100000", "indicator_code", "mortality_per_100000"},
		{maternal, "agency: health", "agency: who", "unknown_code", "maternal_systematic_management_percent"},
		{maternal, "denominator_agency: civil_affairs", "denominator_agency: health", "unknown_code", "maternal_premarital_exam_percent"},
		{maternal, "measure: proportion", "measure: share", "unknown_word", "maternal_systematic_management_percent"},
		{maternal, "  denominator: 年内活产数\n", "", "quotient_half", "maternal_systematic_management_percent"},
		{maternal, "measure: proportion", "measure: count", "quotient_measure", "maternal_systematic_management_percent"},
		{maternal, "evidence: maternal_prepregnancy_check_percent", "evidence: maternal_check_percent", "unknown_code", "maternal_healthy_birth_rights_assessment"},
		{health, "data_kind: assessment", "data_kind: survey", "assessment_unit", "health_life_course_service_assessment"},
		{health, "valid: [30, 100]", "valid: [100, 30]", "valid_range", "health_life_expectancy_years"},
		{"units.csv", "percent,百分比,Percent,share,100,", "percent,百分比,Percent,share,0,", "per_base", "percent"},
		{"agencies.yaml", "licence: CC BY 4.0", "licence: ''", "text_missing", "worldbank"},
		{"areas.csv", "450302001,450302,street", "450302001,450302002,street", "area_parent", "450302001"},
		{"areas.csv", "Diecai District,0", "Diecai District,1", "area_monitored", "450303"},
		{"area_classes.csv", "450302001,2010,9999", "450302001,2024,9999", "area_class", "450302001"},
		{"age_groups.csv", ",0,60\n", ",0,59\n", "age_bounds", "Y0T4"},
		{"codes.csv", "SEX,F,女,Female,2", "SEX,_T,女,Female,2", "duplicate_code", "SEX _T"},
		{"aliases.csv", "SEX,*,女性,F", "SEX,*,女性,X", "unknown_code", "女性"},
		{"aliases.csv", "SEX,who,MLE,M", "SEX,who,ＦＭＬＥ,M", "alias_conflict", "ＦＭＬＥ"},
		{"aliases.csv", "SEX,*,女性,F", "SEX,*,M,F", "alias_hides_code", "M"},
		{"aliases.csv", "SEX,who,FMLE,F", "SEX,oms,FMLE,F", "unknown_code", "FMLE"},
		{"thresholds.csv", "parity_low,", "parity_lowest,", "threshold_missing", "parity_low"},
		{"thresholds.csv", "parity_high,1.03", "parity_low,1.03", "threshold_span", "parity_low"},
		{"holidays.csv", "2021-02-07,workday", "2021-02-08,workday", "holiday_weekend", "2021-02-08"},
		{"holidays.csv", "2021-01-02", "2021-01-01", "duplicate_code", "2021-01-01"},
		{"breaks.csv", breaks, breaks + "no_such_percent,*,2024,definition,改口径,new definition,文件\n", "unknown_code", "no_such_percent * 2024 definition"},
		{"breaks.csv", breaks, breaks + "health_life_expectancy_years,450399,2024,definition,改口径,new definition,文件\n", "unknown_code", "health_life_expectancy_years 450399 2024 definition"},
		{"breaks.csv", breaks, breaks + "health_life_expectancy_years,*,2024,wording,改口径,new definition,文件\n", "unknown_word", "health_life_expectancy_years * 2024 wording"},
		{"breaks.csv", breaks, breaks + "health_life_expectancy_years,450302,2024,method,改方法,new method,\n", "text_missing", "health_life_expectancy_years 450302 2024 method"},
		{"breaks.csv", breaks, breaks + "health_life_expectancy_years,*,24,method,改方法,new method,文件\n", "years", "health_life_expectancy_years * 24 method"},
		{"checks.csv", ",soft,explain,view,skip,2018-01-01,2099-12-31,\nrepeat", ",mild,explain,view,skip,2018-01-01,2099-12-31,\nrepeat", "unknown_word", "jump"},
		{"comparisons.csv", "Births of the year,child_infant", "Births of the year,child_infants", "unknown_code", "births"},
		{"rules.csv", "off_track,预计完成困难,Off track,", "off_track,预计完成困难,Off track,late;", "unknown_code", "off_track"},
		{"rules.csv", "late_submission,逾期未报,Late submission,", "late_submission,逾期未报,Late submission,off_track;", "muting_circle", "late_submission"},
		{"rules.csv", "broken,未保持,Not held", "broken,,Not held", "text_missing", "broken"},
		{"rules.csv", "broken,未保持,Not held", "off_track,未保持,Not held", "threshold_span", "off_track"},
		{"calendar.yaml", "agency: education", "agency: unicef", "unknown_code", "education/school_annual"},
		{women, loneTarget, "", "goal_without_target", "W-2-G02"},
	}
}

func TestEachFaultIsFound(t *testing.T) {
	base := files(t)
	for _, m := range mutations() {
		t.Run(m.rule+" "+m.code, func(t *testing.T) {
			c, err := catalog.Load(with(t, base, m.file, m.before, m.after))
			if err != nil {
				t.Fatal(err)
			}
			findings := c.Check()
			at := slices.IndexFunc(findings, func(f catalog.Finding) bool { return f.Rule == m.rule && f.Code == m.code })
			if at < 0 {
				t.Fatalf("not found among %v", findings)
			}
			f := findings[at]
			if f.File == "" || f.Zh == "" || f.En == "" || strings.Contains(f.Zh+f.En, "%!") {
				t.Errorf("%+v", f)
			}
		})
	}
}

func TestAYearWithoutNoticeIsFound(t *testing.T) {
	base := files(t)
	text := strings.ReplaceAll(string(base["holidays.csv"].Data), "2023-10-0", "2019-10-0")
	base["holidays.csv"].Data = []byte(text)
	c, err := catalog.Load(base)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(c.Check(), func(f catalog.Finding) bool { return f.Rule == "notice_missing" && f.Code == "2023" }) {
		t.Error("2023 has no notice and nobody noticed")
	}
}

func TestRulesAndViewsAreHeldAgainstEachOther(t *testing.T) {
	c := load(t)
	var codes []string
	for _, r := range c.Rules {
		if r.Code != "broken" {
			codes = append(codes, r.Code)
		}
	}
	var got []string
	for _, f := range c.CheckRules(append(codes, "gone")) {
		got = append(got, f.Rule+" "+f.Code)
	}
	if want := []string{"rule_without_view broken", "view_without_rule gone"}; !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
}

func TestAFindingNamesTheLineOfItsEntry(t *testing.T) {
	changed := with(t, files(t), "plans/women.yaml", "value: 12\n", "value: 13\n")
	c, err := catalog.Load(changed)
	if err != nil {
		t.Fatal(err)
	}
	findings := c.Check()
	if len(findings) != 1 {
		t.Fatalf("findings %v", findings)
	}
	before, _, _ := strings.Cut(string(changed["plans/women.yaml"].Data), "code: W-1-G03-e")
	if f, line := findings[0], strings.Count(before, "\n")+1; f.File != "plans/women.yaml" || f.Line != line {
		t.Errorf("%v, want line %d", f, line)
	}
}
