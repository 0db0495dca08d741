package catalog

import (
	"errors"
	"fmt"
	"io/fs"
	"time"
)

// Plan is a development plan with its years.
type Plan struct {
	Code         string // women or children
	NameZh       string
	NameEn       string
	AreaCode     string // area the plan is for
	DocumentCode string // number of the document that issued it
	IssuedOn     time.Time
	BaselineYear uint16 // year that progress is counted from
	StartYear    uint16
	MidtermYear  uint16
	DeadlineYear uint16
	Counts       Counts // entries it states to have

	at position
}

// Counts are the entries of a plan by their kind.
type Counts struct {
	Domains    int `yaml:"domains"`
	Goals      int `yaml:"goals"`
	Strategies int `yaml:"strategies"`
	Targets    int `yaml:"targets"`
}

// Domain is a field of a plan.
type Domain struct {
	Code     string // plan letter and number, such as W-1
	PlanCode string
	Number   uint8
	NameZh   string
	NameEn   string

	at position
}

// Item is a goal (主要目标) or a strategy (策略措施) in the words of the plan.
type Item struct {
	Code       string // such as W-1-G03 or W-1-S04
	DomainCode string
	Section    string // goal or strategy
	Number     uint8
	TextZh     string // as printed, without its number; empty when the line holds no item
	Line       uint32 // line of the plan text, from 1

	at position
}

type planEntry struct {
	Code         string        `yaml:"code"`
	NameZh       string        `yaml:"name_zh"`
	NameEn       string        `yaml:"name_en"`
	Area         string        `yaml:"area"`
	Document     string        `yaml:"document"`
	IssuedOn     string        `yaml:"issued_on"`
	BaselineYear uint16        `yaml:"baseline_year"`
	StartYear    uint16        `yaml:"start_year"`
	MidtermYear  uint16        `yaml:"midterm_year"`
	DeadlineYear uint16        `yaml:"deadline_year"`
	Counts       Counts        `yaml:"counts"`
	Domains      []domainEntry `yaml:"domains"`
}

type domainEntry struct {
	Code       string      `yaml:"code"`
	NameZh     string      `yaml:"name_zh"`
	NameEn     string      `yaml:"name_en"`
	Goals      []itemEntry `yaml:"goals"`
	Strategies []itemEntry `yaml:"strategies"`
}

type itemEntry struct {
	Number  uint8         `yaml:"number"`
	Line    uint32        `yaml:"line"`
	Targets []targetEntry `yaml:"targets"`
}

func (c *Catalog) loadPlans(fsys fs.FS) error {
	names, err := glob(fsys, planFiles)
	if err != nil {
		return err
	}
	var faults []error
	for _, name := range names {
		var entry planEntry
		where, err := readYAML(fsys, name, &entry)
		if err == nil {
			err = c.addPlan(entry, where)
		}
		if err != nil {
			faults = append(faults, err)
		}
	}
	return errors.Join(faults...)
}

func (c *Catalog) addPlan(e planEntry, where map[string]position) error {
	issued, err := time.Parse(time.DateOnly, e.IssuedOn)
	if err != nil {
		return fmt.Errorf("read plan %s: issued_on: %w", e.Code, err)
	}
	plan := Plan{
		Code: e.Code, NameZh: e.NameZh, NameEn: e.NameEn, AreaCode: e.Area,
		DocumentCode: e.Document, IssuedOn: issued, BaselineYear: e.BaselineYear,
		StartYear: e.StartYear, MidtermYear: e.MidtermYear, DeadlineYear: e.DeadlineYear,
		Counts: e.Counts, at: where[e.Code],
	}
	c.Plans = append(c.Plans, plan)
	for i, d := range e.Domains {
		domain := Domain{
			Code: d.Code, PlanCode: e.Code, Number: uint8(i + 1),
			NameZh: d.NameZh, NameEn: d.NameEn, at: where[d.Code],
		}
		c.Domains = append(c.Domains, domain)
		c.addItems(plan, domain, "goal", "G", d.Goals, where)
		c.addItems(plan, domain, "strategy", "S", d.Strategies, where)
	}
	return nil
}

func (c *Catalog) addItems(plan Plan, domain Domain, section, letter string, entries []itemEntry, where map[string]position) {
	for _, e := range entries {
		item := Item{
			Code:       fmt.Sprintf("%s-%s%02d", domain.Code, letter, e.Number),
			DomainCode: domain.Code, Section: section, Number: e.Number, Line: e.Line,
			at: where[fmt.Sprintf("line %d", e.Line)],
		}
		_, item.TextZh, _ = c.text.item(e.Line)
		c.Items = append(c.Items, item)
		for _, t := range e.Targets {
			c.Targets = append(c.Targets, t.target(plan, item, where[t.Code]))
		}
	}
}
