// Package department holds the form of every agency that has none of its own.
//
// It is a list: one line for each figure, with numerator, denominator and value
// where there are such, the status of a figure that is no plain one, and the words
// of the agency about it. There are as many of these forms as there are agencies
// that answer for something no other form brings, department/justice_annual and so
// on; which figures those are is read from the catalog. Forms of the sectors that
// are laid out the same way say that they are like department/annual.
package department

import "embed"

// Files holds the forms.
//
//go:embed *.yaml
var Files embed.FS
