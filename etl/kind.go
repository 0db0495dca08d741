package etl

// kind tells the facts apart that a record states about its figures.
type kind uint8

const (
	indicatorKind kind = iota
	areaKind
	sexKind
	ageKind
	residenceKind
	categoryKind
	statusKind
	confidentialityKind
	unitKind
	kindCount
)

// traits are what is particular to a kind.
type traits struct {
	name      string   // as forms and parameters call it
	zh        string   // as messages call it
	list      string   // code list of the catalog
	place     place    // dictionary
	unknown   reasonID // why a figure is refused whose code is unknown
	canBeNew  bool     // publishers' own codes are loaded where the load allows it
	typeLabel string   // what publishers put before the codes, such as SEX_
	absent    string   // code where the form has no such field, empty when it must have one
}

func traitsOf(k kind) traits {
	return [kindCount]traits{
		indicatorKind: {name: "indicator", zh: "指标", list: "INDICATOR", place: indicatorDictionary, unknown: unknownIndicator, canBeNew: true},
		areaKind:      {name: "area", zh: "地区", list: "AREA", place: areaDictionary, unknown: unknownArea, canBeNew: true},
		sexKind:       {name: "sex", zh: "性别", list: "SEX", place: sexDictionary, unknown: unknownSex, typeLabel: "SEX_", absent: total},
		ageKind:       {name: "age_group", zh: "年龄组", list: "AGE", place: ageDictionary, unknown: unknownAgeGroup, canBeNew: true, typeLabel: "AGEGROUP_", absent: total},
		residenceKind: {name: "residence", zh: "城乡", list: "RESIDENCE", place: residenceDictionary, unknown: unknownResidence, typeLabel: "RESIDENCEAREATYPE_", absent: total},
		categoryKind:  {name: "category", zh: "分组", place: categoryDictionary, unknown: unknownCategory, absent: total},
		statusKind:    {name: "status", zh: "数据状态", list: "OBS_STATUS", place: statusDictionary, unknown: unknownStatus, absent: statusNormal},
		confidentialityKind: {name: "confidentiality", zh: "保密状态", list: "CONF_STATUS", place: confidentialityDictionary,
			unknown: unknownStatus, absent: "F"},
		unitKind: {name: "unit", zh: "计量单位", list: "UNIT", place: unitDictionary, unknown: unknownUnit, canBeNew: true},
	}[k]
}

// code gives the place of a code in a figure.
func (f *figure) code(k kind) *int32 {
	switch k {
	case indicatorKind:
		return &f.indicator
	case areaKind:
		return &f.area
	case sexKind:
		return &f.sex
	case ageKind:
		return &f.age
	case residenceKind:
		return &f.residence
	case categoryKind:
		return &f.category
	case statusKind:
		return &f.status
	}
	return &f.conf
}
