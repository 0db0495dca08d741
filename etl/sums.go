package etl

import (
	"fmt"
	"math/bits"
	"slices"
)

// family is one way in which figures add up to another one.
type family uint8

const (
	bySex family = iota
	byResidence
	byArea
	byRule // a sum of the form, between indicators
	byPair // indicators of the form that come together, or never do
)

// membership places a figure in a group of figures that add up: as the whole, or
// as one of the parts.
type membership struct {
	group    uint64
	family   family
	isWhole  bool
	isSubset bool // parts are at most the whole and need not add up
	isExtra  bool // a part that need not be there, such as sex not known
	rule     int  // place among the sums or pairs of the form
	part     uint // number of the part within the group
	of       int  // parts that make the group complete
}

// group is the running sum of one group. It is kept small, for a payload may
// have a group for every third figure.
type group struct {
	seen      uint64     // parts that were seen
	rest      [2]float64 // whole less parts, of numerator or value and of denominator; for a subset whole and largest part
	of        uint8
	isSubset  bool
	pairing   pairing
	hasWhole  bool
	isUnclear bool // the whole or a part came twice
}

// sums watches rules 6 and 7: parts against their total within the payload.
type sums struct {
	reading *reading
	places  map[uint64]int32 // place of a group by the hash of its key
	last    [5]struct {      // by family: the group met last, for parts often stand next to each other
		group uint64
		place int32
	}
	groups  [][]group // in blocks, so that they grow without being copied
	count   int
	isFull  bool
	areas   []areaRole       // by number of the area
	rules   map[int32][]role // by number of the indicator
	pairs   map[int32][]role
	scratch []membership
}

// areaRole says how an area takes part in sums over areas.
type areaRole struct {
	ownParts int   // parts the area is divided into, 0 when it is not
	parent   int32 // area it is a part of
	part     uint  // its number among the parts of the parent
	of       int   // parts of the parent, 0 when it is no part
}

// role says how an indicator takes part in a sum of the form.
type role struct {
	rule    int
	isWhole bool
	part    uint
	of      int
}

func newSums(r *reading) *sums {
	s := &sums{reading: r, places: map[uint64]int32{}, rules: map[int32][]role{}, pairs: map[int32][]role{}}
	for number, sum := range r.form.Sums {
		whole := r.dictionaries[indicatorDictionary].number(sum.Whole)
		s.rules[whole] = append(s.rules[whole], role{rule: number, isWhole: true, of: len(sum.Parts)})
		for i, part := range sum.Parts {
			indicator := r.dictionaries[indicatorDictionary].number(part)
			s.rules[indicator] = append(s.rules[indicator], role{rule: number, part: uint(i), of: len(sum.Parts)})
		}
	}
	for number, pair := range r.form.Pairs {
		for i, code := range pair.Indicators {
			indicator := r.dictionaries[indicatorDictionary].number(code)
			s.pairs[indicator] = append(s.pairs[indicator], role{rule: number, part: uint(i), of: len(pair.Indicators)})
		}
	}
	return s
}

// blockGroups is the number of groups in a block.
const blockGroups = 4096

// add counts the amounts of a figure towards one of its groups.
func (s *sums) add(m membership, amounts [2]float64) {
	last := &s.last[m.family]
	if last.group != m.group || s.count == 0 {
		place, ok := s.place(m.group)
		if !ok {
			return
		}
		last.group, last.place = m.group, place
	}
	g := s.at(last.place)
	g.of, g.isSubset = uint8(m.of), m.isSubset
	if m.family == byPair {
		g.pairing = s.reading.form.Pairs[m.rule].pairing()
	}
	g.add(m, amounts)
}

// place finds a group or opens it, and says whether there was room.
func (s *sums) place(hash uint64) (int32, bool) {
	if place, ok := s.places[hash]; ok {
		return place, true
	}
	if s.count == maxGroups {
		s.isFull = true
		return 0, false
	}
	if s.count%blockGroups == 0 {
		s.groups = append(s.groups, make([]group, blockGroups))
	}
	place := int32(s.count)
	s.places[hash] = place
	s.count++
	return place, true
}

// noteFull says when some groups were not checked.
func (s *sums) noteFull() {
	if s.isFull {
		s.reading.notes = append(s.reading.notes, fmt.Sprintf("需核对合计的数据超过 %d 组，其余未核对（规则 6、7） / more than %d groups have to add up; the others were not checked (rules 6 and 7)", maxGroups, maxGroups))
	}
}

func (s *sums) at(place int32) *group {
	return &s.groups[place/blockGroups][place%blockGroups]
}

func (g *group) add(m membership, amounts [2]float64) {
	bit := uint64(1) << m.part
	switch {
	case m.isWhole:
		g.isUnclear = g.isUnclear || g.hasWhole
		g.hasWhole = true
	case m.isExtra:
	default:
		g.isUnclear = g.isUnclear || g.seen&bit != 0
		g.seen |= bit
	}
	switch {
	case m.isSubset && m.isWhole:
		g.rest[0] = amounts[0]
	case m.isSubset:
		g.rest[1] = max(g.rest[1], amounts[0])
	case m.isWhole:
		g.rest[0] += amounts[0]
		g.rest[1] += amounts[1]
	default:
		g.rest[0] -= amounts[0]
		g.rest[1] -= amounts[1]
	}
}

