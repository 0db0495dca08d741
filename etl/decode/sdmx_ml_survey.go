package decode

import (
	"fmt"
	"slices"
	"strings"
)

// groupIndex finds the attributes of a group by the keys that it names: by the
// names of the keys, then by their values.
type groupIndex map[string]map[string][]component

// maxGroupSets bounds the groups of a message that are kept; further ones only
// lose their attributes.
const maxGroupSets = 100_000

func (g groupIndex) add(group []component, isDimension map[string]bool) {
	var names, values []string
	var attributes []component
	for _, c := range group {
		if isDimension[c.name] {
			names, values = append(names, c.name), append(values, c.value)
			continue
		}
		attributes = append(attributes, c)
	}
	key := strings.Join(names, "\x00")
	if g[key] == nil {
		g[key] = map[string][]component{}
	}
	if len(g[key]) < maxGroupSets && len(attributes) > 0 {
		g[key][strings.Join(values, "\x00")] = attributes
	}
}

func (g groupIndex) match(series, observation []component, set func(component, value string)) {
	for key, groups := range g {
		var values []string
		for name := range strings.SplitSeq(key, "\x00") {
			for _, c := range slices.Concat(series, observation) {
				if c.name == name {
					values = append(values, c.value)
					break
				}
			}
		}
		for _, c := range groups[strings.Join(values, "\x00")] {
			set(c.name, c.value)
		}
	}
}

// mlComponent is what a survey learns of a component.
type mlComponent struct {
	role         mlRole
	levels       [mlLevels]int // times it occurs
	flat         int           // of these, in observations outside series
	hasOddValues bool          // values that are no codes
}

// mlSurvey finds out which components of a message are dimensions.
type mlSurvey struct {
	order                []string
	known                map[string]*mlComponent
	observations, series int
	limit                int
}

func (s *mlSurvey) note(level mlLevel, role mlRole, c component, isFlat bool) error {
	found, ok := s.known[c.name]
	if !ok {
		if len(s.known) >= s.limit {
			return fmt.Errorf("more than %d components", s.limit)
		}
		found = &mlComponent{}
		s.known[strings.Clone(c.name)] = found
		s.order = append(s.order, c.name)
	}
	if role == isKey || found.role == unsaid {
		found.role = role
	}
	found.levels[level]++
	if isFlat && level == inObservation {
		found.flat++
	}
	found.hasOddValues = found.hasOddValues || !isCode(c.value)
	return nil
}

// isCode says whether a text can be the id of a code.
func isCode(text string) bool {
	for i := range len(text) {
		b := text[i]
		isLetter := b|0x20 >= 'a' && b|0x20 <= 'z'
		if !isLetter && (b < '0' || b > '9') && !strings.ContainsRune("_@$-.+", rune(b)) {
			return false
		}
	}
	return text != ""
}

// isDimension says what a component is: what the message says, or what it must
// be because every series, or every observation outside a series, has it.
func (s *mlSurvey) isDimension(c *mlComponent) bool {
	if c.role != unsaid {
		return c.role == isKey
	}
	isEverywhere := s.series > 0 && c.levels[inSeries] == s.series || c.flat == s.observations
	return isEverywhere && !c.hasOddValues
}

// keys gives the dimensions.
func (s *mlSurvey) keys() map[string]bool {
	keys := map[string]bool{}
	for name, c := range s.known {
		if s.isDimension(c) {
			keys[name] = true
		}
	}
	return keys
}

func (s *mlSurvey) columns() []string {
	var list componentList
	for _, name := range s.order {
		list.add(name, s.isDimension(s.known[name]))
	}
	return list.columns()
}
