package catalog

import (
	"fmt"
	"io/fs"
	"regexp"
	"strconv"
	"strings"
)

// planText is the text of the plans as issued, by line.
type planText struct {
	lines []string
}

// textItem is a numbered goal or strategy as it stands in the text.
type textItem struct {
	code   string // such as W-1-G03
	number uint8
	line   uint32 // from 1
	text   string // without its number
}

func (c *Catalog) loadText(fsys fs.FS) error {
	data, err := fs.ReadFile(fsys, planTextFile)
	if err != nil {
		return fmt.Errorf("read %s: %w", planTextFile, err)
	}
	c.text.lines = strings.Split(string(data), "\n")
	return nil
}

// line gives a line, counted from 1; empty past the end.
func (t planText) line(number uint32) string {
	if number == 0 || int(number) > len(t.lines) {
		return ""
	}
	return t.lines[number-1]
}

// item gives the words of the item on a line and its number there. One line of
// the text begins with a bookmark that the word processor left behind.
func (t planText) item(number uint32) (uint8, string, bool) {
	line := t.line(number)
	if mark, rest, ok := strings.Cut(line, "]"); ok && strings.HasPrefix(mark, "[bookmark: ") {
		line = rest
	}
	digits, text, ok := strings.Cut(line, ".")
	n, err := strconv.ParseUint(digits, 10, 8)
	return uint8(n), strings.TrimSpace(text), ok && err == nil
}

// items walks the text and numbers what it finds, so that nothing printed can
// be left out of the catalog. A domain is a heading such as （三）妇女与经济,
// inside chapter 二 of a plan.
func (t planText) items() []textItem {
	domain := regexp.MustCompile(`^（([一二三四五六七八九])）(妇女|儿童)(?:与|参与)\S+$`)
	letters := map[string]string{"妇女": "W", "儿童": "C"}
	var found []textItem
	var here, section string
	for i, line := range t.lines {
		switch match := domain.FindStringSubmatch(line); {
		case match != nil:
			number := strings.Index("一二三四五六七八九", match[1])/len("一") + 1
			here, section = fmt.Sprintf("%s-%d", letters[match[2]], number), ""
		case strings.HasPrefix(line, "主要目标"):
			section = "G"
		case strings.HasPrefix(line, "策略措施"):
			section = "S"
		case strings.HasPrefix(line, "三、"):
			here = ""
		}
		if number, text, ok := t.item(uint32(i + 1)); ok && here != "" && section != "" {
			code := fmt.Sprintf("%s-%s%02d", here, section, number)
			found = append(found, textItem{code, number, uint32(i + 1), text})
		}
	}
	return found
}
