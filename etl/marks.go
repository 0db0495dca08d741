package etl

import (
	"cmp"
	"slices"
	"strings"
)

// flag is a letter behind a figure and the status it means.
type flag struct {
	text   string
	status int32
}

// flagList numbers the statuses of flags, longest flag first, so that "ep" is not
// taken for a "p" behind an "e".
func (r *reading) flagList(flags map[string]string) []flag {
	var list []flag
	for text, status := range r.statuses(flags) {
		list = append(list, flag{text, status})
	}
	slices.SortFunc(list, func(a, b flag) int {
		return cmp.Or(len(b.text)-len(a.text), strings.Compare(a.text, b.text))
	})
	return list
}

// defaultMissing are marks that say everywhere that there is no figure. A dash is
// not among them: it is zero for one publisher and missing for another, so a
// form has to say.
func defaultMissing() map[string]string {
	return map[string]string{
		"…": "O", "...": "O", "..": "O", "N/A": "O", "n/a": "O", "NA": "O", "No data": "O",
		"无数据": "O", "缺失": "O", "未统计": "L", "不适用": "M",
	}
}

// skipMark is what a form puts in place of a status for marks that say nothing.
const skipMark = "skip"

// statuses numbers the statuses of marks; later lists go before earlier ones.
func (r *reading) statuses(lists ...map[string]string) map[string]int32 {
	numbered := map[string]int32{}
	for _, list := range lists {
		for _, mark := range sortedKeys(list) {
			numbered[mark] = -1
			if status := list[mark]; status != skipMark {
				numbered[mark] = r.dictionaries[statusDictionary].number(status)
			}
		}
	}
	return numbered
}
