package etl

import (
	"fmt"
	"math"
	"math/bits"
	"slices"
)

// judge decides on the groups under suspicion with the figures themselves.
func (s *sums) judge(standing []*suspect, judged verdicts) {
	type members struct {
		whole *suspect
		parts []*suspect
		seen  uint64
		first membership
	}
	groups := map[uint64]*members{}
	var order []uint64
	for _, one := range standing {
		for _, m := range s.memberships(&one.figure) {
			g, ok := groups[m.group]
			if !ok {
				g = &members{first: m}
				groups[m.group] = g
				order = append(order, m.group)
			}
			if m.isWhole {
				g.whole = one
				continue
			}
			g.parts = append(g.parts, one)
			if !m.isExtra {
				g.seen |= 1 << m.part
			}
		}
	}
	for _, hash := range order {
		g := groups[hash]
		if g.first.family == byPair {
			s.judgePair(g.first, g.seen, g.parts, judged)
			continue
		}
		if g.whole == nil || len(g.parts) == 0 {
			continue
		}
		switch {
		case g.first.isSubset:
			judgeSubset(g.whole, g.parts, judged)
		case bits.OnesCount64(g.seen) != g.first.of || addsUp(g.whole, g.parts):
		case g.first.family == byRule && isRounded(g.whole, g.parts):
			s.noteRounded(g.whole, g.parts)
		default:
			refuseGroup(g.first.family, g.whole, g.parts, judged)
		}
	}
}

// isRounded reports whether figures were printed with decimals or in a larger unit.
// The rule of a form on such figures asks and does not refuse: they load, and the
// view of the rule finds them.
func isRounded(whole *suspect, parts []*suspect) bool {
	for _, one := range append(slices.Clone(parts), whole) {
		if one.amountDecimals() > 0 || one.scale() != 1 {
			return true
		}
	}
	return false
}

func (s *sums) noteRounded(whole *suspect, parts []*suspect) {
	zh, en := describe(whole, parts)
	s.reading.notes = append(s.reading.notes, zh+"，已装入，列入核实事项（规则 6） / "+en+"; loaded, and asked about (rule 6)")
}

// addsUp is rules 6 and 7. Counts add up exactly; figures with decimals may be
// off by the rounding of the parts and the total, 0.5 x (k+1) of the last
// decimal.
func addsUp(whole *suspect, parts []*suspect) bool {
	want, decimals := whole.amounts(), whole.amountDecimals()
	var sum [2]float64
	for _, part := range parts {
		amounts := part.amounts()
		sum[0] += amounts[0]
		sum[1] += amounts[1]
		decimals = min(decimals, part.amountDecimals())
	}
	tolerance := 0.0
	if isRounded(whole, parts) {
		tolerance = 0.5 * float64(len(parts)+1) * math.Pow10(-decimals) * whole.scale()
	}
	for i := range want {
		if math.Abs(want[i]-sum[i]) > tolerance+1e-9*math.Abs(want[i]) {
			return false
		}
	}
	return true
}

func (s *suspect) amountDecimals() int {
	if s.is(hasNumerator | hasDenominator) {
		return s.countDecimals
	}
	return s.decimals
}

// scale is the factor between the figure as printed and its value.
func (s *suspect) scale() float64 {
	if s.is(hasNumerator|hasDenominator) || !s.is(hasReported) || s.reported == 0 {
		return 1
	}
	return math.Abs(s.value / s.reported)
}

// refuseGroup refuses the whole and all its parts: nobody can tell from the
// outside which of them is wrong.
func refuseGroup(family family, whole *suspect, parts []*suspect, judged verdicts) {
	reason := breakdownDisagrees
	if family == byRule {
		reason = partsDisagree
	}
	zh, en := describe(whole, parts)
	why := &refusal{reason: reason, column: -1, zh: zh, en: en, expected: "∑ = " + sumOf(parts).shown()}
	judged.refuse(why, append(slices.Clone(parts), whole))
}

// refuse gives figures the same cause. One that is refused already keeps its
// reason, and joins that to this one: a wrong total contradicts its sexes and its
// streets, and is one mistake.
func (v verdicts) refuse(why *refusal, figures []*suspect) {
	for _, one := range figures {
		if earlier, ok := v[one.place]; ok {
			earlier.why.join(why)
			continue
		}
		v[one.place] = verdict{why: why}
	}
}

// sumOf adds up figures, for a message.
func sumOf(parts []*suspect) *suspect {
	sum := &suspect{figure: figure{has: parts[0].has}}
	for _, part := range parts {
		sum.numerator += part.numerator
		sum.denominator += part.denominator
		sum.value += part.value
	}
	return sum
}

// describe names the figures of a group with their addresses.
func describe(whole *suspect, parts []*suspect) (zh, en string) {
	list := ""
	for i, part := range parts {
		if i == maxNamed {
			list += " + …"
			break
		}
		if i > 0 {
			list += " + "
		}
		list += fmt.Sprintf("%s(%s)", part.shown(), part.address)
	}
	return fmt.Sprintf("各项之和不等于合计：%s ≠ %s(%s)，请核对", list, whole.shown(), whole.address),
		fmt.Sprintf("the parts do not add up to the total: %s ≠ %s(%s)", list, whole.shown(), whole.address)
}

// judgeSubset refuses a part that exceeds its whole, and the whole with it.
func judgeSubset(whole *suspect, parts []*suspect, judged verdicts) {
	for _, part := range parts {
		if part.amounts()[0] <= whole.amounts()[0] {
			continue
		}
		why := &refusal{reason: partExceedsWhole, column: -1, expected: "≤ " + show(whole.amounts()[0]),
			zh: fmt.Sprintf("其中项 %s(%s) 大于总数 %s(%s)", part.shown(), part.address, whole.shown(), whole.address),
			en: fmt.Sprintf("the part %s(%s) exceeds the whole %s(%s)", part.shown(), part.address, whole.shown(), whole.address)}
		judged.refuse(why, []*suspect{part, whole})
	}
}
