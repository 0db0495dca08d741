package etl

import "bellwether/etl/catalog"

// Catalog is what reading a payload asks of the catalog; *catalog.Catalog is one.
type Catalog interface {
	Indicator(code string) (catalog.Indicator, bool)
	Unit(code string) (catalog.Unit, bool)
	Area(code string) (catalog.Area, bool)
	// Parts gives the areas whose figures add up to those of an area, such as the
	// streets of a district.
	Parts(area string) []string
	// HasCode says whether a code list holds a code. Lists are those of dim_alias:
	// AREA, AGE, INDICATOR, SEX, RESIDENCE, UNIT, OBS_STATUS, CONF_STATUS.
	HasCode(list, code string) bool
	// ResolveAlias gives the code that a publisher's word stands for. Words of the
	// publisher go before words everybody uses.
	ResolveAlias(list, publisher, text string) (code string, ok bool)
}

var _ Catalog = (*catalog.Catalog)(nil)
