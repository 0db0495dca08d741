// Package civilaffairs holds the forms of the civil affairs bureau.
//
// The yearly return on welfare and grassroots participation is fetched as JSON
// over HTTP: the year and the reporting unit, then an array of items.
//
// What else the targets ask of the bureau comes in a second return of the same
// layout, whose figures are read from the catalog.
package civilaffairs

import "embed"

// Files holds the forms.
//
//go:embed *.yaml
var Files embed.FS
