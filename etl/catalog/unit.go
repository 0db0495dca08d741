package catalog

// Unit is a unit of measure. Figures convert within a dimension.
type Unit struct {
	Code      string
	NameZh    string
	NameEn    string
	Dimension string   // share, money, …
	PerBase   float64  // how many make one of the base of the dimension: 100 for percent, 1 for hours
	Decimals  uint8    // decimals in print, unless the indicator says otherwise
	ValidMin  *float64 // smallest credible value, nil when there is none
	ValidMax  *float64 // largest credible value, nil when there is none

	at position
}

// Convert turns a value in this unit into one in another. It is false when the
// two measure different things.
func (u Unit) Convert(value float64, to Unit) (float64, bool) {
	if u.Dimension != to.Dimension || u.PerBase == 0 {
		return 0, false
	}
	return value * to.PerBase / u.PerBase, true
}

// multiplier is what a quotient is multiplied with to be in this unit: 100 for
// percent. Amounts per head have none, whatever their unit.
func (u Unit) multiplier() float64 {
	if u.Dimension == "share" || u.Dimension == "sex_ratio" {
		return u.PerBase
	}
	return 1
}

func readUnit(r *row) Unit {
	return Unit{
		r.text("unit_code"), r.text("name_zh"), r.text("name_en"), r.text("dimension"), r.float("per_base"),
		uint8(r.number("decimals", 8)), r.optionalFloat("valid_min"), r.optionalFloat("valid_max"), r.position(),
	}
}

// unitCodes are the units as the code list UNIT.
func unitCodes(units []Unit) []Code {
	codes := make([]Code, len(units))
	for i, u := range units {
		codes[i] = Code{"UNIT", u.Code, u.NameZh, u.NameEn, uint16(i + 1), u.at}
	}
	return codes
}
