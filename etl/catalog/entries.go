package catalog

import (
	"fmt"
	"io/fs"
	"time"
)

// Total is the code of a whole: both sexes, all ages, urban and rural, no
// further breakdown.
const Total = "_T"

// OpenAge is the upper bound of an age group without one.
const OpenAge = 65535

// Agency answers for figures, or publishes a public series.
type Agency struct {
	Code        string // equals the source code of its figures
	NameZh      string
	NameEn      string
	Kind        string // agency or publisher
	Licence     string
	Attribution string // line that the licence asks to show

	at position
}

// Area is a place that figures are for.
type Area struct {
	Code        string // GB/T 2260, ISO 3166-1 alpha-3 for countries
	ParentCode  string // empty at the top
	Level       string // world, country, province, prefecture, district or street
	NameZh      string
	NameEn      string
	IsMonitored bool // the plan's district and its streets

	at position
}

// AreaClass says whether an area was urban or rural in a span of years.
type AreaClass struct {
	AreaCode      string
	ValidFromYear uint16
	ValidToYear   uint16 // 9999 while it holds
	Residence     string // U, R or _T for mixed
	Source        string

	at position
}

// AgeGroup is a span of ages in completed months.
type AgeGroup struct {
	Code        string
	NameZh      string
	NameEn      string
	LowerMonths uint16 // inclusive
	UpperMonths uint16 // exclusive; OpenAge when there is none

	at position
}

// Code is an entry of a small code list.
type Code struct {
	List      string
	Code      string
	NameZh    string
	NameEn    string
	SortOrder uint16

	at position
}

// Alias is a word or code of a publisher that stands for one of ours.
type Alias struct {
	List      string
	Publisher string // * for everybody
	Alias     string
	Code      string

	at position
}

// Threshold is a number that a rule holds, with the days it is valid on.
type Threshold struct {
	Code      string
	Value     float64
	UnitCode  string // empty for a pure number
	ValidFrom time.Time
	ValidTo   time.Time
	DecidedBy string // empty while it is a proposal
	Note      string

	at position
}

type agencyEntry struct {
	Code        string `yaml:"code"`
	NameZh      string `yaml:"name_zh"`
	NameEn      string `yaml:"name_en"`
	Kind        string `yaml:"kind"`
	Licence     string `yaml:"licence"`
	Attribution string `yaml:"attribution"`
}

func (c *Catalog) loadAgencies(fsys fs.FS) error {
	var entries []agencyEntry
	where, err := readYAML(fsys, agencyFile, &entries)
	if err != nil {
		return err
	}
	for _, e := range entries {
		c.Agencies = append(c.Agencies, Agency{e.Code, e.NameZh, e.NameEn, e.Kind, e.Licence, e.Attribution, where[e.Code]})
	}
	return nil
}

func readArea(r *row) Area {
	monitored := r.number("is_monitored", 1)
	return Area{r.text("area_code"), r.text("parent_code"), r.text("level"), r.text("name_zh"), r.text("name_en"), monitored == 1, r.position()}
}

func readAreaClass(r *row) AreaClass {
	return AreaClass{
		r.text("area_code"), uint16(r.number("valid_from_year", 16)), uint16(r.number("valid_to_year", 16)),
		r.text("residence"), r.text("source"), r.position(),
	}
}

func readAgeGroup(r *row) AgeGroup {
	return AgeGroup{
		r.text("age_group_code"), r.text("name_zh"), r.text("name_en"),
		uint16(r.number("lower_months", 16)), uint16(r.number("upper_months", 16)), r.position(),
	}
}

func readCode(r *row) Code {
	return Code{r.text("list_code"), r.text("code"), r.text("name_zh"), r.text("name_en"), uint16(r.number("sort_order", 16)), r.position()}
}

func readAlias(r *row) Alias {
	return Alias{r.text("list_code"), r.text("publisher_code"), r.text("alias"), r.text("code"), r.position()}
}

func readThreshold(r *row) Threshold {
	return Threshold{
		r.text("threshold_code"), r.float("value"), r.text("unit_code"),
		r.date("valid_from"), r.date("valid_to"), r.text("decided_by"), r.text("note"), r.position(),
	}
}

// threshold gives the value that holds on a day.
func (c *Catalog) threshold(code string, day time.Time) (float64, error) {
	for _, t := range c.Thresholds {
		if t.Code == code && !day.Before(t.ValidFrom) && !day.After(t.ValidTo) {
			return t.Value, nil
		}
	}
	return 0, fmt.Errorf("threshold %s has no value on %s", code, day.Format(time.DateOnly))
}
