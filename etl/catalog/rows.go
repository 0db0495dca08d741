package catalog

import "time"

// FormFacts is what forms know and the catalog does not. Whoever holds both passes
// it to Records and Hash.
type FormFacts struct {
	Expected []ExpectedCell
	Sums     []SumPart
}

// SumPart is an indicator that is a part of another one by what a form says.
type SumPart struct {
	FormCode  string
	Number    uint8 // of the sum within the form, from 1
	WholeCode string
	PartCode  string
	Kind      string // sum: the parts make the whole; subset: each part is at most the whole
}

// ExpectedCell is a figure that a form must bring.
type ExpectedCell struct {
	FormCode      string
	IndicatorCode string
	Sex           string
	AgeGroup      string
	Residence     string
	Category      string
	AreaLevel     string // district or street
}

// String names the figure: its indicator, then the codes that are no total.
func (e ExpectedCell) String() string {
	text := e.IndicatorCode
	for _, code := range []string{e.Sex, e.AgeGroup, e.Residence, e.Category} {
		if code != Total {
			text += " " + code
		}
	}
	if e.AreaLevel != "district" {
		text += " " + e.AreaLevel
	}
	return text
}

// rows gives the values of each table in the order of columnsOf.
func (c *Catalog) rows(facts FormFacts) map[string][][]any {
	return map[string][][]any{
		"dim_plan": each(c.Plans, func(p Plan) []any {
			return []any{p.Code, p.NameZh, p.NameEn, p.AreaCode, p.DocumentCode, p.IssuedOn, p.BaselineYear, p.StartYear, p.MidtermYear, p.DeadlineYear}
		}),
		"dim_domain": each(c.Domains, func(d Domain) []any {
			return []any{d.Code, d.PlanCode, d.Number, d.NameZh, d.NameEn}
		}),
		"dim_plan_item": each(c.Items, func(i Item) []any {
			return []any{i.Code, i.DomainCode, i.Section, i.Number, i.TextZh, i.Line}
		}),
		"dim_agency": each(c.Agencies, func(a Agency) []any {
			return []any{a.Code, a.NameZh, a.NameEn, a.Kind, a.Licence, a.Attribution}
		}),
		"dim_indicator": each(c.Indicators, Indicator.row),
		"dim_target":    each(c.Targets, Target.row),
		"dim_area": each(c.Areas, func(a Area) []any {
			return []any{a.Code, a.ParentCode, a.Level, a.NameZh, a.NameEn, flag(a.IsMonitored)}
		}),
		"dim_area_class": each(c.AreaClasses, func(a AreaClass) []any {
			return []any{a.AreaCode, a.ValidFromYear, a.ValidToYear, a.Residence, a.Source}
		}),
		"dim_age_group": each(c.AgeGroups, func(a AgeGroup) []any {
			return []any{a.Code, a.NameZh, a.NameEn, a.LowerMonths, a.UpperMonths}
		}),
		"dim_code": each(c.Codes, func(x Code) []any {
			return []any{x.List, x.Code, x.NameZh, x.NameEn, x.SortOrder}
		}),
		"dim_alias": each(c.Aliases, func(a Alias) []any {
			return []any{a.List, a.Publisher, a.Alias, a.Code}
		}),
		"dim_threshold": each(c.Thresholds, func(t Threshold) []any {
			return []any{t.Code, t.Value, t.UnitCode, t.ValidFrom, t.ValidTo, t.DecidedBy, t.Note}
		}),
		"dim_submission": each(c.Submissions, func(s Submission) []any {
			return []any{s.FormCode, s.AgencyCode, s.PeriodYear, s.DueDate, s.LateDate}
		}),
		"dim_expected_cell": each(facts.Expected, func(e ExpectedCell) []any {
			return []any{e.FormCode, e.IndicatorCode, e.Sex, e.AgeGroup, e.Residence, e.Category, e.AreaLevel}
		}),
		"dim_sum": each(facts.Sums, func(s SumPart) []any {
			return []any{s.FormCode, s.Number, s.WholeCode, s.PartCode, s.Kind}
		}),
		"dim_holiday": each(c.Holidays, func(h Holiday) []any {
			return []any{h.Day, h.Kind, h.NameZh, h.Source}
		}),
		"dim_break": each(c.Breaks, func(b Break) []any {
			return []any{b.IndicatorCode, b.AreaCode, b.Year, b.Kind, b.TextZh, b.TextEn, b.Source}
		}),
		"dim_rule": each(c.Rules, func(r Rule) []any {
			return []any{r.Code, r.NameZh, r.NameEn, r.MutedBy, r.BudgetCount, r.Owner, flag(r.IsEnabled), r.ValidFrom, r.ValidTo}
		}),
		"dim_check": each(c.Checks, func(x Check) []any {
			return []any{x.Code, x.RuleNumber, x.Version, x.NameZh, x.NameEn, x.Class, x.Answer, x.Place, x.Missing, x.ValidFrom, x.ValidTo, x.Note}
		}),
		"dim_comparison": each(c.Comparisons, func(x Comparison) []any {
			return []any{x.Code, x.NameZh, x.NameEn, x.IndicatorCode, x.Operand, x.Factor, x.TolerancePercent, x.Note}
		}),
	}
}

func (i Indicator) row() []any {
	return []any{
		i.Code, i.NameZh, i.NameEn, i.DefinitionZh, i.NumeratorZh, i.DenominatorZh, i.UnitCode,
		i.Multiplier, i.Measure, i.Polarity, i.ValidMin, i.ValidMax, i.Decimals,
		i.AgencyCode, i.DenominatorAgencyCode, i.DataKind, i.StatisticalYear,
		flag(i.RequiresSex), flag(i.RequiresResidence), flag(i.RequiresArea), i.RequiredAgeGroups,
		flag(i.IsRareEvent), flag(i.IsSmallNumber), flag(i.IsReportingSensitive), i.Topic, i.fullNote(),
	}
}

func (t Target) row() []any {
	return []any{
		t.Code, t.PlanCode, t.DomainCode, t.ItemCode, t.Section, t.IndicatorCode, t.NameZh, t.NameEn,
		t.Kind, t.TrendRule, t.Mode, t.ValueOrigin, t.Value, t.Tolerance,
		t.UnitCode, t.Polarity, t.Sex, t.AgeGroup, t.Residence, t.Category, t.AreaLevel,
		t.Reference.IndicatorCode, t.Reference.Sex, t.Reference.Category, t.Reference.Measure,
		t.BaselineYear, t.DeadlineYear, t.SentenceZh, t.Line, t.fullNote(),
	}
}

func each[T any](entries []T, row func(T) []any) [][]any {
	rows := make([][]any, len(entries))
	for i, e := range entries {
		rows[i] = row(e)
	}
	return rows
}

func flag(set bool) uint8 {
	if set {
		return 1
	}
	return 0
}

// daysSince1970 counts as Date32 does.
func daysSince1970(day time.Time) int32 { return int32(day.Unix() / 86400) }