// amounts are the numbers of a figure that add up: its parts where it is a
// quotient, else the value.
func (f *figure) amounts() [2]float64 {
	if f.is(hasNumerator | hasDenominator) {
		return [2]float64{f.numerator, f.denominator}
	}
	return [2]float64{f.value, 0}
}

// suspicious gives the groups that do not obviously add up; they are judged on
// the figures themselves.
func (s *sums) suspicious() map[uint64]bool {
	found := map[uint64]bool{}
	for hash, place := range s.places {
		if s.at(place).isSuspicious() {
			found[hash] = true
		}
	}
	return found
}

func (g *group) isSuspicious() bool {
	switch {
	case g.pairing != noPair:
		return g.pairing.isBroken(g.seen, int(g.of))
	case !g.hasWhole || g.seen == 0:
		return false
	case g.isUnclear:
		return true
	case g.isSubset:
		return g.rest[1] > g.rest[0]
	}
	return bits.OnesCount64(g.seen) == int(g.of) && g.rest != [2]float64{}
}

// memberships gives the groups of a figure. The result is overwritten by the
// next call.
func (s *sums) memberships(f *figure) []membership {
	s.scratch = s.scratch[:0]
	if f.isWithdrawn {
		return s.scratch
	}
	s.pairMemberships(f)
	facts := &s.reading.facts[f.indicator]
	if !f.is(hasNumerator|hasDenominator) && !(facts.isAdditive && f.is(hasValue)) {
		if len(s.rules) == 0 || !f.is(hasValue) {
			return s.scratch
		}
		return s.ruleMemberships(f)
	}
	s.sexMembership(f)
	s.residenceMembership(f)
	s.areaMembership(f)
	return s.ruleMemberships(f)
}

// Numbers of the codes that newReading puts first in the dictionaries of sex and
// residence: _T, then F and M or U and R, then _U, which counts where it is given.
const (
	allOf     = 0
	firstPart = 1
	notKnown  = 3
)

func (s *sums) sexMembership(f *figure) {
	if !s.reading.hasSexes || f.sex > notKnown {
		return
	}
	k := f.figureKey
	k.sex = -1
	s.scratch = append(s.scratch, membership{group: k.hash() ^ 1, family: bySex, isWhole: f.sex == allOf,
		isExtra: f.sex == notKnown, part: uint(max(f.sex-firstPart, 0)), of: 2})
}

func (s *sums) residenceMembership(f *figure) {
	if !s.reading.hasResidences || f.residence > notKnown {
		return
	}
	k := f.figureKey
	k.residence = -1
	s.scratch = append(s.scratch, membership{group: k.hash() ^ 2, family: byResidence, isWhole: f.residence == allOf,
		isExtra: f.residence == notKnown, part: uint(max(f.residence-firstPart, 0)), of: 2})
}

func (s *sums) areaMembership(f *figure) {
	a := s.roleOf(f.area)
	k := f.figureKey
	if a.ownParts > 0 {
		s.scratch = append(s.scratch, membership{group: k.hash() ^ 3, family: byArea, isWhole: true, of: a.ownParts})
	}
	if a.of > 0 {
		k.area = a.parent
		s.scratch = append(s.scratch, membership{group: k.hash() ^ 3, family: byArea, part: a.part, of: a.of})
	}
}

func (s *sums) ruleMemberships(f *figure) []membership {
	for _, role := range s.rules[f.indicator] {
		k := f.figureKey
		k.indicator = -1 - int32(role.rule)
		s.scratch = append(s.scratch, membership{group: k.hash() ^ 4, family: byRule, isWhole: role.isWhole,
			isSubset: s.reading.form.Sums[role.rule].Subset, rule: role.rule, part: role.part, of: role.of})
	}
	return s.scratch
}

// roleOf gives how an area takes part in sums, learning new areas first.
func (s *sums) roleOf(area int32) areaRole {
	for int(area) >= len(s.areas) {
		code := s.reading.dictionaries[areaDictionary].list[len(s.areas)]
		s.areas = append(s.areas, s.learn(code))
	}
	return s.areas[area]
}

// maxParts is how many parts one area may have; they are counted in 64 bits.
const maxParts = 64

func (s *sums) learn(code string) areaRole {
	var a areaRole
	if parts := s.reading.catalog.Parts(code); len(parts) > 1 && len(parts) <= maxParts {
		a.ownParts = len(parts)
	}
	area, ok := s.reading.catalog.Area(code)
	if !ok || area.ParentCode == "" {
		return a
	}
	siblings := s.reading.catalog.Parts(area.ParentCode)
	if at := slices.Index(siblings, code); at >= 0 && len(siblings) > 1 && len(siblings) <= maxParts {
		a.parent = s.reading.dictionaries[areaDictionary].number(area.ParentCode)
		a.part, a.of = uint(at), len(siblings)
	}
	return a
}
