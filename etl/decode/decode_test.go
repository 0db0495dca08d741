package decode_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"bellwether/etl/decode"
)

// write puts bytes into a file of a temporary directory.
func write(t testing.TB, name string, bytes []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, bytes, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// read gives the cells of the first table, record by record, with a mark behind
// records that have a fault.
func read(t testing.TB, path string, options decode.Options) ([]string, decode.Document, error) {
	t.Helper()
	if options.Limits == (decode.Limits{}) {
		options.Limits = decode.DefaultLimits()
	}
	document, err := decode.Open(path, options)
	if err != nil {
		return nil, nil, err
	}
	t.Cleanup(func() { document.Close() })
	table, err := document.Open(document.Tables()[0])
	if err != nil {
		return nil, document, err
	}
	defer table.Close()
	var records []string
	for {
		row, err := table.Next()
		if errors.Is(err, io.EOF) {
			return records, document, nil
		}
		if err != nil {
			return records, document, err
		}
		cells := make([]string, len(row.Cells))
		for i, cell := range row.Cells {
			cells[i] = string(cell)
			if row.IsFilled(i) {
				cells[i] = "^" + cells[i]
			}
		}
		record := strings.Join(cells, "|")
		if row.Fault != decode.NoFault {
			record += " !"
		}
		records = append(records, record)
	}
}

// encode writes text in an encoding.
func encode(t testing.TB, name, text string) []byte {
	t.Helper()
	var bytes []byte
	var err error
	switch name {
	case "utf-8 with mark":
		return append([]byte("\xEF\xBB\xBF"), text...)
	case "gb18030":
		bytes, err = simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(text))
	case "utf-16le with mark":
		bytes, err = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes([]byte(text))
	case "utf-16be with mark":
		bytes, err = unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().Bytes([]byte(text))
	case "utf-16le":
		bytes, err = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder().Bytes([]byte(text))
	default:
		return []byte(text)
	}
	if err != nil {
		t.Fatal(err)
	}
	return bytes
}

