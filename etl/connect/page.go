package connect

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// pageError says why pages cannot be put together.
type pageError string

// Error is the reason.
func (e pageError) Error() string { return string(e) }

// joiner puts pages together to one payload as they come. A single page is kept
// byte for byte. Of more, the records stay as the server wrote them, within the
// envelope of the first page.
type joiner struct {
	out      io.Writer
	records  string // member with the records of JSON, may be empty
	nextLink string // of the page added last

	only    []byte // the first page while it is the only one
	opening page   // of the first page
	isMany  bool
}

// page is one page, taken apart.
type page struct {
	before, records, after []byte // the records without what encloses them
	separator              string // between the records of two pages
	header                 string // first line of CSV
	count                  int    // records
	isLinked               bool   // it names a next page
}

// add takes a page and returns how many records it holds; of CSV, where a record
// may go over several lines, only 0 is exact. An empty page after the first adds
// nothing.
func (j *joiner) add(content []byte) (int, error) {
	p, next, err := takeApart(content, j.records)
	if err != nil {
		return 0, err
	}
	j.nextLink = next
	if j.only == nil && !j.isMany {
		j.only, j.opening = content, p
		return p.count, nil
	}
	if p.separator != j.opening.separator || p.header != j.opening.header {
		return 0, pageError("it is laid out differently from the first page")
	}
	if p.count == 0 {
		return 0, nil
	}
	return p.count, j.append(p)
}

func (j *joiner) append(p page) error {
	var text []byte
	if !j.isMany {
		j.isMany, j.only = true, nil
		text = append(text, j.opening.before...)
		text = append(text, j.opening.records...)
		if j.opening.count == 0 {
			text = append(text, p.records...)
			_, err := j.out.Write(text)
			return err
		}
	}
	text = append(append(text, p.separator...), p.records...)
	_, err := j.out.Write(text)
	return err
}

// end writes what comes after the last record. A page that said there were more,
// when there were none, is written like many: it must not go on saying so.
func (j *joiner) end() error {
	rest := j.only
	switch {
	case j.isMany:
		rest = j.opening.after
	case j.opening.isLinked:
		rest = slices.Concat(j.opening.before, j.opening.records, j.opening.after)
	}
	_, err := j.out.Write(rest)
	return err
}

// takeApart finds the records of a page of JSON or CSV, and the link to the next
// page where JSON has one.
func takeApart(content []byte, records string) (p page, next string, err error) {
	switch start := bytes.TrimLeft(content, " \t\r\n\ufeff"); {
	case bytes.HasPrefix(start, []byte("{")):
		return objectPage(content, records)
	case bytes.HasPrefix(start, []byte("[")):
		p, err = arrayPage(content)
		return p, "", err
	case bytes.HasPrefix(start, []byte("<")), bytes.IndexByte(content, 0) >= 0:
		return p, "", pageError("it is neither JSON nor CSV")
	default:
		return csvPage(content), "", nil
	}
}

func csvPage(content []byte) page {
	header, rest, _ := bytes.Cut(content, []byte("\n"))
	rest = bytes.TrimRight(rest, "\r\n")
	p := page{before: append(bytes.Clone(header), '\n'), records: rest, after: []byte("\n"), separator: "\n",
		header: strings.TrimRight(string(header), "\r")}
	if len(rest) > 0 {
		p.count = 1 + bytes.Count(rest, []byte("\n"))
	}
	return p
}

func arrayPage(content []byte) (page, error) {
	var elements []json.RawMessage
	if err := json.Unmarshal(bytes.TrimPrefix(content, []byte("\ufeff")), &elements); err != nil {
		return page{}, pageError("its JSON is damaged: " + err.Error())
	}
	open, close := bytes.IndexByte(content, '['), bytes.LastIndexByte(content, ']')
	return page{before: content[:open+1], records: content[open+1 : close], after: content[close:], separator: ",", count: len(elements)}, nil
}

// member is a member of a JSON object.
type member struct {
	name string
	raw  json.RawMessage
}

// objectPage finds the array of records among the members of an object. What
// surrounds it is written anew without the link to the next page, which would be
// untrue of all pages together.
func objectPage(content []byte, records string) (p page, next string, err error) {
	members, err := membersOf(content)
	if err != nil {
		return page{}, "", pageError("its JSON is damaged: " + err.Error())
	}
	place, err := recordsAmong(members, records)
	if err != nil {
		return page{}, "", err
	}
	if p, err = arrayPage(members[place].raw); err != nil {
		return page{}, "", err
	}
	before, after := []byte("{"), []byte("]")
	for i, m := range members {
		name, err := json.Marshal(m.name)
		if err != nil {
			return page{}, "", fmt.Errorf("write page: %w", err)
		}
		switch {
		case m.name == "@odata.nextLink" || m.name == "odata.nextLink":
			if err := json.Unmarshal(m.raw, &next); err != nil {
				return page{}, "", pageError("the link to the next page is no text")
			}
		case i < place:
			before = append(append(append(append(before, name...), ':'), m.raw...), ',')
		case i == place:
			before = append(append(before, name...), ":["...)
		default:
			after = append(append(append(append(after, ','), name...), ':'), m.raw...)
		}
	}
	p.before, p.after, p.isLinked = before, append(after, '}'), next != ""
	return p, next, nil
}

// recordsAmong is the place of the member with the records.
func recordsAmong(members []member, wanted string) (int, error) {
	place, arrays := -1, 0
	for i, m := range members {
		if len(m.raw) == 0 || m.raw[0] != '[' {
			continue
		}
		if m.name == wanted {
			return i, nil
		}
		place, arrays = i, arrays+1
	}
	switch {
	case wanted != "":
		return 0, pageError(fmt.Sprintf("it has no array %q", wanted))
	case arrays != 1:
		return 0, pageError(fmt.Sprintf("it has %d arrays; name the one with the records in paging.records", arrays))
	}
	return place, nil
}

// membersOf reads the members of an object in their order, their values as
// written.
func membersOf(content []byte) ([]member, error) {
	decoder := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(content, []byte("\ufeff"))))
	if _, err := decoder.Token(); err != nil { // the opening brace
		return nil, err
	}
	var members []member
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		m := member{name: fmt.Sprint(name)}
		if err := decoder.Decode(&m.raw); err != nil {
			return nil, err
		}
		members = append(members, m)
	}
	if _, err := decoder.Token(); err != nil { // the closing brace
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("text after the end")
	}
	return members, nil
}
