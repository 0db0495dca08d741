package connect_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"

	"bellwether/etl"
	"bellwether/etl/connect"
)

// fetched is the text of the only payload.
func fetched(t *testing.T, h connect.HTTP) string {
	t.Helper()
	pull, err := h.Fetch(t.Context(), etl.Bookmark{ETag: `"not for pages"`})
	if err != nil {
		t.Fatal(err)
	}
	if len(pull.Payloads) != 1 || pull.Bookmark != (etl.Bookmark{}) {
		t.Fatalf("got %+v, want one payload and no bookmark", pull)
	}
	text, err := os.ReadFile(pull.Payloads[0].Path)
	if err != nil {
		t.Fatal(err)
	}
	if pull.Payloads[0].Size != int64(len(text)) {
		t.Errorf("size %d of %d bytes", pull.Payloads[0].Size, len(text))
	}
	return string(text)
}

// pulledFor is the reason that a fetch fails for.
func pulledFor(t *testing.T, h connect.HTTP) etl.PullReason {
	t.Helper()
	_, err := h.Fetch(t.Context(), etl.Bookmark{})
	var failed *etl.PullError
	if !errors.As(err, &failed) {
		t.Fatalf("got %v, want a PullError", err)
	}
	if files, err := os.ReadDir(h.Spool); err != nil || len(files) != 0 {
		t.Errorf("%d files are left in the spool directory (%v)", len(files), err)
	}
	return failed.Reason
}

func TestPagesOfODataBecomeOnePayload(t *testing.T) {
	h := source(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") != "" {
			t.Error("a page was asked for conditionally")
		}
		switch r.URL.Query().Get("$skip") {
		case "":
			fmt.Fprint(w, `{"@odata.context":"c","value":[{"y":2023, "v":1.10}, {"y":2024}],"@odata.nextLink":"return.json?$skip=2","n":3}`)
		case "2":
			fmt.Fprint(w, `{"@odata.context":"c","value":[{"y":2025}]}`)
		}
	})
	h.Paging = connect.Paging{Kind: connect.PagingOData, MaxPages: 10}
	const want = `{"@odata.context":"c","value":[{"y":2023, "v":1.10}, {"y":2024},{"y":2025}],"n":3}`
	if got := fetched(t, h); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestASinglePageIsKeptByteForByte(t *testing.T) {
	const page = "\ufeff {\"n\": 1,\n \"value\": [ {\"y\":2023} ] }\n"
	h := source(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, page) })
	h.Paging = connect.Paging{Kind: connect.PagingOData, MaxPages: 10}
	if got := fetched(t, h); got != page {
		t.Errorf("got %q", got)
	}
}

func TestALastPageWithoutRecordsLeavesNoLinkBehind(t *testing.T) {
	h := source(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("$skip") == "" {
			fmt.Fprint(w, `{"value":[1],"@odata.nextLink":"?$skip=1"}`)
			return
		}
		fmt.Fprint(w, `{"value":[]}`)
	})
	h.Paging = connect.Paging{Kind: connect.PagingOData, MaxPages: 10}
	if got := fetched(t, h); got != `{"value":[1]}` {
		t.Errorf("got %s", got)
	}
}

