package decode_test

import (
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"bellwether/etl/decode"
)

// FuzzOpen reads any bytes to the end: no panic, no endless loop, and records
// that are not faulty are valid UTF-8.
func FuzzOpen(f *testing.F) {
	for _, seed := range []string{"a,b\n1,2\n", "\"a\n\"\"b\",c\n", "\xEF\xBB\xBFa;b\n", "\xFF\xFEa\x00", "\xD0\xE3,1\n", "a\r b\r",
		`{"value":[{"a":1,"b":{"c":null}}]}`, `[[1,2],"x"]`, "PK\x03\x04", "\xA6\xD9,\"x\"y\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, bytes []byte) {
		path := write(t, "a", bytes)
		document, err := decode.Open(path, decode.Options{Fields: []string{"a", "b.c"}, Limits: decode.DefaultLimits()})
		if err != nil {
			return
		}
		defer document.Close()
		for _, name := range document.Tables() {
			table, err := document.Open(name)
			if err != nil {
				continue
			}
			for {
				row, err := table.Next()
				if err != nil {
					break
				}
				for _, cell := range row.Cells {
					if row.Fault == decode.NoFault && !utf8.Valid(cell) {
						t.Errorf("record %d holds %q", row.Number, cell)
					}
				}
			}
			table.Close()
		}
	})
}

// FuzzCSVAgreesWithTheStandardLibrary compares with encoding/csv on text that it
// reads without leniency.
func FuzzCSVAgreesWithTheStandardLibrary(f *testing.F) {
	for _, seed := range []string{"a,b\n1,2\n", "\"a\nb\",c\nd,\"\"\"\"\n", "a,\"b,c\"\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) || strings.ContainsAny(text, "\r\x00\uFEFF") || strings.Contains(text, "\n\n") ||
			strings.HasPrefix(text, "\n") || strings.TrimLeft(text, " \t\n") == "" || strings.ContainsAny(strings.TrimLeft(text, " \t\n")[:1], "{[P") {
			return
		}
		reader := csv.NewReader(strings.NewReader(text))
		reader.FieldsPerRecord = -1
		want, err := reader.ReadAll()
		if err != nil {
			return
		}
		document, err := decode.Open(write(t, "a.csv", []byte(text)), decode.Options{Delimiter: ',', Limits: decode.DefaultLimits()})
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		table, err := document.Open("")
		if err != nil {
			t.Fatal(err)
		}
		defer table.Close()
		for i, record := range want {
			row, err := table.Next()
			if err != nil {
				t.Fatalf("%q: record %d: %v", text, i, err)
			}
			if len(row.Cells) != len(record) {
				t.Fatalf("%q: record %d has %d cells, want %q", text, i, len(row.Cells), record)
			}
			for j := range record {
				if string(row.Cells[j]) != record[j] {
					t.Fatalf("%q: record %d cell %d is %q, want %q", text, i, j, row.Cells[j], record[j])
				}
			}
		}
		if row, err := table.Next(); !errors.Is(err, io.EOF) {
			t.Fatalf("%q: another record %v, %v", text, row, err)
		}
	})
}
