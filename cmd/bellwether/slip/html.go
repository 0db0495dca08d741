package slip

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
)

//go:embed slip.html
var pageText string

// WriteHTML writes the slip as one page that needs nothing else and prints on A4
// in landscape.
func (s Slip) WriteHTML(out io.Writer) error {
	w := s.words()
	page, err := template.New("slip").Funcs(template.FuncMap{
		"class": w.class,
		"next":  func(i int) int { return i + 1 },
	}).Parse(pageText)
	if err != nil {
		return fmt.Errorf("read page of slip: %w", err)
	}
	about := struct {
		Slip
		Title, AccountName, AccountText, HowTo, Signature string
		Heading, None, MissingHeading, NoneMissing        string
		Columns                                           []string
		MissingColumns                                    []string
	}{s, w.title, w.account, s.Account.text(w), w.howTo, w.signature, w.findings, w.none, w.missing, w.noneMissing, w.columns[:], w.missingColumns[:]}
	if err := page.Execute(out, about); err != nil {
		return fmt.Errorf("write slip: %w", err)
	}
	return nil
}
