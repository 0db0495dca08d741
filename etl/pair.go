package etl

import (
	"fmt"
	"math/bits"
	"strings"
)

// pairing is a strategy for what is missing beside what is given.
type pairing uint8

const (
	noPair   pairing = iota
	together         // compulsory: all of them or none
	alone            // exclusive: at most one
)

func (p Pair) pairing() pairing {
	switch p.Only {
	case "together":
		return together
	case "alone":
		return alone
	}
	return noPair
}

// isBroken holds the members that were seen against the strategy.
func (p pairing) isBroken(seen uint64, of int) bool {
	count := bits.OnesCount64(seen)
	return p == together && count > 0 && count < of || p == alone && count > 1
}

// pairMemberships places a figure among those it has to come with, or without. A
// status that says why there is no figure is an answer where figures come
// together, and no figure where one excludes the other.
func (s *sums) pairMemberships(f *figure) {
	for _, role := range s.pairs[f.indicator] {
		if !f.is(hasValue) && s.reading.form.Pairs[role.rule].pairing() == alone {
			continue
		}
		k := f.figureKey
		k.indicator = -1 - int32(role.rule)
		s.scratch = append(s.scratch, membership{group: k.hash() ^ 5, family: byPair, rule: role.rule, part: role.part, of: role.of})
	}
}

// judgePair is rule 4 between indicators. The figures that are there are refused
// together, for nobody can tell whether one is missing or the other too much.
func (s *sums) judgePair(m membership, seen uint64, present []*suspect, judged verdicts) {
	pair := s.reading.form.Pairs[m.rule]
	if !pair.pairing().isBroken(seen, m.of) {
		return
	}
	var given, absent []string
	for i, indicator := range pair.Indicators {
		if seen&(1<<i) == 0 {
			absent = append(absent, indicator)
		}
	}
	for _, one := range present {
		given = append(given, fmt.Sprintf("%s(%s)", one.shown(), one.address))
	}
	why := &refusal{reason: incompletePair, column: -1, expected: "+ " + strings.Join(absent, " + "),
		zh: fmt.Sprintf("应同时填报的指标只填了一部分：有 %s，没有 %s（或已被退回）", strings.Join(given, "、"), strings.Join(absent, "、")),
		en: fmt.Sprintf("indicators that come together: %s is given, %s is not, or was refused", strings.Join(given, ", "), strings.Join(absent, ", "))}
	if pair.pairing() == alone {
		why = &refusal{reason: exclusivePair, column: -1, expected: "1 / " + fmt.Sprint(len(present)),
			zh: fmt.Sprintf("只能填报其中一项，却填报了 %s", strings.Join(given, "、")),
			en: fmt.Sprintf("only one may be given, but there are %s", strings.Join(given, ", "))}
	}
	judged.refuse(why, present)
}
