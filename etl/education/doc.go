// Package education holds the forms of the education bureau.
//
// The yearly return on preschool and compulsory education is a workbook: one row
// for the district and for each street, and over the columns a header of two
// merged rows, the count above and 合计, 女, 男 below. The school year 2024 is the
// one that ends in August 2024.
//
// What else the targets ask of the bureau comes in three lists, two for the school
// year and one for the calendar year, laid out like department/annual; which figures
// they hold is read from the catalog.
package education

import "embed"

// Files holds the forms.
//
//go:embed *.yaml
var Files embed.FS
