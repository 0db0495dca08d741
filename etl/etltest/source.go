package etltest

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"bellwether/etl"
	"bellwether/etl/catalog"
)

var update = flag.Bool("update", false, "write the goldens anew")

// Source is a form with a payload to try it on.
type Source struct {
	Form      *etl.Form
	Catalog   etl.Catalog
	Payload   string                                    // path of a payload, beside it want.csv and want_rejects.csv
	Params    etl.Params                                // of the load
	Publisher string                                    // source code of the payload, where the form names none
	Reorder   func(t *testing.T, payload []byte) []byte // the same payload with its records in another order, nil when it has no order
}

// RunSource is the suite that every form passes. The payload is read as the
// goldens say, the same twice, and in any order of its records; an unknown code, a
// payload cut short, a sink that fails and a cancelled context end in a reject or
// an error, never in a panic and never with Arrow memory left behind.
func RunSource(t *testing.T, s Source) {
	payload := Payload(t, s.Payload)
	payload.SourceCode = s.Publisher
	whole, _ := Read(t, s.Form, s.Catalog, payload, s.Params)

	t.Run("reads what the goldens say", func(t *testing.T) {
		directory := filepath.Dir(s.Payload)
		Golden(t, filepath.Join(directory, "want.csv"), whole.Loaded.CSV())
		Golden(t, filepath.Join(directory, "want_rejects.csv"), whole.Refused.CSV())
	})
	t.Run("same payload same rows", func(t *testing.T) {
		again, _ := Read(t, s.Form, s.Catalog, payload, s.Params)
		if diff := cmp.Diff(whole, again); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("order of records does not matter", func(t *testing.T) { s.reordered(t, whole) })
	t.Run("unknown code is refused", func(t *testing.T) { s.unknown(t, payload, whole) })
	t.Run("payload cut short is refused", func(t *testing.T) { s.cutShort(t) })
	t.Run("no Arrow memory is left", func(t *testing.T) { s.memory(t, payload) })
	t.Run("cancelled reading returns", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		sink := &failing{do: func() error { cancel(); return ctx.Err() }}
		if _, err := s.Form.Read(ctx, s.Catalog, payload, s.Params, sink); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want the cancellation", err)
		}
	})
}

func (s Source) reordered(t *testing.T, whole *Collector) {
	if s.Reorder == nil {
		t.Log("the form has no order of records")
		return
	}
	bytes, err := os.ReadFile(s.Payload)
	if err != nil {
		t.Fatal(err)
	}
	payload := Write(t, filepath.Base(s.Payload), string(s.Reorder(t, bytes)))
	payload.SourceCode = s.Publisher
	other, _ := Read(t, s.Form, s.Catalog, payload, s.Params)
	if diff := cmp.Diff(whole.withoutAddresses(), other.withoutAddresses()); diff != "" {
		t.Error(diff)
	}
}

// withoutAddresses gives the observations without their cells, ordered, and the
// reasons of the rejects.
func (c *Collector) withoutAddresses() []string {
	var lines []string
	cell := slices.Index(c.Loaded.Header, "cell")
	for _, row := range c.Loaded.Rows {
		lines = append(lines, strings.Join(slices.Delete(slices.Clone(row), cell, cell+1), ","))
	}
	reason, text := slices.Index(c.Refused.Header, "reason_code"), slices.Index(c.Refused.Header, "row_text")
	for _, row := range c.Refused.Rows {
		lines = append(lines, row[reason]+" "+row[text])
	}
	slices.Sort(lines)
	return lines
}

