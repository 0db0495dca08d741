package etl

import (
	"cmp"
	"maps"
	"path"
	"slices"

	"bellwether/etl/catalog"
)

// forEachAgency makes one form for each agency.
const forEachAgency = "agency"

// Complete asks the catalog which figures the forms bring that say of_agency, and
// makes of a form for each agency the forms of those that answer for anything
// that is left: department/annual becomes department/justice_annual and so on.
// Figures that a form lists by name are left to it, then a form that names
// topics chooses before one that does not, so that no figure is asked for twice.
func (f *Forms) Complete(c *catalog.Catalog) {
	owed := owedFigures{needs: c.Needs(), taken: map[string]map[catalog.ExpectedCell]bool{}}
	forms := f.All()
	for _, form := range forms {
		owed.takeListed(form)
	}
	slices.SortStableFunc(forms, func(a, b *Form) int { return cmp.Compare(a.choosesLate(), b.choosesLate()) })
	for _, form := range forms {
		if form.ForEach == "" {
			owed.fill(form)
			continue
		}
		delete(f.byCode, form.Code)
		for _, agency := range c.Agencies {
			if one := form.of(agency); owed.fill(one) > 0 {
				f.byCode[one.Code] = one
			}
		}
	}
}

// choosesLate orders the forms that take what is left: those that name topics,
// those that do not, those that are made for every agency.
func (f *Form) choosesLate() int {
	switch {
	case f.ForEach != "":
		return 2
	case slices.ContainsFunc(f.Expected, func(e Expected) bool { return e.OfAgency && len(e.Topics) == 0 }):
		return 1
	}
	return 0
}

// of makes the form of one agency.
func (f *Form) of(agency catalog.Agency) *Form {
	one := *f
	one.ForEach, one.AgencyCode, one.SourceCode = "", agency.Code, agency.Code
	one.Code = path.Join(path.Dir(f.Code), agency.Code+"_"+path.Base(f.Code))
	one.Title = Label{Zh: agency.NameZh + f.Title.Zh, En: agency.NameEn + ": " + f.Title.En}
	one.Expected = slices.Clone(f.Expected)
	one.English = maps.Clone(f.English)
	return &one
}

// owedFigures are what the catalog asks for, and what forms have promised by now.
type owedFigures struct {
	needs []catalog.Need
	taken map[string]map[catalog.ExpectedCell]bool // agency -> figures, without their form
}

func (o *owedFigures) take(agency string, cell catalog.ExpectedCell) bool {
	if o.taken[agency] == nil {
		o.taken[agency] = map[catalog.ExpectedCell]bool{}
	}
	cell.FormCode = ""
	isNew := !o.taken[agency][cell]
	o.taken[agency][cell] = true
	return isNew
}

// takeListed takes the figures that a form lists by name.
func (o *owedFigures) takeListed(form *Form) {
	for i := range form.Expected {
		form.Expected[i].cells = nil
	}
	for _, cell := range form.ExpectedCells() {
		o.take(form.AgencyCode, catalog.ExpectedCell(cell))
	}
}

// fill gives a form the figures that are left for it and says how many it has.
func (o *owedFigures) fill(form *Form) int {
	for i := range form.Expected {
		block := &form.Expected[i]
		if !block.OfAgency {
			continue
		}
		block.cells = nil
		for _, n := range o.needs {
			if n.AgencyCode != form.AgencyCode || n.StatisticalYear != form.StatisticalYear ||
				len(block.Topics) > 0 && !slices.Contains(block.Topics, n.Topic) {
				continue
			}
			if cell := n.Cell(); o.take(form.AgencyCode, cell) {
				cell.FormCode = form.Code
				block.cells = append(block.cells, ExpectedCell(cell))
			}
		}
	}
	return len(form.ExpectedCells())
}
