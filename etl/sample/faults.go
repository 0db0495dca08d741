package sample

import (
	"encoding/json"
	"fmt"
	"slices"
)

// Years of the faults.
const (
	slipYear     = 2024
	planYear     = 2021 // the first of the plan
	colourYear   = 2022 // the first in which a target of the plan has a colour
	revisionYear = 2024
)

// plantExcess makes more women tested for hepatitis B than gave birth.
func (r *healthReturn) plantExcess(file string) Fault {
	row := &r.rows[r.hepatitisB]
	row.numerator = row.denominator + 27
	alert := Alert{Rule: "validation", Breakdown: fmt.Sprintf("form=health/mch_annual;source=health;year=%d", LastYear)}
	return Fault{
		Code: "numerator_over_denominator", File: file, Indicator: "maternal_hepatitis_b_test_percent",
		Cell: healthCell("E", r.hepatitisB), Reason: "numerator_exceeds_denominator",
		Alerts: []Alert{alert}, Labels: labelsOf(alert, LastYear),
		Muted:  []Alert{{Rule: "missing_cell", Breakdown: fmt.Sprintf("form=health/mch_annual;year=%d", LastYear)}},
		TextZh: "孕产妇乙肝检测率的分子大于分母，该数被退回（规则3）：校验未通过；由此而来的缺项不再提示",
		TextEn: "more women tested for hepatitis B than gave birth: the figure is refused by rule 3 and waits for correction; that it is missing follows and is muted",
	}
}

// plantRevision counts women of one clinic that were left out of breast
// screening.
func (r *healthReturn) plantRevision(file string) Fault {
	r.rows[r.breast].numerator += 128
	return Fault{
		Code: "revision", File: file, Indicator: "health_breast_screening_percent",
		Cell:   healthCell("E", r.breast),
		TextZh: fmt.Sprintf("%d年妇幼健康年报第二次报送，只改了一格：恰好产生1个新版本，两个版本都可追溯", revisionYear),
		TextEn: fmt.Sprintf("the health return of %d comes again with one cell changed: exactly one new version, and trace shows both", revisionYear),
	}
}

// plantSlip prints a rate in permille where the unit says percent.
func (r *welfareReturn) plantSlip(file string) Fault {
	item := &r.Data[r.leaders]
	item.Value = json.Number(count{*item.Part, *item.Whole}.rate(1000, 1))
	alert := Alert{Rule: "validation", Breakdown: fmt.Sprintf("form=civil_affairs/welfare_annual;source=civil_affairs;year=%d", slipYear)}
	return Fault{
		Code: "unit_slip", File: file, Indicator: "participation_social_organisation_female_percent",
		Cell: welfareCell(r.leaders), Reason: "rate_disagrees",
		Alerts: []Alert{alert}, Labels: labelsOf(alert, slipYear),
		Muted:  []Alert{{Rule: "missing_cell", Breakdown: fmt.Sprintf("form=civil_affairs/welfare_annual;year=%d", slipYear)}},
		TextZh: "社会组织负责人中女性比例按千分比填报，单位却写%，是应有值的10倍，该数被退回（规则5）：校验未通过；由此而来的缺项不再提示",
		TextEn: "a share is given in permille under the unit percent, ten times too large: the figure is refused by rule 5 and waits for correction; that it is missing follows and is muted",
	}
}

