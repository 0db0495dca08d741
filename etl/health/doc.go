// Package health holds the forms of the health bureau.
//
// The maternal and child health return comes as CSV in GB18030, the way the
// bureau's system exports it: a title, the reporting unit and the statistical
// year, then one line for each indicator, area, sex and residence with numerator,
// denominator and rate. The statistical year begins in October.
//
// What else the targets ask of the bureau comes in three lists, one for its own
// statistical year and two for the calendar year, laid out like department/annual;
// which figures they hold is read from the catalog.
package health

import "embed"

// Files holds the forms.
//
//go:embed *.yaml
var Files embed.FS
