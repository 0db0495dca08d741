package decode

import (
	"fmt"
	"strings"
)

// FormatError reports that a file is not laid out as its form says, or cannot
// be read at all. Nothing of the file is loaded: a person looks first.
type FormatError struct {
	Form   string // code of the form, empty when no form was involved yet
	File   string // name of the file as it was received
	At     string // sheet and cell, record or JSON path; empty for the whole file
	WantZh string // what was expected and what to do, Chinese
	Want   string // the same in English
	Got    string // what was found instead, as it stands in the file; may be empty
}

// Error gives one line in both languages.
func (e *FormatError) Error() string {
	var b strings.Builder
	for _, part := range []string{e.File, e.At} {
		if part != "" {
			b.WriteString(part)
			b.WriteString(": ")
		}
	}
	if e.Form != "" {
		b.WriteString("form ")
		b.WriteString(e.Form)
		b.WriteString(": ")
	}
	b.WriteString(e.WantZh)
	b.WriteString(" / ")
	b.WriteString(e.Want)
	if e.Got != "" {
		b.WriteString(": ")
		b.WriteString(e.Got)
	}
	return b.String()
}

// cellTooLong refuses a file with a cell longer than any remark in a table.
func cellTooLong(file, at string, limit, got int) error {
	return &FormatError{File: file, At: at, WantZh: fmt.Sprintf("单元格内容过长，最多 %d 字节", limit),
		Want: fmt.Sprintf("want cells of at most %d bytes", limit), Got: fmt.Sprintf("%d bytes", got)}
}

// first gives the first text that is not empty.
func first(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

// cutText shortens a text to about so many bytes and to one line.
func cutText(text string, bytes int) string {
	text = strings.ToValidUTF8(strings.Join(strings.Fields(text), " "), "�")
	if len(text) <= bytes {
		return text
	}
	return strings.ToValidUTF8(text[:bytes], "") + "…"
}

// Fault says why a record cannot be trusted although the file can be read on.
type Fault uint8

const (
	// NoFault marks a sound record.
	NoFault Fault = iota
	// BadEncoding marks a record that holds bytes which are no characters in
	// the encoding of the file.
	BadEncoding
	// BadQuoting marks a record with text after a closing quotation mark.
	BadQuoting
)
