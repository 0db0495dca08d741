package etl

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// verdict is what the comparison with other figures says of one figure.
type verdict struct {
	isRepetition bool // the same figure with the same numbers stood before
	why          *refusal
}

// verdicts holds the figures that do not stand, by their place in the payload.
type verdicts map[int64]verdict

// Bounds of the survey. A figure costs 8 bytes; a group that has to add up, some
// 60. Groups beyond maxGroups are not checked, and the summary says so.
const (
	maxFigures = 20_000_000
	maxGroups  = 2_000_000
	maxSuspect = 1_000_000
)

// survey watches for figures that contradict each other. It keeps only hashes
// and sums; where these raise a suspicion, another pass collects the figures
// concerned, and the judgment is made on them, so that two keys with one hash
// never accuse a figure. The reading only notes what it sees; the survey counts it
// in a goroutine of its own.
type survey struct {
	reading *reading
	keys    *keySet
	sums    *sums

	noted   *notes
	counted chan *notes   // to be counted
	spare   chan *notes   // counted, to be filled again
	done    chan struct{} // closed when all is counted
	count   int
	isOver  bool
}

// notes is what the survey has to know of some figures.
type notes struct {
	keys    []uint64 // hash of each figure
	amounts [][2]float64
	members []noted
}

// noted is a membership of a figure of the same notes.
type noted struct {
	membership
	figure int32
}

// notedAtOnce is how many figures are handed to the counting goroutine together.
const notedAtOnce = 4096

func newSurvey(r *reading) *survey {
	s := &survey{reading: r, keys: &keySet{}, sums: newSums(r), noted: &notes{},
		counted: make(chan *notes, 2), spare: make(chan *notes, 3), done: make(chan struct{})}
	go s.work()
	return s
}

func (s *survey) work() {
	defer close(s.done)
	for n := range s.counted {
		for _, hash := range n.keys {
			s.keys.add(hash)
		}
		for i := range n.members {
			m := &n.members[i]
			s.sums.add(m.membership, n.amounts[m.figure])
		}
		n.keys, n.amounts, n.members = n.keys[:0], n.amounts[:0], n.members[:0]
		s.spare <- n
	}
}

// figure is the visit of the pass that is watched.
func (s *survey) figure(_ *layout, _ *record, _ *figureLayout, f *figure, what outcome, _ *refusal) error {
	if what != loaded {
		return nil
	}
	if s.count++; s.count > maxFigures {
		return &FormatError{WantZh: fmt.Sprintf("一个文件最多 %d 个数，请拆分后报送", maxFigures),
			Want: fmt.Sprintf("want at most %d figures in a payload; split it", maxFigures)}
	}
	n := s.noted
	for _, m := range s.sums.memberships(f) {
		n.members = append(n.members, noted{m, int32(len(n.keys))})
	}
	n.keys, n.amounts = append(n.keys, f.hash()), append(n.amounts, f.amounts())
	if len(n.keys) == notedAtOnce {
		s.handOver()
	}
	return nil
}

// handOver gives what was noted to the counting goroutine.
func (s *survey) handOver() {
	s.counted <- s.noted
	select {
	case s.noted = <-s.spare:
	default:
		s.noted = &notes{}
	}
}

// close waits until everything noted is counted. Closing twice is allowed.
func (s *survey) close() {
	if !s.isOver {
		s.isOver = true
		s.handOver()
		close(s.counted)
	}
	<-s.done
}

// judge gives the figures that do not stand, once every figure was seen.
func (s *survey) judge(ctx context.Context) (verdicts, error) {
	s.close()
	r := s.reading
	suspects := &suspects{reading: r, sums: s.sums}
	var both sync.WaitGroup
	both.Go(func() { suspects.keys = s.keys.repeated() })
	both.Go(func() { suspects.groups = s.sums.suspicious() })
	both.Wait()
	s.sums.noteFull()
	if len(suspects.keys) == 0 && len(suspects.groups) == 0 {
		return nil, nil
	}
	if err := r.walk(ctx, suspects.figure); err != nil {
		return nil, err
	}
	return suspects.judge(), nil
}

// keySet finds hashes that occur twice. Hashes are kept in parts by their first
// byte, so that each part is sorted within the processor's cache.
type keySet struct {
	parts [256][]uint64
}

func (k *keySet) add(hash uint64) {
	part := hash >> 56
	k.parts[part] = append(k.parts[part], hash)
}

// repeated gives the hashes that occur more than once.
func (k *keySet) repeated() map[uint64]bool {
	repeated := map[uint64]bool{}
	for i := range k.parts {
		part := k.parts[i]
		slices.Sort(part)
		for j := 1; j < len(part); j++ {
			if part[j] == part[j-1] {
				repeated[part[j]] = true
			}
		}
		k.parts[i] = nil
	}
	return repeated
}

