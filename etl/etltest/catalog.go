package etltest

import (
	"slices"
	"strings"

	"bellwether/etl"
)

// Catalog is a catalog made by hand, for tests of rules that need an indicator
// to be just so. Code lists hold the codes that occur in Codes; an empty list
// holds every code.
type Catalog struct {
	Indicators map[string]etl.Indicator
	Codes      map[string][]string          // list -> codes
	Aliases    map[string]map[string]string // list -> word -> code
	Areas      map[string][]string          // area -> its parts
}

// Indicator implements etl.Catalog.
func (c *Catalog) Indicator(code string) (etl.Indicator, bool) {
	indicator, ok := c.Indicators[code]
	return indicator, ok
}

// HasCode implements etl.Catalog.
func (c *Catalog) HasCode(list, code string) bool {
	if list == "INDICATOR" {
		_, ok := c.Indicators[code]
		return ok
	}
	codes := c.Codes[list]
	return len(codes) == 0 && !strings.ContainsAny(code, " ?？") || slices.Contains(codes, code)
}

// ResolveAlias implements etl.Catalog.
func (c *Catalog) ResolveAlias(list, _, text string) (string, bool) {
	code, ok := c.Aliases[list][text]
	return code, ok
}

// Parent implements etl.Catalog.
func (c *Catalog) Parent(area string) string {
	for parent, parts := range c.Areas {
		if slices.Contains(parts, area) {
			return parent
		}
	}
	return ""
}

// Parts implements etl.Catalog.
func (c *Catalog) Parts(area string) []string { return c.Areas[area] }
