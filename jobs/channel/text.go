package channel

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// section is what has the same event, severity, rule and agency: an outage that
// makes 400 indicators stale is one of them.
type section struct {
	first   Notice
	notices []Notice
}

// sections puts what people read together: the gravest first, what has ended last.
func (m Message) sections() []section {
	var all []section
	for _, n := range m.Notices {
		i := slices.IndexFunc(all, func(s section) bool { return s.holds(n) })
		if i < 0 {
			i, all = len(all), append(all, section{first: n})
		}
		all[i].notices = append(all[i].notices, n)
	}
	slices.SortStableFunc(all, func(a, b section) int {
		return cmp.Or(
			cmp.Compare(slices.Index(eventOrder, a.first.Event), slices.Index(eventOrder, b.first.Event)),
			cmp.Compare(slices.Index(severities, a.first.Severity), slices.Index(severities, b.first.Severity)),
			cmp.Compare(a.first.RuleCode, b.first.RuleCode), cmp.Compare(a.first.AgencyZh, b.first.AgencyZh))
	})
	return all
}

var (
	eventOrder = []string{Opened, Reopened, Changed, Unsilenced, Unacknowledged, Overdue, Reminder, SilenceSet, SilenceEnding, SilenceStands, Resolved}
	severities = []string{"critical", "warning", "notice"}
)

func (s section) holds(n Notice) bool {
	return s.first.Event == n.Event && s.first.Severity == n.Severity &&
		s.first.RuleCode == n.RuleCode && slices.Equal(s.first.Agencies, n.Agencies)
}

// words are the names of events and severities, Chinese and English.
var words = map[string][2]string{
	Opened: {"新增", "New"}, Reopened: {"再次出现", "Back again"}, Changed: {"等级变化", "Severity changed"}, Resolved: {"解除", "Resolved"},
	Unsilenced: {"静默结束，仍未解除", "Still open, the silence has ended"}, Reminder: {"仍未解除", "Still open"},
	Unacknowledged: {"逾期无人知悉", "Not taken up in time"}, Overdue: {"交办逾期", "Overdue"},
	SilenceSet: {"设置静默", "Silence set"}, SilenceEnding: {"静默即将结束", "Silence ends soon"}, SilenceStands: {"仍在静默", "Silence stands"},
	"critical": {"严重", "critical"}, "warning": {"警告", "warning"}, "notice": {"提示", "notice"},
}

// titleZh heads the section, in Chinese.
func (s section) titleZh() string {
	about := s.first.RuleZh
	if s.first.AgencyZh != "" {
		about += "（" + s.first.AgencyZh + "）"
	}
	return fmt.Sprintf("%s · %s · %s：%d 条", words[s.first.Event][0], words[s.first.Severity][0], clip(about, 60), len(s.notices))
}

// titleEn heads the section, in English.
func (s section) titleEn() string {
	about := s.first.RuleEn
	if s.first.AgencyEn != "" {
		about += " (" + s.first.AgencyEn + ")"
	}
	return fmt.Sprintf("%s · %s · %s: %d", words[s.first.Event][1], words[s.first.Severity][1], clip(about, 120), len(s.notices))
}

// head are the first notices of the section, and how many are left out.
func (s section) head(most int) ([]Notice, int) {
	most = min(most, len(s.notices))
	return s.notices[:most], len(s.notices) - most
}

// Subject says in one line of Chinese what the message is about.
func (m Message) Subject() string {
	counts := map[string]int{}
	for _, n := range m.Notices {
		if n.Event == Resolved {
			counts[Resolved]++
		} else {
			counts[n.Severity]++
		}
	}
	var parts []string
	for _, word := range append(slices.Clone(severities), Resolved) {
		if counts[word] > 0 {
			parts = append(parts, fmt.Sprintf("%s %d 条", words[word][0], counts[word]))
		}
	}
	about := "监测预警"
	if m.InsteadOf != "" {
		about += "（代 " + m.InsteadOf + "）"
	}
	return about + "：" + strings.Join(parts, "，")
}

// briefly is how many notices of a section a robot shows, and how many
// characters of each: what two lines of a telephone hold, several times over.
const (
	briefly      = 5
	brieflyChars = 200
)

// markdown writes the message for a robot, in at most so many bytes.
func (m Message) markdown(limit int) string {
	return m.brief(limit, func(title string) string { return "**" + title + "**\n" }, "> ")
}

// plain writes the message without marks, in at most so many bytes.
func (m Message) plain(limit int) string {
	return m.brief(limit, func(title string) string { return title + "\n" }, "- ")
}

// brief adds section by section while there is room for the last line too.
func (m Message) brief(limit int, title func(string) string, mark string) string {
	text := title(m.Subject())
	left := len(m.Notices)
	for _, s := range m.sections() {
		block := "\n" + title(s.titleZh())
		shown, more := s.head(briefly)
		for _, n := range shown {
			block += mark + clip(n.MessageZh, brieflyChars) + "\n"
		}
		if more > 0 {
			block += fmt.Sprintf("%s另有 %d 条：bellwether alerts --rule %s\n", mark, more, s.first.RuleCode)
		}
		last := fmt.Sprintf("\n其余 %d 条见 bellwether alerts", left)
		if len(text)+len(block)+len(last) > limit {
			return text + last
		}
		text, left = text+block, left-len(s.notices)
	}
	return text
}