func TestEveryEncodingGivesTheSameText(t *testing.T) {
	const text = "地区,number of children in kindergarten,value\r\n塘㙍镇,丽君路𠮷,98.5\r\n"
	for written, want := range map[string]string{
		"utf-8": "utf-8", "utf-8 with mark": "utf-8", "gb18030": "gb18030",
		"utf-16le with mark": "utf-16le", "utf-16be with mark": "utf-16be", "utf-16le": "utf-16le",
	} {
		t.Run(written, func(t *testing.T) {
			records, document, err := read(t, write(t, "a.csv", encode(t, written, text)), decode.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if document.Encoding() != want {
				t.Errorf("detected %s, want %s", document.Encoding(), want)
			}
			if strings.Join(records, "\n") != "地区|number of children in kindergarten|value\n塘㙍镇|丽君路𠮷|98.5" {
				t.Errorf("got %q", records)
			}
		})
	}
}

func TestEncodingIsDetectedAcrossTheBlocksOfALargeFile(t *testing.T) {
	text := "地区,值\n" + strings.Repeat("x秀峰街道,1\n", 60_000)
	for shift := range 3 {
		_, document, err := read(t, write(t, "a.csv", []byte(strings.Repeat("y", shift)+text)), decode.Options{})
		if err != nil || document.Encoding() != "utf-8" {
			t.Errorf("shift %d: detected %v, %v", shift, document.Encoding(), err)
		}
	}
}

// TestBytesThatAreNoCharactersAreNeverSilent covers the silent replacement that
// GB18030 decoding in Go does, and damage to a UTF-8 file.
func TestBytesThatAreNoCharactersAreNeverSilent(t *testing.T) {
	for name, one := range map[string]struct {
		bytes []byte
		want  string
	}{
		"pair that gb18030 does not decode": {[]byte("a,b\n\xD0\xE3\xB7\xE5,1\n\xA6\xD9,2\n"), "a|b\n秀峰|1\n\uFFFD|2 !"},
		"damaged utf-8":                     {[]byte("地区,值,备注\n秀峰街道,1,好\n丽君\xE8街道,2,好\n"), "地区|值|备注\n秀峰街道|1|好\n丽君\xE8街道|2|好 !"},
		"one stray byte in ascii":           {[]byte("a,b\nx\xFF,1\n"), "a|b\nx\uFFFD|1 !"},
		"replacement character in the file": {[]byte("地区,值\n\uFFFD,1\n"), "地区|值\n\uFFFD|1"},
	} {
		t.Run(name, func(t *testing.T) {
			records, _, err := read(t, write(t, "a.csv", one.bytes), decode.Options{})
			if got := strings.Join(records, "\n"); err != nil || got != one.want {
				t.Errorf("got %q, %v, want %q", got, err, one.want)
			}
		})
	}
}

func TestDelimitedTextIsSplitAsPublishersWriteIt(t *testing.T) {
	for name, one := range map[string]struct{ text, want string }{
		"comma":                     {"a,b\n1,2\n", "a|b\n1|2"},
		"semicolon":                 {"a;b\n1,5;2\n", "a|b\n1,5|2"},
		"tab with commas in texts":  {"a\tb\tc\nx, y, z\t1\t2\n", "a|b|c\nx, y, z|1|2"},
		"quoted cells":              {"\"a\",\"b\"\n\"1,5\",\"say \"\"x\"\"\"\n", "a|b\n1,5|say \"x\""},
		"line break in a cell":      {"a,b\n\"one\ntwo\",2\nx,y\n", "a|b\none\ntwo|2\nx|y"},
		"mark within a cell":        {"a,b\n5\" pipe,2\n6\" pipe,3\n", "a|b\n5\" pipe|2\n6\" pipe|3"},
		"empty quoted cell":         {"a,b\n\"\",2\nx,\"\"\n", "a|b\n|2\nx|"},
		"text after a mark":         {"a,b\n\"x\"y,2\n", "a|b\nxy|2 !"},
		"no line ending at the end": {"a,b\n1,2", "a|b\n1|2"},
		"blank lines count":         {"a,b\n\n1,2\n", "a|b\n\n1|2"},
		"old Macintosh line ends":   {"a,b\r1,2\r", "a|b\n1|2"},
	} {
		t.Run(name, func(t *testing.T) {
			records, _, err := read(t, write(t, "a.csv", []byte(one.text)), decode.Options{})
			if got := strings.Join(records, "\n"); err != nil || got != one.want {
				t.Errorf("got %q, %v, want %q", got, err, one.want)
			}
		})
	}
}

func TestRecordsAreTheSameWhereverTheBufferEnds(t *testing.T) {
	text := "a,b\n" + strings.Repeat("\"x\"\"y\nz\",plain\n1,2\n", 40_000)
	records, _, err := read(t, write(t, "a.csv", []byte(text)), decode.Options{})
	if err != nil || len(records) != 80_001 {
		t.Fatalf("got %d records, %v", len(records), err)
	}
	for i, record := range records[1:] {
		if want := []string{"x\"y\nz|plain", "1|2"}[i%2]; record != want {
			t.Fatalf("record %d is %q, want %q", i+2, record, want)
		}
	}
}

// TestFilesThatCannotBeTrustedAreRefusedInOneLine names every refusal.
func TestFilesThatCannotBeTrustedAreRefusedInOneLine(t *testing.T) {
	small := decode.DefaultLimits()
	small.RecordBytes, small.Columns, small.CellBytes = 1<<19, 100, 1000
	for name, one := range map[string]struct {
		bytes string
		want  string
	}{
		"empty file":            {"", "empty"},
		"legacy workbook":       {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1rest", "save it as Excel Workbook"},
		"not a workbook":        {"PK\x03\x04rubbish", "cannot be opened"},
		"quotation mark open":   {"a,b\n\"never closed,2\n3,4\n", "every quotation mark closed"},
		"record without end":    {"a,b\n\"" + strings.Repeat("x", 1<<20), "at most 524288 bytes"},
		"too many columns":      {"a\n" + strings.Repeat(",", 200) + "\n", "at most 100 columns"},
		"cell too long":         {"a,b\n1," + strings.Repeat("x", 2000) + "\n", "B2"},
		"JSON cut short":        {`{"value":[{"a":1},{"a"`, "cut short"},
		"JSON with text behind": {`[{"a":1}] x`, "malformed"},
		"JSON without records":  {`{"a":{"b":1}}`, "array of records"},
		"JSON nested too deep":  {strings.Repeat(`{"a":`, 500), "nested too deep"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := read(t, write(t, "a.csv", []byte(one.bytes)), decode.Options{Name: "a.csv", Limits: small})
			var format *decode.FormatError
			if !errors.As(err, &format) || !strings.Contains(err.Error(), one.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v, want a line with %q", err, one.want)
			}
		})
	}
}

func TestDeclaredEncodingIsUsedAndAWrongNameRefused(t *testing.T) {
	path := write(t, "a.csv", encode(t, "gb18030", "地区,值\n秀峰,1\n"))
	if _, document, err := read(t, path, decode.Options{Encoding: "GBK"}); err != nil || document.Encoding() != "gb18030" {
		t.Errorf("got %v", err)
	}
	if _, _, err := read(t, path, decode.Options{Encoding: "klingon"}); err == nil {
		t.Error("an unknown encoding was accepted")
	}
}

func TestJSONRecordsComeBehindTheValuesBesideThem(t *testing.T) {
	const text = `{"year": 2024, "unit": {"name": "民政局"}, "data": {"rows": [
		{"area": "450302", "count": {"F": 12.50, "M": null}, "note": "a\"b", "flag": true, "list": [1]},
		{"area": "450303"}]}}`
	options := decode.Options{Records: "data.rows", Fields: []string{"area", "count.F", "count.M", "note", "flag", "list"}}
	records, _, err := read(t, write(t, "a.json", []byte(text)), options)
	want := "year|2024\nunit.name|民政局\narea|count.F|count.M|note|flag|list\n450302|12.50||a\"b|true|\n450303|||||"
	if got := strings.Join(records, "\n"); err != nil || got != want {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}

func TestJSONAddressIsThePathOfTheField(t *testing.T) {
	path := write(t, "a.json", []byte(`{"value":[{"v":1},{"v":2}]}`))
	document, err := decode.Open(path, decode.Options{Fields: []string{"v"}, Limits: decode.DefaultLimits()})
	if err != nil {
		t.Fatal(err)
	}
	table, err := document.Open("")
	if err != nil {
		t.Fatal(err)
	}
	defer table.Close()
	var last string
	for {
		row, err := table.Next()
		if err != nil {
			break
		}
		last = string(table.AppendAddress(nil, row, 0))
	}
	if last != "$.value[1].v" {
		t.Errorf("got %s", last)
	}
}

func TestColumnLettersAreThoseOfASpreadsheet(t *testing.T) {
	for column, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 51: "AZ", 52: "BA", 701: "ZZ", 702: "AAA"} {
		if got := string(decode.AppendColumn(nil, column)); got != want {
			t.Errorf("column %d is %s, want %s", column, got, want)
		}
	}
}