// hash mixes the key of a figure into 64 bits.
func (k *figureKey) hash() uint64 {
	h := mix(uint64(uint32(k.area))<<32|uint64(uint32(k.indicator)), 0x9E3779B97F4A7C15)
	h = mix(h^(uint64(uint32(k.age))<<32|uint64(uint32(k.category))), 0xC2B2AE3D27D4EB4F)
	h = mix(h^(uint64(uint32(k.start))<<32|uint64(uint32(k.end))), 0x165667B19E3779F9)
	return mix(h^(uint64(k.year)<<48|uint64(uint32(k.source))<<16|uint64(uint8(k.sex))<<8|uint64(uint8(k.residence))), 0xD6E8FEB86659FD93)
}

// mix multiplies and folds, so that every bit of h changes every bit above and
// below.
func mix(h, by uint64) uint64 {
	h *= by
	h ^= h >> 32
	h *= by
	return h ^ h>>29
}

// suspect is a figure that may contradict another one.
type suspect struct {
	figure
	place   int64
	address string // with the sheet, for messages
}

// suspects collects the figures under suspicion and judges them.
type suspects struct {
	reading *reading
	keys    map[uint64]bool
	groups  map[uint64]bool
	sums    *sums
	found   []suspect
	place   int64
}

func (s *suspects) figure(l *layout, rec *record, _ *figureLayout, f *figure, what outcome, _ *refusal) error {
	place := s.place
	s.place++
	if what != loaded || !s.keys[f.hash()] && !s.isInGroup(f) {
		return nil
	}
	if len(s.found) == maxSuspect {
		return &FormatError{WantZh: fmt.Sprintf("互相矛盾或重复的数超过 %d 个，请检查文件", maxSuspect),
			Want: fmt.Sprintf("more than %d figures contradict or repeat each other; check the file", maxSuspect)}
	}
	address := l.table.AppendAddress(nil, rec.row, f.column)
	s.found = append(s.found, suspect{figure: *f, place: place, address: at(l.sheetName, string(address))})
	return nil
}

func (s *suspects) isInGroup(f *figure) bool {
	for _, membership := range s.sums.memberships(f) {
		if s.groups[membership.group] {
			return true
		}
	}
	return false
}

// judge decides on every figure under suspicion: repetitions first, for a figure
// given twice must not count twice in a sum.
func (s *suspects) judge() verdicts {
	judged := verdicts{}
	byKey := map[figureKey][]*suspect{}
	for i := range s.found {
		one := &s.found[i]
		byKey[one.figureKey] = append(byKey[one.figureKey], one)
	}
	var standing []*suspect
	for i := range s.found {
		same := byKey[s.found[i].figureKey]
		if same[0] != &s.found[i] {
			continue
		}
		if judgeSame(same, judged) {
			standing = append(standing, same[0])
		}
	}
	s.sums.judge(standing, judged)
	return judged
}

// judgeSame is rule 9 for the figures of one key. It says whether one of them
// stands.
func judgeSame(same []*suspect, judged verdicts) bool {
	isContradiction := false
	for _, other := range same[1:] {
		isContradiction = isContradiction || !same[0].equals(other)
	}
	if !isContradiction {
		for _, other := range same[1:] {
			judged[other.place] = verdict{isRepetition: true}
		}
		return true
	}
	var zh, en []string
	for i, one := range same {
		if i == maxNamed {
			zh, en = append(zh, "…"), append(en, "…")
			break
		}
		zh = append(zh, fmt.Sprintf("%s 为 %s", one.address, one.shown()))
		en = append(en, fmt.Sprintf("%s is %s", one.address, one.shown()))
	}
	why := &refusal{reason: duplicateKey, column: -1, zh: "同一数据报送了不同的数：" + strings.Join(zh, "；"),
		en: "the same figure is given with different values: " + strings.Join(en, "; ")}
	for _, one := range same {
		judged[one.place] = verdict{why: why}
	}
	return false
}

// maxNamed bounds the addresses in one message.
const maxNamed = 10

// equals says whether two figures of one key say the same. Notes and addresses
// do not count.
func (s *suspect) equals(other *suspect) bool {
	return s.has == other.has && s.isWithdrawn == other.isWithdrawn && s.numerator == other.numerator && s.denominator == other.denominator &&
		s.value == other.value && s.reported == other.reported && s.lower == other.lower && s.upper == other.upper &&
		s.unit == other.unit && s.status == other.status && s.conf == other.conf
}

// shown prints the numbers of a figure for a message.
func (s *suspect) shown() string {
	switch {
	case s.is(hasNumerator | hasDenominator):
		return show(s.numerator) + "/" + show(s.denominator)
	case s.is(hasValue):
		return show(s.value)
	}
	return "—"
}
