package catalog

import "slices"

// RuleTargetWithoutForm is the rule of findings about targets that no form
// brings figures for.
const RuleTargetWithoutForm = "target_without_form"

// Need is a figure that somebody has to bring, each year and for each monitored
// area of its level, so that the targets can be judged.
type Need struct {
	AgencyCode      string // answers for the figure
	StatisticalYear string // calendar, health or school
	Topic           string // of the indicator
	IndicatorCode   string
	Sex             string
	AgeGroup        string
	Residence       string
	Category        string
	AreaLevel       string   // district or street
	TargetCodes     []string // that cannot be judged without it; empty for figures that only speak for others
}

// Needs lists what the catalog asks of its agencies, in the order of the
// indicators: of each its total and required parts, and the very part that a
// target, or the series it is held against, speaks of. A figure is there once,
// whoever needs it.
func (c *Catalog) Needs() []Need {
	targets := map[string][]Target{}
	for _, t := range c.Targets {
		targets[t.IndicatorCode] = append(targets[t.IndicatorCode], t)
		if r := t.Reference; r.IndicatorCode != "" {
			t.Sex, t.Category = r.Sex, r.Category
			targets[r.IndicatorCode] = append(targets[r.IndicatorCode], t)
		}
	}
	var all []Need
	for _, i := range c.Indicators {
		all = append(all, i.needs(targets[i.Code])...)
	}
	return all
}

// needs lists the figures of one indicator.
func (i Indicator) needs(targets []Target) []Need {
	var list needList
	whole := Need{AgencyCode: i.AgencyCode, StatisticalYear: i.StatisticalYear, Topic: i.Topic, IndicatorCode: i.Code,
		Sex: Total, AgeGroup: Total, Residence: Total, Category: Total, AreaLevel: "district"}
	for _, part := range i.parts(whole) {
		for _, t := range targets {
			list.add(part, t.Code)
		}
		list.add(part, "")
	}
	for _, t := range targets {
		part := whole
		part.Sex, part.AgeGroup, part.Residence, part.Category = t.Sex, t.AgeGroup, t.Residence, t.Category
		list.add(part, t.Code)
	}
	return list
}

// parts are the total of an indicator and the parts that it requires.
func (i Indicator) parts(whole Need) []Need {
	parts := []Need{whole}
	add := func(change func(*Need)) {
		part := whole
		change(&part)
		parts = append(parts, part)
	}
	if i.RequiresSex {
		add(func(n *Need) { n.Sex = "F" })
		add(func(n *Need) { n.Sex = "M" })
	}
	if i.RequiresResidence {
		add(func(n *Need) { n.Residence = "U" })
		add(func(n *Need) { n.Residence = "R" })
	}
	for _, age := range i.RequiredAgeGroups {
		add(func(n *Need) { n.AgeGroup = age })
	}
	if i.RequiresArea {
		add(func(n *Need) { n.AreaLevel = "street" })
	}
	return parts
}

// needList holds each figure once.
type needList []Need

// add notes that a target needs a figure; no target is nobody in particular.
func (l *needList) add(n Need, target string) {
	at := slices.IndexFunc(*l, func(known Need) bool { return known.Cell() == n.Cell() })
	if at < 0 {
		n.TargetCodes = nil
		*l = append(*l, n)
		at = len(*l) - 1
	}
	if codes := &(*l)[at].TargetCodes; target != "" && !slices.Contains(*codes, target) {
		*codes = append(*codes, target)
	}
}

// Cell is the figure without those who ask for it, as a form promises it.
func (n Need) Cell() ExpectedCell {
	return ExpectedCell{"", n.IndicatorCode, n.Sex, n.AgeGroup, n.Residence, n.Category, n.AreaLevel}
}

// Duty is a form with the agency that owes it and the figures it brings.
type Duty struct {
	FormCode   string
	AgencyCode string
	Cells      []ExpectedCell
}

// CheckForms holds the catalog against the forms that agencies owe. A target
// whose figures no form of the agency in charge brings cannot be judged; a form
// without a due date is never asked for, and a due date without its form is never
// kept.
func (c *Catalog) CheckForms(duties []Duty) []Finding {
	k := &checker{Catalog: c, wordings: wordings()}
	k.checkTargetsHaveForms(duties)
	k.checkFormsAreDue(duties)
	sortFindings(k.findings)
	return k.findings
}

func (k *checker) checkTargetsHaveForms(duties []Duty) {
	type promise struct {
		agency string
		cell   ExpectedCell
	}
	kept := map[promise]bool{}
	for _, d := range duties {
		for _, cell := range d.Cells {
			cell.FormCode = ""
			kept[promise{d.AgencyCode, cell}] = true
		}
	}
	missing := map[string]Need{}
	for _, n := range k.Needs() {
		for _, target := range n.TargetCodes {
			if _, ok := missing[target]; !ok && !kept[promise{n.AgencyCode, n.Cell()}] {
				missing[target] = n
			}
		}
	}
	for _, t := range k.Targets {
		if n, ok := missing[t.Code]; ok {
			k.report(t.at, RuleTargetWithoutForm, t.Code, n.AgencyCode, n.Cell().String())
		}
	}
}

func (k *checker) checkFormsAreDue(duties []Duty) {
	at, agencies := position{file: calendarFile}, map[string]string{}
	for _, d := range duties {
		agencies[d.FormCode] = d.AgencyCode
	}
	isDue := map[string]bool{}
	for _, s := range k.Submissions {
		if agency, ok := agencies[s.FormCode]; !isDue[s.FormCode] && (!ok || agency != s.AgencyCode) {
			k.report(at, "unknown_code", s.FormCode, "form of "+s.AgencyCode, s.FormCode)
		}
		isDue[s.FormCode] = true
	}
	for _, d := range duties {
		if !isDue[d.FormCode] {
			k.report(at, "form_without_due_date", d.FormCode)
		}
	}
}
