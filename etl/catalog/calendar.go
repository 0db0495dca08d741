package catalog

import (
	"fmt"
	"strings"
	"time"
)

// Submission is a form that an agency owes for a statistical year.
type Submission struct {
	FormCode   string
	AgencyCode string
	PeriodYear uint16
	DueDate    time.Time // a working day
	LateDate   time.Time // first day it counts as late
}

type calendarEntry struct {
	FirstYear uint16      `yaml:"first_year"`
	LastYear  uint16      `yaml:"last_year"`
	Rules     []ruleEntry `yaml:"rules"`
}

type ruleEntry struct {
	Form             string   `yaml:"form"` // {agency} stands for the code of each of the agencies
	Agency           string   `yaml:"agency"`
	Agencies         []string `yaml:"agencies"`   // instead of agency
	FirstYear        uint16   `yaml:"first_year"` // the first it is owed for, that of the calendar when not given
	Due              string   `yaml:"due"`        // month and day of the year after
	GraceWorkingDays *int     `yaml:"grace_working_days"`
}

// graceThreshold is the grace of a rule that gives none of its own.
const graceThreshold = "late_grace_working_days"

// expand writes the rules out, year by year.
func (e calendarEntry) expand(w workdays, threshold func(string, time.Time) (float64, error)) ([]Submission, error) {
	var all []Submission
	for _, rule := range e.Rules {
		for year := max(e.FirstYear, rule.FirstYear); year <= e.LastYear; year++ {
			printed, err := time.Parse(time.DateOnly, fmt.Sprintf("%d-%s", year+1, rule.Due))
			if err != nil {
				return nil, fmt.Errorf("%s: due: %w", rule.Form, err)
			}
			grace, err := rule.grace(printed, threshold)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", rule.Form, err)
			}
			due := w.onOrAfter(printed)
			late := w.after(due, grace).AddDate(0, 0, 1)
			for _, agency := range rule.owners() {
				form := strings.ReplaceAll(rule.Form, "{agency}", agency)
				all = append(all, Submission{form, agency, year, due, late})
			}
		}
	}
	return all, nil
}

// owners are the agencies that owe the form.
func (r ruleEntry) owners() []string {
	if len(r.Agencies) > 0 {
		return r.Agencies
	}
	return []string{r.Agency}
}

// grace is that of the rule, or the threshold on the day it is due.
func (r ruleEntry) grace(day time.Time, threshold func(string, time.Time) (float64, error)) (int, error) {
	if r.GraceWorkingDays == nil {
		days, err := threshold(graceThreshold, day)
		return int(days), err
	}
	if *r.GraceWorkingDays < 0 {
		return 0, fmt.Errorf("grace_working_days cannot be %d", *r.GraceWorkingDays)
	}
	return *r.GraceWorkingDays, nil
}