func TestPagesByLinkHeaderBecomeOnePayload(t *testing.T) {
	h := source(t, func(w http.ResponseWriter, r *http.Request) {
		page, _ := strconv.Atoi(r.URL.Query().Get("page"))
		if page < 2 {
			w.Header().Add("Link", `<https://elsewhere/help>; rel="help"`)
			w.Header().Add("Link", fmt.Sprintf(`<?page=0>; rel="first prev", <?page=%d>; title="a, b"; rel="next"`, page+1))
		}
		fmt.Fprintf(w, "指标,数值\r\nA,%d\r\n", page)
	})
	h.Paging = connect.Paging{Kind: connect.PagingLink, MaxPages: 10}
	if got, want := fetched(t, h), "指标,数值\r\nA,0\nA,1\nA,2\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestCountedPagesEndWithAnEmptyOne holds that a server which gives fewer records
// than it was asked for loses none.
func TestCountedPagesEndWithAnEmptyOne(t *testing.T) {
	const total, most = 7, 3 // the server never gives more than 3
	for kind, first := range map[string]int{connect.PagingOffset: 0, connect.PagingPage: 1} {
		t.Run(kind, func(t *testing.T) {
			h := source(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Query().Get("limit") != "100" || r.URL.Query().Get("key") != "secret" {
					t.Errorf("got parameters %s", r.URL.RawQuery)
				}
				from, _ := strconv.Atoi(r.URL.Query().Get("at"))
				if kind == connect.PagingPage {
					from = (from - 1) * most
				}
				records := []int{}
				for i := from; i < min(from+most, total); i++ {
					records = append(records, i)
				}
				if err := json.NewEncoder(w).Encode(records); err != nil {
					t.Error(err)
				}
			})
			h.Paging = connect.Paging{Kind: kind, Parameter: "at", First: first, SizeParameter: "limit", Size: 100, MaxPages: 10}
			var got []int
			if err := json.Unmarshal([]byte(fetched(t, h)), &got); err != nil || fmt.Sprint(got) != "[0 1 2 3 4 5 6]" {
				t.Errorf("got %v, %v", got, err)
			}
		})
	}
}

func TestPagesThatMakeNoAnswerAreRefused(t *testing.T) {
	for name, one := range map[string]struct {
		pages  []string
		paging connect.Paging
	}{
		"the same page again":         {[]string{`[1]`, `[1]`}, connect.Paging{Kind: connect.PagingPage, Parameter: "p"}},
		"more than are allowed":       {[]string{`[1]`, `[2]`, `[3]`, `[4]`, `[5]`}, connect.Paging{Kind: connect.PagingPage, Parameter: "p"}},
		"another header":              {[]string{"a,b\n1,2\n", "a,c\n1,2\n"}, connect.Paging{Kind: connect.PagingPage, Parameter: "p"}},
		"another kind":                {[]string{"a,b\n1,2\n", `[1]`}, connect.Paging{Kind: connect.PagingPage, Parameter: "p"}},
		"damaged":                     {[]string{`[1]`, `[2`}, connect.Paging{Kind: connect.PagingPage, Parameter: "p"}},
		"markup":                      {[]string{`<html>`}, connect.Paging{Kind: connect.PagingPage, Parameter: "p"}},
		"two arrays":                  {[]string{`{"a":[1],"b":[2]}`}, connect.Paging{Kind: connect.PagingOData}},
		"no such member":              {[]string{`{"a":[1]}`}, connect.Paging{Kind: connect.PagingOData, Records: "b"}},
		"a link to another host":      {[]string{`{"value":[1],"@odata.nextLink":"http://127.0.0.2:1/next"}`}, connect.Paging{Kind: connect.PagingOData}},
		"a link to another protocol":  {[]string{`{"value":[1],"@odata.nextLink":"file:///etc/passwd"}`}, connect.Paging{Kind: connect.PagingOData}},
		"a link that is no text":      {[]string{`{"value":[1],"@odata.nextLink":7}`}, connect.Paging{Kind: connect.PagingOData}},
		"a link that leads to itself": {[]string{`{"value":[1],"@odata.nextLink":"?p=0"}`}, connect.Paging{Kind: connect.PagingOData}},
	} {
		t.Run(name, func(t *testing.T) {
			h := source(t, func(w http.ResponseWriter, r *http.Request) {
				place, _ := strconv.Atoi(r.URL.Query().Get("p"))
				fmt.Fprint(w, one.pages[place])
			})
			h.Paging = one.paging
			h.Paging.MaxPages = 4
			if got := pulledFor(t, h); got != etl.BadPaging {
				t.Errorf("got %s", got)
			}
		})
	}
}

func TestTheSizeLimitCountsAllPages(t *testing.T) {
	h := source(t, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "a\n%s\n", strings.Repeat(r.URL.Query().Get("p"), 400))
	})
	h.Paging = connect.Paging{Kind: connect.PagingPage, Parameter: "p", MaxPages: 100}
	h.MaxBytes = 1000
	if got := pulledFor(t, h); got != etl.TooLarge {
		t.Errorf("got %s", got)
	}
}
