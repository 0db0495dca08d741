package template

import (
	"cmp"
	"slices"

	"bellwether/etl/catalog"
)

// areasOf lists the areas that a level stands for: the district itself and its
// monitored streets, or the one street that the template is for, which is asked
// for whatever the district is.
func (b *builder) areasOf(level string) []catalog.Area {
	if level != "street" || b.area.Level == "street" {
		return []catalog.Area{b.area}
	}
	var streets []catalog.Area
	for _, code := range b.catalog.Parts(b.area.Code) {
		if street, _ := b.catalog.Area(code); street.IsMonitored {
			streets = append(streets, street)
		}
	}
	slices.SortFunc(streets, func(a, b catalog.Area) int { return cmp.Compare(a.Code, b.Code) })
	return streets
}

// isEmptyStratum says whether an area has no part of a residence in the year: no
// villages, or no towns. Areas that nobody classed may have both.
func (b *builder) isEmptyStratum(area, residence string) bool {
	if residence == catalog.Total {
		return false
	}
	codes, isClassed := append([]string{area}, b.catalog.Parts(area)...), false
	for _, class := range b.catalog.AreaClasses {
		if !slices.Contains(codes, class.AreaCode) || b.year < int(class.ValidFromYear) || b.year > int(class.ValidToYear) {
			continue
		}
		if class.Residence == residence || class.Residence == catalog.Total {
			return false
		}
		isClassed = true
	}
	return isClassed
}

// name gives the Chinese word for a code, which the form reads again.
func (b *builder) name(list, code string) string {
	switch list {
	case "AREA":
		area, _ := b.catalog.Area(code)
		return area.NameZh
	case "AGE":
		age, _ := b.catalog.AgeGroup(code)
		return age.NameZh
	case "UNIT":
		unit, _ := b.catalog.Unit(code)
		return unit.NameZh
	}
	for _, c := range b.catalog.Codes {
		if c.List == list && c.Code == code {
			return c.NameZh
		}
	}
	return code
}
