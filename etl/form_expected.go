package etl

import "bellwether/etl/catalog"

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

// Facts is what the warehouse has to know of the forms: the figures that agencies
// owe with them, and which indicators are parts of others.
func (f *Forms) Facts() catalog.FormFacts {
	var facts catalog.FormFacts
	for _, form := range f.All() {
		for i, sum := range form.Sums {
			kind := "sum"
			if sum.Subset {
				kind = "subset"
			}
			for _, part := range sum.Parts {
				facts.Sums = append(facts.Sums, catalog.SumPart{
					FormCode: form.Code, Number: uint8(i + 1), WholeCode: sum.Whole, PartCode: part, Kind: kind})
			}
		}
		if form.AgencyCode == "" {
			continue
		}
		for _, cell := range form.ExpectedCells() {
			facts.Expected = append(facts.Expected, catalog.ExpectedCell(cell))
		}
	}
	return facts
}
