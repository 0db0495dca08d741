package catalog

import (
	"cmp"
	"fmt"
)

// Target is one thing the plan asks for that can be looked at year by year,
// with the words that ask for it.
type Target struct {
	Code          string // such as W-1-G03-a; never changes
	PlanCode      string
	DomainCode    string
	ItemCode      string
	Section       string // goal or strategy
	IndicatorCode string
	NameZh        string
	NameEn        string
	Kind          string   // at_least, at_most, about, equals, rise, fall, baseline_relative, relative_to_indicator, per_area_floor, milestone or qualitative
	TrendRule     string   // net, yoy, steady or slope, empty where no trend is asked for
	Mode          string   // maintain or reach
	ValueOrigin   string   // printed, implied or none
	Value         *float64 // number to be met in UnitCode, percent of change for baseline_relative; nil without one
	Tolerance     *float64 // of an about target, in UnitCode; nil takes the share in the thresholds
	UnitCode      string
	Polarity      int8 // 1 higher is better, -1 lower is better, 0 parity or neither
	Sex           string
	AgeGroup      string
	Residence     string
	Category      string
	AreaLevel     string // district, street or facility
	Reference     Reference
	BaselineYear  uint16
	DeadlineYear  uint16
	SentenceZh    string // words of the plan, exactly
	Line          uint32 // line of the plan text that holds them
	Also          []Quote
	Note          string

	at position
}

// Reference is the series a target is held against; all empty when there is none.
type Reference struct {
	IndicatorCode string
	Sex           string
	Category      string
	Measure       string // ratio or difference, value against reference
}

// Quote is a second place of the plan that asks for the same.
type Quote struct {
	ItemCode   string
	SentenceZh string
}

type targetEntry struct {
	Code      string          `yaml:"code"`
	NameZh    string          `yaml:"name_zh"`
	NameEn    string          `yaml:"name_en"`
	Indicator string          `yaml:"indicator"`
	Kind      string          `yaml:"kind"`
	Trend     string          `yaml:"trend"`
	Mode      string          `yaml:"mode"`
	Origin    string          `yaml:"origin"`
	Value     *float64        `yaml:"value"`
	Tolerance *float64        `yaml:"tolerance"`
	Unit      string          `yaml:"unit"`
	Polarity  *int8           `yaml:"polarity"`
	Sex       string          `yaml:"sex"`
	Age       string          `yaml:"age"`
	Residence string          `yaml:"residence"`
	Category  string          `yaml:"category"`
	AreaLevel string          `yaml:"area_level"`
	Reference *referenceEntry `yaml:"reference"`
	Sentence  string          `yaml:"sentence"`
	Also      []quoteEntry    `yaml:"also"`
	Note      string          `yaml:"note"`
}

type referenceEntry struct {
	Indicator string `yaml:"indicator"`
	Sex       string `yaml:"sex"`
	Category  string `yaml:"category"`
	Measure   string `yaml:"measure"`
}

type quoteEntry struct {
	Item     string `yaml:"item"`
	Sentence string `yaml:"sentence"`
}

// target fills in what an entry leaves to the usual reading.
func (e targetEntry) target(plan Plan, item Item, at position) Target {
	t := Target{
		Code: e.Code, PlanCode: plan.Code, DomainCode: item.DomainCode, ItemCode: item.Code,
		Section: item.Section, IndicatorCode: e.Indicator, NameZh: e.NameZh, NameEn: e.NameEn,
		Kind: e.Kind, TrendRule: e.Trend, Mode: cmp.Or(e.Mode, "reach"), ValueOrigin: cmp.Or(e.Origin, "none"),
		Value: e.Value, Tolerance: e.Tolerance, UnitCode: e.Unit, Polarity: usualPolarity(e.Kind),
		Sex: cmp.Or(e.Sex, Total), AgeGroup: cmp.Or(e.Age, Total), Residence: cmp.Or(e.Residence, Total),
		Category: cmp.Or(e.Category, Total), AreaLevel: cmp.Or(e.AreaLevel, "district"),
		BaselineYear: plan.BaselineYear, DeadlineYear: plan.DeadlineYear,
		SentenceZh: e.Sentence, Line: item.Line, Note: e.Note, at: at,
	}
	if e.Polarity != nil {
		t.Polarity = *e.Polarity
	}
	if r := e.Reference; r != nil {
		t.Reference = Reference{r.Indicator, cmp.Or(r.Sex, Total), cmp.Or(r.Category, Total), r.Measure}
	}
	for _, q := range e.Also {
		t.Also = append(t.Also, Quote{q.Item, q.Sentence})
	}
	return t
}

// usualPolarity is what the kind says about the good direction.
func usualPolarity(kind string) int8 {
	switch kind {
	case "at_least", "rise", "per_area_floor", "milestone", "qualitative":
		return 1
	case "at_most", "fall":
		return -1
	}
	return 0
}

// fillTargets gives a target the unit of its indicator where it names none.
func (c *Catalog) fillTargets() {
	for i, t := range c.Targets {
		if indicator, ok := c.Indicator(t.IndicatorCode); ok && t.UnitCode == "" {
			c.Targets[i].UnitCode = indicator.UnitCode
		}
	}
}

// fullNote is the note with the other places of the plan.
func (t Target) fullNote() string {
	note := t.Note
	for _, q := range t.Also {
		if note != "" {
			note += "; "
		}
		note += fmt.Sprintf("also %s 「%s」", q.ItemCode, q.SentenceZh)
	}
	return note
}
