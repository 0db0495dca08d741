package sample

import "time"

// First and last statistical year of the simulated returns.
const (
	FirstYear = 2018
	LastYear  = 2025
)

// Manifest lists what was written, and what a correct load and evaluation have
// to find in it.
type Manifest struct {
	Payloads []Payload // in the order in which they arrive
	Faults   []Fault
	OnDate   time.Time // day the demonstration is evaluated for, at midnight UTC
}

// Payload is one file, and how it is to be loaded.
type Payload struct {
	File        string    // path below the directory, with slashes
	Form        string    // code of the form that reads it
	Agency      string    // code of the agency or publisher
	Year        int       // statistical year, 0 for a public series of many years
	Received    time.Time // day it was handed in, at midnight UTC; zero for a public series
	Submitter   string    // who hands it in
	AcceptNew   bool      // its codes are not in the catalog and load as publisher:code
	IsSimulated bool
	Licence     string // of a public series
	Attribution string // how its publisher wants to be named
}

// Fault is something that was put into the files on purpose.
type Fault struct {
	Code      string  // what kind of fault it is
	File      string  // payload that holds it; the one that is missing for late_agency
	Indicator string  // indicator concerned, empty when a whole return is
	Cell      string  // address of the cell that is wrong, empty when no single one is
	Reason    string  // reason of the reject it leads to, empty when it loads
	Alerts    []Alert // alerts it opens
	Labels    []Label // what the rules should have said about it, year by year
	Muted     []Alert // alerts that follow from those and are muted
	TextZh    string  // what was done and what comes of it
	TextEn    string
}

// Alert names an alert the way mart_alert does.
type Alert struct {
	Rule, Target, Indicator, Breakdown string
}

// Label is an event that a rule should fire for, as backtest reads it.
type Label struct {
	Rule, Target, Indicator, Area string
	Year                          int
}

// labelsOf are an alert in each of the years.
func labelsOf(a Alert, years ...int) []Label {
	var labels []Label
	for _, year := range years {
		labels = append(labels, Label{a.Rule, a.Target, a.Indicator, districtCode, year})
	}
	return labels
}

// Labels lists what should have fired in which year, in the order of the faults.
func (m Manifest) Labels() []Label {
	var labels []Label
	for _, fault := range m.Faults {
		labels = append(labels, fault.Labels...)
	}
	return labels
}

// Alerts lists the alerts that have to be open after the evaluation, all of
// them, in the order of the faults.
func (m Manifest) Alerts() []Alert {
	var alerts []Alert
	for _, fault := range m.Faults {
		alerts = append(alerts, fault.Alerts...)
	}
	return alerts
}

// Muted lists the alerts that have to be muted after the evaluation, all of
// them.
func (m Manifest) Muted() []Alert {
	var alerts []Alert
	for _, fault := range m.Faults {
		alerts = append(alerts, fault.Muted...)
	}
	return alerts
}
