package connect

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"bellwether/etl"
)

// The ways in which servers cut an answer into pages.
const (
	PagingOData  = "odata"  // the page holds the address of the next in @odata.nextLink
	PagingLink   = "link"   // the header Link names the next, rel="next"
	PagingPage   = "page"   // a parameter counts pages
	PagingOffset = "offset" // a parameter counts records
)

// Paging says how an answer is cut into pages. Pages that are counted end with an
// empty one, and only with it: a page that is short may just be shorter than asked.
type Paging struct {
	Kind          string // empty: not at all
	Parameter     string // counts pages or records
	SizeParameter string // asks for a number of records per page; may be empty
	Size          int    // that number
	First         int    // number of the first page or record
	Records       string // member with the records of JSON; found when empty and the only array
	MaxPages      int    // more are refused
}

// maxPageBytes bounds one page, which is held in memory.
const maxPageBytes = 64 << 20

// paged fetches page after page and puts them together.
func (v *visit) paged(ctx context.Context) (etl.Pull, error) {
	pages := joiner{records: v.Paging.Records}
	var opening *http.Response
	got, err := v.spool(func(w io.Writer) error {
		pages.out = w
		var err error
		if opening, err = v.walk(ctx, &pages); err != nil {
			return err
		}
		return pages.end()
	})
	if err != nil {
		return etl.Pull{}, v.paging(err)
	}
	return v.pull(got, opening), nil
}

// paging gives an error of the joiner its place and reason.
func (v *visit) paging(err error) error {
	var page pageError
	if errors.As(err, &page) {
		return &etl.PullError{Reason: etl.BadPaging, At: shownURL(v.first), Err: err}
	}
	return err
}

// walk adds every page and returns the answer that the first one came with.
func (v *visit) walk(ctx context.Context, pages *joiner) (opening *http.Response, err error) {
	next, start := v.numbered(v.Paging.First), v.Paging.First
	var before []byte
	for number := 1; next != nil; number++ {
		if number > v.Paging.MaxPages {
			return nil, pageError(fmt.Sprintf("more than %d pages", v.Paging.MaxPages))
		}
		content, response, err := v.page(ctx, next)
		if err != nil {
			return nil, err
		}
		if opening == nil {
			opening = response
		}
		if number > 1 && bytes.Equal(before, content) {
			return nil, pageError(fmt.Sprintf("page %d is page %d once more", number, number-1))
		}
		records, err := pages.add(content)
		if err != nil {
			return nil, fmt.Errorf("page %d: %w", number, err)
		}
		before = content
		switch v.Paging.Kind {
		case PagingPage:
			start++
		case PagingOffset:
			start += records
		}
		if next, err = v.after(response, pages, records, start); err != nil {
			return nil, fmt.Errorf("page %d: %w", number, err)
		}
	}
	return opening, nil
}

// after is the address of the page that follows, nil at the end.
func (v *visit) after(response *http.Response, pages *joiner, records, start int) (*url.URL, error) {
	link := ""
	switch v.Paging.Kind {
	case PagingPage, PagingOffset:
		if records == 0 {
			return nil, nil
		}
		return v.numbered(start), nil
	case PagingOData:
		link = pages.nextLink
	case PagingLink:
		link = linkToNext(response.Header.Values("Link"))
	}
	if link == "" {
		return nil, nil
	}
	next, err := response.Request.URL.Parse(link)
	if err != nil {
		return nil, pageError("the address of the next page cannot be read")
	}
	if !isSameHost(next, v.first) {
		return nil, pageError("the next page is said to be on another host: " + shownURL(next))
	}
	return v.addQuery(next)
}

// numbered is the address of the page or record that start counts; the address
// itself where the server gives links.
func (v *visit) numbered(start int) *url.URL {
	if v.Paging.Kind != PagingPage && v.Paging.Kind != PagingOffset {
		return v.first
	}
	address, query := *v.first, v.first.Query()
	query.Set(v.Paging.Parameter, strconv.Itoa(start))
	if v.Paging.SizeParameter != "" {
		query.Set(v.Paging.SizeParameter, strconv.Itoa(v.Paging.Size))
	}
	address.RawQuery = query.Encode()
	return &address
}

// page fetches one page into memory.
func (v *visit) page(ctx context.Context, address *url.URL) ([]byte, *http.Response, error) {
	var content bytes.Buffer
	response, err := v.retry(ctx, address, etl.Bookmark{}, func(response *http.Response) error {
		content.Reset()
		if response.ContentLength > maxPageBytes {
			return v.pageTooLarge()
		}
		return v.copy(ctx, &limitedBuffer{&content, v.pageTooLarge}, response)
	})
	if err != nil {
		return nil, nil, err
	}
	v.left -= int64(content.Len())
	return content.Bytes(), response, nil
}

func (v *visit) pageTooLarge() error {
	return &etl.PullError{Reason: etl.TooLarge, At: shownURL(v.first), Err: fmt.Errorf("one page is larger than %d bytes; ask for fewer records", maxPageBytes)}
}

// limitedBuffer refuses to grow beyond a page.
type limitedBuffer struct {
	buffer   *bytes.Buffer
	tooLarge func() error
}

// Write appends to the buffer.
func (l *limitedBuffer) Write(p []byte) (int, error) {
	if l.buffer.Len()+len(p) > maxPageBytes {
		return 0, l.tooLarge()
	}
	return l.buffer.Write(p)
}

// linkToNext finds the address with rel="next" in Link headers (RFC 8288).
func linkToNext(headers []string) string {
	for _, header := range headers {
		for header != "" {
			_, after, ok := strings.Cut(header, "<")
			if !ok {
				break
			}
			target, rest, ok := strings.Cut(after, ">")
			if !ok {
				break
			}
			parameters, following, _ := strings.Cut(rest, "<")
			if isNext(parameters) {
				return target
			}
			header = "<" + following
			if following == "" {
				break
			}
		}
	}
	return ""
}

func isNext(parameters string) bool {
	for parameter := range strings.SplitSeq(parameters, ";") {
		name, value, _ := strings.Cut(strings.Trim(parameter, " ,"), "=")
		if !strings.EqualFold(strings.TrimSpace(name), "rel") {
			continue
		}
		for relation := range strings.FieldsSeq(strings.Trim(strings.TrimSpace(value), `"`)) {
			if strings.EqualFold(relation, "next") {
				return true
			}
		}
	}
	return false
}
