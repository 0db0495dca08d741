package sheet

import (
	"fmt"
	"io"
	"strings"
)

// Fact is a name and what is to be said under it.
type Fact struct{ Name, Text string }

// WriteFacts writes facts below each other, names in one column and texts
// wrapped beside them in at most the width. Facts without a text are left out.
func WriteFacts(w io.Writer, facts []Fact, width int) error {
	m := newMeasure()
	widest := 0
	for _, f := range facts {
		widest = max(widest, m.width(f.Name))
	}
	const indent = 2
	var b strings.Builder
	for _, f := range facts {
		text := clean(f.Text)
		if text == "" {
			continue
		}
		name := f.Name
		for _, line := range m.wrap(text, max(narrowest, width-indent-widest-gap)) {
			padding := strings.Repeat(" ", widest-m.width(name)+gap)
			fmt.Fprintf(&b, "%*s%s%s%s\n", indent, "", name, padding, line)
			name = ""
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
