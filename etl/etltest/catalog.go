package etltest

import (
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"bellwether/etl"
	"bellwether/etl/catalog"
)

// Catalog is a catalog made by hand, for tests of rules that need an indicator
// to be just so. Code lists hold the codes that occur in Codes; a list without
// any holds every text that has no blank.
type Catalog struct {
	Indicators map[string]catalog.Indicator
	Units      map[string]catalog.Unit
	Codes      map[string][]string          // list -> codes
	Aliases    map[string]map[string]string // list -> word -> code
	Areas      map[string][]string          // area -> its parts
}

var _ etl.Catalog = (*Catalog)(nil)

// Indicator implements etl.Catalog.
func (c *Catalog) Indicator(code string) (catalog.Indicator, bool) {
	indicator, ok := c.Indicators[code]
	return indicator, ok
}

// Unit implements etl.Catalog.
func (c *Catalog) Unit(code string) (catalog.Unit, bool) {
	unit, ok := c.Units[code]
	return unit, ok
}

// Area implements etl.Catalog.
func (c *Catalog) Area(code string) (catalog.Area, bool) {
	for parent, parts := range c.Areas {
		if slices.Contains(parts, code) {
			return catalog.Area{Code: code, ParentCode: parent}, true
		}
	}
	return catalog.Area{Code: code}, true
}

// Parts implements etl.Catalog.
func (c *Catalog) Parts(area string) []string { return c.Areas[area] }

// HasCode implements etl.Catalog.
func (c *Catalog) HasCode(list, code string) bool {
	if list == "INDICATOR" {
		_, ok := c.Indicators[code]
		return ok
	}
	codes := c.Codes[list]
	return len(codes) == 0 && !strings.Contains(code, " ") || slices.Contains(codes, code)
}

// ResolveAlias implements etl.Catalog.
func (c *Catalog) ResolveAlias(list, _, text string) (string, bool) {
	code, ok := c.Aliases[list][text]
	return code, ok
}

// RealCatalog loads the catalog of the product from its directory, found
// upwards from the test.
func RealCatalog(t testing.TB) *catalog.Catalog {
	t.Helper()
	c, err := loadOnce(root(t))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// loadOnce reads the catalog once for all tests of a package, which only ask it.
func loadOnce(root string) (*catalog.Catalog, error) {
	loading.Do(func() { loaded, errLoading = catalog.Load(os.DirFS(root + "/sql/catalog")) })
	return loaded, errLoading
}

var (
	loading    sync.Once
	loaded     *catalog.Catalog
	errLoading error
)
