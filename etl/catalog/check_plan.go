package catalog

import (
	"slices"
	"strconv"
	"strings"
)

func (k *checker) checkPlans() {
	unique(k, k.Plans, func(p Plan) (string, position) { return p.Code, p.at })
	unique(k, k.Domains, func(d Domain) (string, position) { return d.Code, d.at })
	for _, p := range k.Plans {
		k.need(p.at, p.Code, "name_zh", p.NameZh, "name_en", p.NameEn, "document", p.DocumentCode)
		k.resolve(p.at, p.Code, "area", "AREA", p.AreaCode)
		if !slices.IsSorted([]uint16{p.BaselineYear, p.StartYear, p.MidtermYear, p.DeadlineYear}) {
			k.report(p.at, "years", p.Code)
		}
		k.checkCounts(p)
	}
	for _, d := range k.Domains {
		k.need(d.at, d.Code, "name_zh", d.NameZh, "name_en", d.NameEn)
	}
}

// checkCounts holds the entries of a plan against the counts it states, so that
// nothing gets lost while it is edited.
func (k *checker) checkCounts(p Plan) {
	found := Counts{}
	domains := map[string]bool{}
	for _, d := range k.Domains {
		if d.PlanCode == p.Code {
			domains[d.Code] = true
			found.Domains++
		}
	}
	for _, i := range k.Items {
		switch {
		case domains[i.DomainCode] && i.Section == "goal":
			found.Goals++
		case domains[i.DomainCode]:
			found.Strategies++
		}
	}
	for _, t := range k.Targets {
		if t.PlanCode == p.Code {
			found.Targets++
		}
	}
	for _, n := range []struct {
		what         string
		stated, real int
	}{
		{"domains", p.Counts.Domains, found.Domains},
		{"goals", p.Counts.Goals, found.Goals},
		{"strategies", p.Counts.Strategies, found.Strategies},
		{"targets", p.Counts.Targets, found.Targets},
	} {
		if n.stated != n.real {
			k.report(p.at, "count", p.Code, n.what, strconv.Itoa(n.stated), strconv.Itoa(n.real))
		}
	}
}

// checkItems holds the goals and strategies against those of the plan text.
func (k *checker) checkItems() {
	unique(k, k.Items, func(i Item) (string, position) { return i.Code, i.at })
	hasTarget := map[string]bool{}
	for _, t := range k.Targets {
		hasTarget[t.ItemCode] = true
	}
	listed := map[string]Item{}
	for _, i := range k.Items {
		listed[i.Code] = i
		if i.Section == "goal" && !hasTarget[i.Code] {
			k.report(i.at, "goal_without_target", i.Code)
		}
	}
	printed := map[string]uint32{}
	for _, p := range k.text.items() {
		printed[p.code] = p.line
		if _, ok := listed[p.code]; !ok {
			k.report(position{planTextFile, int(p.line)}, "item_missing", p.code, strconv.Itoa(int(p.line)))
		}
	}
	for _, i := range k.Items {
		if printed[i.Code] != i.Line || i.TextZh == "" {
			k.report(i.at, "item_line", i.Code, strconv.Itoa(int(i.Line)))
		}
	}
}

// checkSentences holds the quotations of a target against the items they are
// taken from, letter by letter.
func (k *checker) checkSentences(t Target) {
	if t.SentenceZh == "" || !strings.Contains(k.text.line(t.Line), t.SentenceZh) {
		k.report(t.at, "sentence", t.Code, t.SentenceZh)
	}
	for _, q := range t.Also {
		at := slices.IndexFunc(k.Items, func(i Item) bool { return i.Code == q.ItemCode })
		if at < 0 {
			k.report(t.at, "unknown_code", t.Code, "also", q.ItemCode)
		} else if q.SentenceZh == "" || !strings.Contains(k.Items[at].TextZh, q.SentenceZh) {
			k.report(t.at, "sentence", t.Code, q.SentenceZh)
		}
	}
	if t.ValueOrigin == "printed" && t.Value != nil && !printsNumber(t.SentenceZh, *t.Value) {
		k.report(t.at, "printed_number", t.Code, strconv.FormatFloat(*t.Value, 'g', -1, 64))
	}
}

// printsNumber says whether a sentence holds a number, in digits or, up to ten,
// in words before a counter such as 一所 and 五项. A change such as -20 is
// printed without its sign.
func printsNumber(sentence string, number float64) bool {
	number = max(number, -number)
	digits := func(r rune) bool { return (r < '0' || r > '9') && r != '.' }
	for _, word := range strings.FieldsFunc(sentence, digits) {
		if x, err := strconv.ParseFloat(word, 64); err == nil && x == number {
			return true
		}
	}
	words := []string{"", "一", "两", "三", "四", "五", "六", "七", "八", "九", "十"}
	if number != float64(int(number)) || number < 1 || int(number) >= len(words) {
		return false
	}
	return slices.ContainsFunc([]string{"所", "项", "个", "名"}, func(counter string) bool {
		return strings.Contains(sentence, words[int(number)]+counter)
	})
}
