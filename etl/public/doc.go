// Package public holds the forms of public publishers. Each reads any file of
// its kind: SDMX from any organisation, the World Bank's indicator downloads, the
// layouts of the WHO Global Health Observatory, the minimum set of gender indicators
// of the United Nations, World Population Prospects, the life tables of the Human
// Mortality Database, Our World in Data, the yearly tables of the National Bureau
// of Statistics of China with years, indicators or areas down, and the tables of its
// yearbooks by area, age, year and item.
//
// A publisher's own indicator codes are not in the catalog, so these forms are
// loaded with the permission to accept new codes; series are then named
// publisher:code, as in worldbank:SH.STA.MMRT.
package public

import "embed"

// Files holds the forms.
//
//go:embed *.yaml
var Files embed.FS
