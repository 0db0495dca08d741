package decode_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/apache/arrow/go/v15/parquet"

	"bellwether/etl/decode"
)

// fuzzOptions keep a hostile input from taking long.
func fuzzOptions() decode.Options {
	options := decode.Options{Name: "a", Fields: []string{"a", "b.c"}, AllFields: true, Limits: decode.DefaultLimits()}
	options.Limits.UnzipBytes, options.Limits.MemoryBytes, options.Limits.Cells = 4<<20, 4<<20, 100_000
	return options
}

// mustRead reads a file to its end, or until it is refused: no panic, no endless
// loop, refusals are a *FormatError in one line, and records that are not faulty are
// valid UTF-8.
func mustRead(t *testing.T, path string) {
	refused := func(err error) {
		var format *decode.FormatError
		if !errors.As(err, &format) || strings.Contains(err.Error(), "\n") {
			t.Errorf("got %v, want a *FormatError in one line", err)
		}
	}
	document, err := decode.Open(path, fuzzOptions())
	if err != nil {
		refused(err)
		return
	}
	defer document.Close()
	for _, name := range document.Tables() {
		table, err := document.Open(name)
		if err != nil {
			refused(err)
			continue
		}
		for count := 0; count < 100_000; count++ {
			row, err := table.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				refused(err)
				break
			}
			for i, cell := range row.Cells {
				if row.Fault == decode.NoFault && !utf8.Valid(cell) && document.Kind() != decode.KindParquet && document.Kind() != decode.KindArrow {
					t.Errorf("record %d holds %q", row.Number, cell)
				}
				table.AppendAddress(nil, row, i)
			}
		}
		table.Close()
	}
}

// FuzzOpen reads any bytes as what they seem to be.
func FuzzOpen(f *testing.F) {
	for _, seed := range []string{"a,b\n1,2\n", "\"a\n\"\"b\",c\n", "\xEF\xBB\xBFa;b\n", "\xFF\xFEa\x00", "\xD0\xE3,1\n", "a\r b\r",
		`{"value":[{"a":1,"b":{"c":null}}]}`, `[[1,2],"x"]`, "PK\x03\x04", "PAR1", "ARROW1", "<a>", "\xA6\xD9,\"x\"y\n", "T\n\n  a  b  c\n  1  2  3\n  4  5  6\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, bytes []byte) { mustRead(t, write(t, "a", bytes)) })
}

// FuzzText reads text: encodings, delimiters, columns of blanks, quotation marks.
func FuzzText(f *testing.F) {
	for _, seed := range []string{"a,b\n1,2\n", "a\tb\r\n\"1\",2\r\n", "a;b\n1,5;2\n", "x  y  z\n1  2  3\n1  2  3\n", "\xFE\xFF\x00a", "地区,\xBD\xF0\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, bytes []byte) {
		path := write(t, "a", bytes)
		if kind, err := decode.KindOf(path); err == nil && kind == decode.KindText {
			mustRead(t, path)
		}
	})
}

// FuzzXLSX reads the sheet and the shared texts of a workbook that is sound
// otherwise.
func FuzzXLSX(f *testing.F) {
	const sheet = `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`
	f.Add(sheet+`<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1"><f>A1</f></c></row></sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells></worksheet>`, `<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>a</t></si></sst>`)
	f.Add(sheet+`<row><c t="inlineStr"><is><t>x</t></is></c><c><v>0.5</v></c></row><row r="9"><c r="ZZ9"><v>1e300</v></c></row></sheetData></worksheet>`, `<sst/>`)
	f.Fuzz(func(t *testing.T, sheet, texts string) {
		mustRead(t, packed(t, map[string]string{
			"[Content_Types].xml": `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`,
			"_rels/.rels":         `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
			"xl/workbook.xml": `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">` +
				`<sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>`,
			"xl/_rels/workbook.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
			"xl/worksheets/sheet1.xml":   sheet, "xl/sharedStrings.xml": texts,
		}))
	})
}

