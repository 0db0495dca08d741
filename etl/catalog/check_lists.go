package catalog

import (
	"regexp"
	"slices"
	"strconv"
)

// levels of areas from the top down; an area belongs to one of a higher level.
func levels() []string {
	return []string{"world", "country", "province", "prefecture", "district", "street"}
}

func (k *checker) checkAreas() {
	unique(k, k.Areas, func(a Area) (string, position) { return a.Code, a.at })
	monitored := map[string]bool{}
	for _, p := range k.Plans {
		monitored[p.AreaCode] = true
		for _, street := range k.Parts(p.AreaCode) {
			monitored[street] = true
		}
	}
	for _, a := range k.Areas {
		k.need(a.at, a.Code, "name_zh", a.NameZh, "name_en", a.NameEn)
		level := slices.Index(levels(), a.Level)
		if level < 0 {
			k.report(a.at, "unknown_word", a.Code, "level", a.Level)
		}
		parent, ok := k.Area(a.ParentCode)
		if isTop := a.Level == "world"; isTop != (a.ParentCode == "") || !isTop && (!ok || slices.Index(levels(), parent.Level) >= level) {
			k.report(a.at, "area_parent", a.Code, a.ParentCode)
		}
		if a.IsMonitored != monitored[a.Code] {
			k.report(a.at, "area_monitored", a.Code)
		}
		if a.IsMonitored {
			k.checkAreaClass(a)
		}
	}
	for _, class := range k.AreaClasses {
		k.resolve(class.at, class.AreaCode, "area", "AREA", class.AreaCode)
		k.word(class.at, class.AreaCode, "residence", "RESIDENCE", class.Residence)
		k.need(class.at, class.AreaCode, "source", class.Source)
	}
}

// checkAreaClass: a monitored area is urban or rural in each year of the plans,
// and only one of them.
func (k *checker) checkAreaClass(a Area) {
	for _, p := range k.Plans {
		for year := p.BaselineYear; year <= p.DeadlineYear; year++ {
			count := 0
			for _, class := range k.AreaClasses {
				if class.AreaCode == a.Code && class.ValidFromYear <= year && year <= class.ValidToYear {
					count++
				}
			}
			if count != 1 {
				k.report(a.at, "area_class", a.Code, strconv.Itoa(int(year)))
				return
			}
		}
	}
}

func (k *checker) checkAgeGroups() {
	unique(k, k.AgeGroups, func(a AgeGroup) (string, position) { return a.Code, a.at })
	pattern := regexp.MustCompile(`^([YM])(?:_GE(\d+)|(\d+)(?:T(\d+))?)$`)
	for _, a := range k.AgeGroups {
		k.need(a.at, a.Code, "name_zh", a.NameZh, "name_en", a.NameEn)
		lower, upper, ok := boundsOfCode(a.Code, pattern)
		if !ok || lower != a.LowerMonths || upper != a.UpperMonths {
			k.report(a.at, "age_bounds", a.Code)
		}
	}
}

// boundsOfCode reads the bounds off an SDMX age code: Y0T4, Y12, Y_GE65, M12T23.
func boundsOfCode(code string, pattern *regexp.Regexp) (lower, upper uint16, ok bool) {
	if code == Total {
		return 0, OpenAge, true
	}
	match := pattern.FindStringSubmatch(code)
	if match == nil {
		return 0, 0, false
	}
	months := 1
	if match[1] == "Y" {
		months = 12
	}
	number := func(text string) int { n, _ := strconv.Atoi(text); return n } // the pattern holds digits only
	if match[2] != "" {
		return uint16(number(match[2]) * months), OpenAge, true
	}
	last := match[3]
	if match[4] != "" {
		last = match[4]
	}
	lower, upper = uint16(number(match[3])*months), uint16((number(last)+1)*months)
	return lower, upper, lower < upper
}

func (k *checker) checkCodes() {
	unique(k, k.Codes, func(x Code) (string, position) { return x.List + " " + x.Code, x.at })
	for _, x := range k.Codes {
		k.need(x.at, x.List+" "+x.Code, "name_zh", x.NameZh, "name_en", x.NameEn)
	}
}

// checkAliases: a word stands for one code, and no word hides a code of its list.
func (k *checker) checkAliases() {
	meaning := map[wordKey]string{}
	for _, a := range k.Aliases {
		k.resolve(a.at, a.Alias, a.List, a.List, a.Code)
		if _, ok := k.Agency(a.Publisher); !ok && a.Publisher != Everybody {
			k.report(a.at, "unknown_code", a.Alias, "publisher", a.Publisher)
		}
		key := wordKey{a.List, a.Publisher, foldWord(a.Alias)}
		if before, ok := meaning[key]; ok && before != a.Code {
			k.report(a.at, "alias_conflict", a.Alias, before, a.Code)
		}
		meaning[key] = a.Code
		if k.HasCode(a.List, a.Alias) && a.Alias != a.Code {
			k.report(a.at, "alias_hides_code", a.Alias, a.Alias)
		}
	}
	k.eachName(func(list, code, zh, en string) {
		for _, name := range []string{zh, en} {
			key := wordKey{list, Everybody, foldWord(name)}
			if before, ok := meaning[key]; ok && before != code && name != "" {
				k.report(position{file: aliasFile}, "alias_conflict", name, before, code)
			}
			meaning[key] = code
			if k.HasCode(list, name) && name != code {
				k.report(position{file: aliasFile}, "alias_hides_code", name, name)
			}
		}
	})
}