// standing lists the faults that lie in the figures of the district itself. A
// target has no colour in the first year of the plan, so labels of what lasts
// begin with the second.
func standing() []Fault {
	late := Alert{Rule: "late_submission", Breakdown: fmt.Sprintf("form=civil_affairs/welfare_annual;year=%d", LastYear)}
	split := Alert{Rule: "missing_breakdown", Indicator: "education_disabled_enrolment_percent", Breakdown: "sex"}
	swings := Alert{Rule: "volatile", Indicator: "child_fitness_good_percent"}
	slipping := Alert{Rule: "off_track", Target: "W-1-G03-g", Indicator: "health_cervical_screening_percent"}
	broken := Alert{Rule: "broken", Target: "C-1-S07-a", Indicator: "child_under3_management_percent"}
	health, education := fileName("health", LastYear), fileName("education", LastYear)
	return []Fault{
		{
			Code: "late_agency", File: fileName("civil_affairs", LastYear),
			Alerts: []Alert{late}, Labels: labelsOf(late, LastYear),
			TextZh: fmt.Sprintf("区民政局没有报送%d年的年报：逾期未报", LastYear),
			TextEn: fmt.Sprintf("civil affairs did not send its return for %d: late", LastYear),
		},
		{
			Code: "missing_sex_split", File: education, Indicator: split.Indicator,
			Alerts: []Alert{split}, Labels: labelsOf(split, LastYear),
			TextZh: "残疾儿童义务教育入学率只有合计，没有分性别：缺分组数据",
			TextEn: "the enrolment of disabled children comes without its split by sex",
		},
		{
			Code: "slipping", File: health, Indicator: slipping.Indicator,
			Alerts: []Alert{slipping}, Labels: labelsOf(slipping, withEvents(colourYear, everyYear())...),
			Muted:  []Alert{{Rule: "reversal", Target: "W-1-G03-g", Indicator: slipping.Indicator}},
			TextZh: "宫颈癌筛查率逐年下降，目标是70%：预计完成困难；连续两年显著下降由此而来，不再提示",
			TextEn: "cervical screening falls year by year where 70 percent is the target: off track; that it fell two years running by more than chance follows and is muted",
		},
		{
			Code: "broken", File: health, Indicator: broken.Indicator,
			Alerts: []Alert{broken}, Labels: labelsOf(broken, LastYear),
			TextZh: fmt.Sprintf("3岁以下儿童系统管理率应保持在90%%以上，%d年低于90%%：未保持", LastYear),
			TextEn: fmt.Sprintf("the management of children under 3 has to hold 90 percent and does not in %d: broken", LastYear),
		},
		rareEvents(health),
		{
			Code: "volatile", File: education, Indicator: "child_fitness_good_percent",
			Alerts: []Alert{swings}, Labels: labelsOf(swings, withEvents(colourYear, everyYear())...),
			TextZh: "学生体质健康优良率每年上下十几个百分点，虽已达标：波动较大",
			TextEn: "the share of fit students swings by more than ten points a year, though it meets its target: volatile",
		},
	}
}

// rareEvents are the deaths: the maternal one of the last year opens alerts, and
// each one before was an event as well.
func rareEvents(file string) Fault {
	death := Alert{Rule: "rare_event", Indicator: "maternal_mortality_per_100000", Breakdown: fmt.Sprintf("year=%d", LastYear)}
	missed := Alert{Rule: "at_risk", Target: "W-1-G03-e", Indicator: "maternal_mortality_per_100000"}
	newborn := Alert{Rule: "rare_event", Indicator: "child_neonatal_mortality_per_1000"}
	newbornGirls, newbornBoys := neonatalDeaths()
	return Fault{
		Code: "rare_event", File: file, Indicator: death.Indicator,
		Alerts: []Alert{death, missed},
		Labels: slices.Concat(
			labelsOf(death, withEvents(planYear, maternalDeaths())...),
			labelsOf(missed, withEvents(colourYear, maternalDeaths())...),
			labelsOf(newborn, withEvents(planYear, newbornGirls, newbornBoys)...),
		),
		TextZh: fmt.Sprintf("%d年发生1例孕产妇死亡：罕见事件；孕产妇死亡率因此高于12/10万的目标：需加快", LastYear),
		TextEn: fmt.Sprintf("one maternal death in %d: a rare event, and by that death the ratio misses its target of 12 and is at risk", LastYear),
	}
}

// withEvents are the years from a first one on in which something was counted.
func withEvents(first int, counts ...yearly) []int {
	var years []int
	for year := first; year <= LastYear; year++ {
		if slices.ContainsFunc(counts, func(c yearly) bool { return c[year-FirstYear] > 0 }) {
			years = append(years, year)
		}
	}
	return years
}

// everyYear is what goes on all the time.
func everyYear() yearly { return yearly{1, 1, 1, 1, 1, 1, 1, 1} }