// unknown hides the first indicator of the payload from the catalog.
func (s Source) unknown(t *testing.T, payload etl.Payload, whole *Collector) {
	if len(whole.Loaded.Rows) == 0 {
		t.Fatal("the payload holds no figure")
	}
	place := slices.Index(whole.Loaded.Header, "indicator_code")
	hidden := whole.Loaded.Rows[0][place]
	params := s.Params
	params.AcceptNew = false
	sink := &Collector{}
	summary, err := s.Form.Read(t.Context(), &without{s.Catalog, hidden}, payload, params, sink)
	var format *etl.FormatError
	if errors.As(err, &format) {
		return // the form itself names the indicator
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := sink.check(summary); err != nil {
		t.Error(err)
	}
	if sink.Loaded.Count(map[string]string{"indicator_code": hidden}) > 0 || sink.Refused.Count(map[string]string{"reason_code": "unknown_indicator"}) == 0 {
		t.Errorf("%s was not refused: %+v", hidden, summary)
	}
}

// without is a catalog that lacks one indicator.
type without struct {
	etl.Catalog
	code string
}

func (w *without) Indicator(code string) (catalog.Indicator, bool) {
	if code == w.code {
		return catalog.Indicator{}, false
	}
	return w.Catalog.Indicator(code)
}

func (w *without) HasCode(list, code string) bool {
	return (list != "INDICATOR" || code != w.code) && w.Catalog.HasCode(list, code)
}

func (w *without) ResolveAlias(list, publisher, text string) (string, bool) {
	code, ok := w.Catalog.ResolveAlias(list, publisher, text)
	return code, ok && (list != "INDICATOR" || code != w.code)
}

// cutShort reads the payload cut at many places.
func (s Source) cutShort(t *testing.T) {
	bytes, err := os.ReadFile(s.Payload)
	if err != nil {
		t.Fatal(err)
	}
	const cuts = 40
	for i := range cuts {
		length := len(bytes) * i / cuts
		payload := Write(t, filepath.Base(s.Payload), string(bytes[:length]))
		payload.SourceCode = s.Publisher
		sink := &Collector{}
		summary, err := s.Form.Read(t.Context(), s.Catalog, payload, s.Params, sink)
		var format *etl.FormatError
		if err != nil && !errors.As(err, &format) {
			t.Errorf("cut at byte %d: got %v, want a *FormatError", length, err)
		}
		if err == nil {
			if err := sink.check(summary); err != nil {
				t.Errorf("cut at byte %d: %v", length, err)
			}
		}
	}
}

// memory reads once to the end and once into a sink that fails.
func (s Source) memory(t *testing.T, payload etl.Payload) {
	errSink := errors.New("the sink is full")
	for _, sink := range []etl.Sink{&Collector{}, &failing{do: func() error { return errSink }}} {
		mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
		_, err := s.Form.ReadWith(t.Context(), mem, s.Catalog, payload, s.Params, sink)
		if _, fails := sink.(*failing); fails != errors.Is(err, errSink) {
			t.Errorf("got %v", err)
		}
		mem.AssertSize(t, 0)
	}
}

// failing is a sink that takes nothing.
type failing struct{ do func() error }

func (f *failing) Observations(arrow.Record) error { return f.do() }
func (f *failing) Rejects(arrow.Record) error      { return f.do() }
func (f *failing) Restart() error                  { return f.do() }

// Golden compares text with a file, or writes the file with -update.
func Golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (write it with -update)", err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s: %s", filepath.Base(path), diff)
	}
}

// ReverseLines gives a Reorder that turns the order of lines round, from the
// first to the last given; lines count from 1 and a negative last counts from the
// end.
func ReverseLines(first, last int) func(*testing.T, []byte) []byte {
	return func(t *testing.T, bytes []byte) []byte {
		t.Helper()
		lines := strings.SplitAfter(string(bytes), "\n")
		if lines[len(lines)-1] == "" {
			lines = lines[:len(lines)-1]
		}
		end := last
		if end < 0 {
			end = len(lines) + 1 + last
		}
		if first < 1 || end > len(lines) || first >= end {
			t.Fatal(fmt.Errorf("lines %d to %d of %d", first, end, len(lines)))
		}
		slices.Reverse(lines[first-1 : end])
		return []byte(strings.Join(lines, ""))
	}
}

// ReverseRows turns the order of some rows of a sheet round, the last and the
// first included, with the texts and numbers in them.
func ReverseRows(sheet string, first, last int) func(*testing.T, []byte) []byte {
	return func(t *testing.T, payload []byte) []byte {
		t.Helper()
		book, err := excelize.OpenReader(bytes.NewReader(payload))
		if err != nil {
			t.Fatal(err)
		}
		defer book.Close()
		rows, err := book.GetRows(sheet, excelize.Options{RawCellValue: true})
		if err != nil || len(rows) < last {
			t.Fatalf("%d rows of %s: %v", len(rows), sheet, err)
		}
		width := 0
		for _, row := range rows[first-1 : last] {
			width = max(width, len(row))
		}
		for row := first; row <= last; row++ {
			texts := make([]any, width)
			for i, text := range rows[first+last-row-1] {
				texts[i] = text
			}
			if err := book.SetSheetRow(sheet, fmt.Sprintf("A%d", row), &texts); err != nil {
				t.Fatal(err)
			}
		}
		out, err := book.WriteToBuffer()
		if err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
}