// packed writes an archive.
func packed(t *testing.T, parts map[string]string) string {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		into, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(into, parts[name]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return write(t, "a.xlsx", out.Bytes())
}

// FuzzJSON reads arrays of records, with and without what goes round them.
func FuzzJSON(f *testing.F) {
	for _, seed := range []string{`[{"a":1}]`, `{"@odata.nextLink":"x","value":[{"a":"1","b":{"c":true}},{"b":{"c":{"d":[1]}}}]}`,
		`{"fact":[{"dims":{"a":"x"},"Value":" 1 [2-3]"}],"dimension":[]}`, `{"x":{"y":[{"a":null}]}}`, `{"data":[]}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, bytes []byte) {
		path := write(t, "a", bytes)
		if kind, err := decode.KindOf(path); err == nil && kind == decode.KindJSON {
			mustRead(t, path)
		}
	})
}

// FuzzSDMXJSON reads what stands in a message of SDMX-JSON: the structure and the
// data sets.
func FuzzSDMXJSON(f *testing.F) {
	f.Add(`{"dimensions":{"series":[{"id":"A","values":[{"id":"x"}]}],"observation":[{"id":"T","role":"TIME_PERIOD","values":[{"id":"2020"}]}]},"attributes":{"observation":[{"id":"S","values":[{"name":"n"}]}]}}`,
		`[{"action":"Append","series":{"0":{"attributes":[],"observations":{"0":[1,0]}}}}]`)
	f.Add(`{"measures":{"observation":[{"id":"M"},{"id":"N"}]},"dimensions":{"observation":[{"id":"A","values":[{"value":1}]}]},"attributes":{"dimensionGroup":[{"id":"G"}]}}`,
		`[{"structure":0,"dimensionGroupAttributes":{"0":["x"],":":[null]},"observations":{"0":["1",2,[{"en":"x"}]]}}]`)
	f.Fuzz(func(t *testing.T, structure, sets string) {
		mustRead(t, write(t, "a", []byte(`{"structure":`+structure+`,"dataSets":`+sets+`}`)))
	})
}

// FuzzSDMXML reads what stands in the header and the data set of SDMX-ML.
func FuzzSDMXML(f *testing.F) {
	f.Add(`<Structure structureID="S" dimensionAtObservation="TIME_PERIOD"><Ref agencyID="A" id="B" version="1"/></Structure>`,
		`<Group A="1" G="x"/><Series A="1"><Obs TIME_PERIOD="2020" OBS_VALUE="1"/></Series>`)
	f.Add(`<DataSetAction>Delete</DataSetAction>`,
		`<Attributes><Value id="U" value="1"/></Attributes><Series><SeriesKey><Value concept="A" value="1"/></SeriesKey><Obs><Time>2020</Time><ObsValue value="2"/></Obs></Series><Obs><ObsKey><Value id="A" value="x"/></ObsKey><ObsValue value=""/></Obs>`)
	f.Fuzz(func(t *testing.T, header, set string) {
		mustRead(t, write(t, "a", []byte(`<GenericData xmlns:x="x"><Header>`+header+`</Header><DataSet structureRef="S">`+set+`</DataSet></GenericData>`)))
	})
}

// FuzzParquet reads damaged files with the marks put back that tell what they are.
func FuzzParquet(f *testing.F) {
	f.Add(columnarFiles(f)["parquet"])
	for _, content := range deltaFiles(f, parquet.Encodings.DeltaLengthByteArray) {
		f.Add(content)
	}
	f.Fuzz(func(t *testing.T, bytes []byte) {
		mustRead(t, write(t, "a", slices.Concat([]byte("PAR1"), inner(bytes, 4), []byte("PAR1"))))
	})
}

// inner cuts the marks off both ends.
func inner(bytes []byte, mark int) []byte {
	if len(bytes) < 2*mark {
		return nil
	}
	return bytes[mark : len(bytes)-mark]
}

// FuzzArrow reads the file format as it is and the stream format with its end put
// back.
func FuzzArrow(f *testing.F) {
	f.Add(columnarFiles(f)["arrow file"], true)
	f.Add(columnarFiles(f)["arrow stream"], false)
	f.Fuzz(func(t *testing.T, bytes []byte, isFile bool) {
		if isFile {
			bytes = slices.Concat([]byte("ARROW1"), inner(bytes, 6), []byte("ARROW1"))
		} else {
			bytes = slices.Concat([]byte("\xFF\xFF\xFF\xFF"), inner(bytes, 4), []byte("\xFF\xFF\xFF\xFF\x00\x00\x00\x00"))
		}
		mustRead(t, write(t, "a", bytes))
	})
}

// FuzzCSVAgreesWithTheStandardLibrary compares with encoding/csv on text that it
// reads without leniency.
func FuzzCSVAgreesWithTheStandardLibrary(f *testing.F) {
	for _, seed := range []string{"a,b\n1,2\n", "\"a\nb\",c\nd,\"\"\"\"\n", "a,\"b,c\"\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		path := write(t, "a.csv", []byte(text))
		kind, err := decode.KindOf(path)
		if err != nil || kind != decode.KindText || text == "" || !utf8.ValidString(text) || strings.ContainsAny(text, "\r\x00\uFEFF") ||
			strings.Contains(text, "\n\n") || strings.HasPrefix(text, "\n") {
			return
		}
		reader := csv.NewReader(strings.NewReader(text))
		reader.FieldsPerRecord = -1
		want, err := reader.ReadAll()
		if err != nil {
			return
		}
		document, err := decode.Open(path, decode.Options{Delimiter: ',', Limits: decode.DefaultLimits()})
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
