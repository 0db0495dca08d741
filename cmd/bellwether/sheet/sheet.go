package sheet

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"time"
)

// Format is how a sheet is written.
type Format string

// The three formats of every command that answers with rows.
const (
	Table Format = "table"
	JSON  Format = "json"
	CSV   Format = "csv"
)

// Column describes one column of a sheet.
type Column struct {
	Key       string             // name in JSON and CSV
	Zh, En    string             // heading; a column with neither is left out of tables
	TableOnly bool               // left out of JSON and CSV
	Number    bool               // aligned to the right
	Flex      bool               // may be narrowed to fit the width
	Wrap      bool               // a narrowed cell takes several lines instead of being cut with …
	Show      func(v any) string // how a value looks in a table; nil is Text
}

// Sheet is an answer: rows of values, one for each column. A value is nil, a
// string, a number, a bool, a time.Time, a json.RawMessage or a list of strings.
type Sheet struct {
	Columns []Column
	Rows    [][]any
}

// Options say how a table is laid out.
type Options struct {
	Language string // zh or en
	Width    int    // columns of the terminal; 0 is 100
}

// Write writes the sheet in the format.
func (s Sheet) Write(w io.Writer, format Format, o Options) error {
	switch format {
	case JSON:
		return s.writeJSON(w)
	case CSV:
		return s.writeCSV(w)
	default:
		return s.writeTable(w, o)
	}
}

// writeJSON writes an array with one object on each line, keys in the order of
// the columns.
func (s Sheet) writeJSON(w io.Writer) error {
	var b bytes.Buffer
	b.WriteByte('[')
	for r, row := range s.Rows {
		if r > 0 {
			b.WriteByte(',')
		}
		b.WriteString("\n  {")
		first := true
		for i, c := range s.Columns {
			if c.TableOnly {
				continue
			}
			if !first {
				b.WriteString(", ")
			}
			first = false
			if err := writeMember(&b, c.Key, row[i]); err != nil {
				return fmt.Errorf("write %s as JSON: %w", c.Key, err)
			}
		}
		b.WriteByte('}')
	}
	if len(s.Rows) > 0 {
		b.WriteByte('\n')
	}
	b.WriteString("]\n")
	_, err := w.Write(b.Bytes())
	return err
}

func writeMember(b *bytes.Buffer, key string, value any) error {
	name, err := json.Marshal(key)
	if err != nil {
		return err
	}
	switch v := value.(type) {
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			value = nil // JSON has no word for them
		}
	case json.RawMessage:
		if !json.Valid(v) {
			value = string(v)
		}
	}
	var content bytes.Buffer
	encoder := json.NewEncoder(&content)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return err
	}
	b.Write(name)
	b.WriteString(": ")
	b.Write(bytes.TrimRight(content.Bytes(), "\n"))
	return nil
}

func (s Sheet) writeCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	var keys []string
	for _, c := range s.Columns {
		if !c.TableOnly {
			keys = append(keys, c.Key)
		}
	}
	if err := out.Write(keys); err != nil {
		return err
	}
	for _, row := range s.Rows {
		record := make([]string, 0, len(keys))
		for i, c := range s.Columns {
			if !c.TableOnly {
				record = append(record, plain(row[i]))
			}
		}
		if err := out.Write(record); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// plain is a value as a CSV field: the shortest text that reads back to it.
func plain(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return ""
		}
		return strconv.FormatFloat(v, 'f', -1, 64)
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano)
	case json.RawMessage:
		return string(v)
	default:
		return whole(v)
	}
}
