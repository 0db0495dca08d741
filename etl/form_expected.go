package etl

// ExpectedCell is a figure that every submission of a form brings, for each
// monitored area of the level.
type ExpectedCell struct {
	FormCode      string
	IndicatorCode string
	Sex           string
	AgeGroup      string
	Residence     string
	Category      string
	AreaLevel     string // district or street
}

// ExpectedCells lists the figures that a complete submission holds, in the
// order of the form.
func (f *Form) ExpectedCells() []ExpectedCell {
	var cells []ExpectedCell
	for _, block := range f.Expected {
		cells = append(cells, block.cells...)
		for _, indicator := range block.Indicators {
			for _, level := range block.AreaLevels {
				cells = append(cells, block.multiply(f.Code, indicator, level)...)
			}
		}
	}
	return cells
}

func (e *Expected) multiply(form, indicator, level string) []ExpectedCell {
	var cells []ExpectedCell
	for _, sex := range orTotal(e.Sex) {
		for _, age := range orTotal(e.AgeGroup) {
			for _, residence := range orTotal(e.Residence) {
				for _, category := range orTotal(e.Category) {
					cells = append(cells, ExpectedCell{form, indicator, sex, age, residence, category, level})
				}
			}
		}
	}
	return cells
}

// orTotal stands in the total where nothing else is listed.
func orTotal(codes []string) []string {
	if len(codes) == 0 {
		return []string{total}
	}
	return codes
}
