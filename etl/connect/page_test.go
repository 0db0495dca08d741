package connect

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// joined puts pages together.
func joined(t interface{ Fatal(args ...any) }, records string, pages ...string) string {
	var out bytes.Buffer
	j := joiner{out: &out, records: records}
	for _, p := range pages {
		if _, err := j.add([]byte(p)); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.end(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestNoCutLosesOrDoublesARecord cuts lists into pages of any size, empty ones among
// them, in each of the layouts.
func TestNoCutLosesOrDoublesARecord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		records := rapid.SliceOf(rapid.StringMatching(`[a-z\]\["{}, 秀峰]{0,6}`)).Draw(t, "records")
		layout := rapid.SampledFrom([]string{"array", "object", "csv"}).Draw(t, "layout")
		var pages []string
		rest := records
		for {
			n := rapid.IntRange(0, len(rest)).Draw(t, "records of a page")
			pages, rest = append(pages, onePage(t, layout, rest[:n])), rest[n:]
			if len(rest) == 0 {
				break
			}
		}
		got := recordsOf(t, layout, joined(t, "", pages...))
		if !slices.Equal(got, records) {
			t.Fatalf("%q became %q by way of %q", records, got, pages)
		}
	})
}

func onePage(t *rapid.T, layout string, records []string) string {
	if layout == "csv" {
		text := "record\n"
		for _, r := range records {
			text += `"` + strings.ReplaceAll(r, `"`, `""`) + "\"\n"
		}
		return text
	}
	array, err := json.Marshal(append([]string{}, records...))
	if err != nil {
		t.Fatal(err)
	}
	if layout == "object" {
		return fmt.Sprintf(`{"of": 1, "value": %s, "@odata.nextLink": "x", "at": {"a": [1]}}`, array)
	}
	return string(array)
}

func recordsOf(t *rapid.T, layout, text string) []string {
	records := []string{}
	switch layout {
	case "csv":
		for line := range strings.Lines(strings.TrimPrefix(text, "record\n")) {
			line = strings.TrimSuffix(line, "\n")
			records = append(records, strings.ReplaceAll(line[1:len(line)-1], `""`, `"`))
		}
	case "object":
		var object struct{ Value []string }
		if err := json.Unmarshal([]byte(text), &object); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		records = object.Value
	default:
		if err := json.Unmarshal([]byte(text), &records); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
	}
	return records
}

// FuzzPages holds that no two pages of a server, however mad, make us panic or give
// damaged JSON.
func FuzzPages(f *testing.F) {
	for _, seed := range [][2]string{
		{`{"value":[1],"@odata.nextLink":"x"}`, `{"value":[]}`}, {`[1,2]`, `[]`}, {"a,b\n1,2\n", "a,b\n"}, {"\ufeff[", "{"}, {"", "\n"}, {`{"a":[]}`, `{"a":[3]} `},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, first, second string) {
		var out bytes.Buffer
		j := joiner{out: &out}
		for i, page := range []string{first, second} {
			if _, err := j.add([]byte(page)); err != nil {
				return
			}
			if i == 0 && !json.Valid([]byte(strings.TrimPrefix(page, "\ufeff"))) {
				first = ""
			}
		}
		if err := j.end(); err != nil {
			t.Fatal(err)
		}
		if first != "" && strings.ContainsAny(first[:1], "[{") && !json.Valid(out.Bytes()) {
			t.Errorf("%q and %q became %q", first, second, out.String())
		}
	})
}

func TestTheLinkToTheNextPageIsFoundAmongOthers(t *testing.T) {
	for header, want := range map[string]string{
		`<b>; rel="next"`:                                    "b",
		`<a>; rel="prev", <b>; rel=next`:                     "b",
		`<a>; rel="prev"; title="next, <x>", <b>;rel="next"`: "b",
		`<b>; title="a"; REL="first NEXT"`:                   "b",
		`<a>; rel="nextish"`:                                 "",
		`<a`:                                                 "",
		``:                                                   "",
		`<a>; rel="last", <https://h/b?x=1,2>; rel="next" , `: "https://h/b?x=1,2",
	} {
		if got := linkToNext([]string{header}); got != want {
			t.Errorf("%s: got %q, want %q", header, got, want)
		}
	}
}
