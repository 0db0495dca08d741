package etltest

import (
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"bellwether/etl"
)

// Rows are records as text, column by column, with their header: what a golden
// holds.
type Rows struct {
	Header []string
	Rows   [][]string
}

// Collector is a sink that keeps everything as text.
type Collector struct {
	Loaded  Rows
	Refused Rows
}

// Observations implements etl.Sink.
func (c *Collector) Observations(record arrow.Record) error {
	return c.Loaded.add(record, etl.ObservationSchema())
}

// Rejects implements etl.Sink.
func (c *Collector) Rejects(record arrow.Record) error {
	return c.Refused.add(record, etl.RejectSchema())
}

// Restart implements etl.Sink.
func (c *Collector) Restart() error {
	*c = Collector{}
	return nil
}

// Discard is a sink that keeps nothing, for readings of which the summary says all.
type Discard struct{}

// Observations implements etl.Sink.
func (Discard) Observations(arrow.Record) error { return nil }

// Rejects implements etl.Sink.
func (Discard) Rejects(arrow.Record) error { return nil }

// Restart implements etl.Sink.
func (Discard) Restart() error { return nil }

func (r *Rows) add(record arrow.Record, schema *arrow.Schema) error {
	if !record.Schema().Equal(schema) {
		return fmt.Errorf("record has schema %s", record.Schema())
	}
	if record.NumRows() == 0 || record.NumRows() > etl.BatchRows {
		return fmt.Errorf("record has %d rows", record.NumRows())
	}
	if r.Header == nil {
		for _, field := range schema.Fields() {
			r.Header = append(r.Header, field.Name)
		}
	}
	for i := range int(record.NumRows()) {
		row := make([]string, record.NumCols())
		for j := range row {
			if record.Column(j).IsNull(i) && !schema.Field(j).Nullable {
				return fmt.Errorf("column %s is null in row %d", schema.Field(j).Name, i)
			}
			row[j] = text(record.Column(j), i)
		}
		r.Rows = append(r.Rows, row)
	}
	return nil
}

// text prints one value; null is empty.
func text(column arrow.Array, i int) string {
	if column.IsNull(i) {
		return ""
	}
	switch column := column.(type) {
	case *array.Dictionary:
		return column.Dictionary().(*array.String).Value(column.GetValueIndex(i))
	case *array.Float64:
		return strconv.FormatFloat(column.Value(i), 'g', 12, 64)
	case *array.Date32:
		return column.Value(i).ToTime().Format(time.DateOnly)
	}
	return column.ValueStr(i)
}

// Sort orders the rows by all their columns, so that two readings compare.
func (r *Rows) Sort() {
	slices.SortFunc(r.Rows, func(a, b []string) int { return slices.Compare(a, b) })
}

// Value gives a column of the first row whose columns have the wanted texts.
func (r *Rows) Value(column string, where map[string]string) (string, bool) {
	for _, row := range r.Rows {
		if r.matches(row, where) {
			return row[slices.Index(r.Header, column)], true
		}
	}
	return "", false
}

// Count counts the rows whose columns have the wanted texts.
func (r *Rows) Count(where map[string]string) int {
	n := 0
	for _, row := range r.Rows {
		if r.matches(row, where) {
			n++
		}
	}
	return n
}

func (r *Rows) matches(row []string, where map[string]string) bool {
	for column, want := range where {
		i := slices.Index(r.Header, column)
		if i < 0 || row[i] != want {
			return false
		}
	}
	return true
}

// CSV prints the rows with their header.
func (r *Rows) CSV() string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	w.Write(r.Header)
	w.WriteAll(r.Rows)
	return b.String()
}

// Payload describes a local file the way a connector would.
func Payload(t testing.TB, path string) etl.Payload {
	t.Helper()
	bytes, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(bytes)
	return etl.Payload{SHA256: hex.EncodeToString(sum[:]), FileName: filepath.Base(path), Location: path,
		Size: int64(len(bytes)), RetrievedAt: time.Date(2025, 3, 1, 0, 0, 0, 0, time.UTC), Path: path}
}

// Write puts text into a file of a temporary directory and describes it.
func Write(t testing.TB, name, text string) etl.Payload {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return Payload(t, path)
}

// Read reads a payload and fails the test on any error. It checks the account:
// every figure is loaded, rejected or skipped, and each has its row.
func Read(t testing.TB, form *etl.Form, catalog etl.Catalog, payload etl.Payload, params etl.Params) (*Collector, etl.Summary) {
	t.Helper()
	collector := &Collector{}
	summary, err := form.Read(t.Context(), catalog, payload, params, collector)
	if err != nil {
		t.Fatalf("read %s: %v", payload.FileName, err)
	}
	if err := collector.check(summary); err != nil {
		t.Fatalf("read %s: %v", payload.FileName, err)
	}
	return collector, summary
}

// check compares a summary with what was handed on.
func (c *Collector) check(s etl.Summary) error {
	loaded, rejected := int64(len(c.Loaded.Rows)), int64(len(c.Refused.Rows))
	if s.Read != s.Loaded+s.Rejected+s.Skipped || loaded != s.Loaded || rejected != s.Rejected {
		return fmt.Errorf("summary %+v does not account for %d observations and %d rejects", s, loaded, rejected)
	}
	return nil
}

// Form loads one form by its code and fails the test when it is not there.
func Form(t testing.TB, forms *etl.Forms, code string) *etl.Form {
	t.Helper()
	form, ok := forms.Form(code)
	if !ok {
		t.Fatalf("form %s is not there", code)
	}
	return form
}

// Shared gives the directory of public files beside the checkout. It skips the
// test aloud when there is none, also when BELLWETHER_REQUIRE is all: nothing can
// install those files, and the product does not need them.
func Shared(t testing.TB) string {
	t.Helper()
	shared := filepath.Join(root(t), "..", "shared", "data")
	if _, err := os.Stat(shared); err != nil {
		t.Skipf("skipped: the shared public files are not there: %v", err)
	}
	return shared
}

// root gives the directory of the module, found upwards from the test.
func root(t testing.TB) string {
	t.Helper()
	directory, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(directory, "go.mod")); err == nil {
			return directory
		}
		parent := filepath.Dir(directory)
		if parent == directory {
			t.Fatal("no go.mod above the test")
		}
		directory = parent
	}
}
