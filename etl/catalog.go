package etl

// Catalog is what reading a payload asks of the catalog.
type Catalog interface {
	// Indicator gives the facts of an indicator by its code.
	Indicator(code string) (Indicator, bool)
	// HasCode says whether a code list holds a code. Lists are those of
	// dim_alias: AREA, AGE, INDICATOR, SEX, RESIDENCE, UNIT, OBS_STATUS, CONF_STATUS.
	HasCode(list, code string) bool
	// ResolveAlias gives the code that a publisher's word stands for. Words of
	// the publisher go before words everybody uses.
	ResolveAlias(list, publisher, text string) (code string, ok bool)
	// Parent gives the area that an area is a part of, empty when there is none.
	Parent(area string) string
	// Parts gives the areas whose figures add up to those of an area: the
	// streets of a district. It is empty for an area that is not divided so.
	Parts(area string) []string
}

// Indicator is what the rules need to know about an indicator.
type Indicator struct {
	UnitCode   string
	Multiplier float64  // value = numerator / denominator x multiplier; 0 when it is no quotient
	Measure    string   // proportion, rate, ratio, count, amount, years or index
	ValidMin   *float64 // smallest credible value, nil when there is none
	ValidMax   *float64 // largest credible value, nil when there is none
}
