package decode_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"bellwether/etl/decode"
)

// readAll reads a file to its end and gives the first error.
func readAll(path string, options decode.Options) error {
	document, err := decode.Open(path, options)
	if err != nil {
		return err
	}
	defer document.Close()
	for _, name := range document.Tables() {
		table, err := document.Open(name)
		if err != nil {
			return err
		}
		for err == nil {
			_, err = table.Next()
		}
		table.Close()
		if !errors.Is(err, io.EOF) {
			return err
		}
	}
	return nil
}

// mustRefuse wants a FormatError in one line, and no more than 64 MB asked for in
// all on the way to it.
func mustRefuse(t *testing.T, path, want string) {
	t.Helper()
	options := decode.Options{Name: "hostile", Fields: []string{"a"}, Limits: decode.DefaultLimits()}
	options.Limits.UnzipBytes, options.Limits.MemoryBytes = 8<<20, 8<<20
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	err := readAll(path, options)
	runtime.ReadMemStats(&after)
	var format *decode.FormatError
	if !errors.As(err, &format) || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), want) {
		t.Errorf("got %.300v, want a *FormatError in one line with %q", err, want)
	}
	if asked := (after.TotalAlloc - before.TotalAlloc) >> 20; asked > 64 {
		t.Errorf("%d MB were asked for", asked)
	}
}

// bomb replaces a part of a sound workbook by text that packs well.
func bomb(t *testing.T, part string, fill func(w io.Writer)) string {
	t.Helper()
	sound := workbook(t, func(book *excelize.File) { set(t, book, "Sheet1", map[string]any{"A1": "a"}) })
	source, err := zip.OpenReader(sound)
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, file := range source.File {
		into, err := w.Create(file.Name)
		if err != nil {
			t.Fatal(err)
		}
		if file.Name == part {
			fill(into)
			continue
		}
		from, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(into, from); err != nil {
			t.Fatal(err)
		}
		from.Close()
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return write(t, "bomb.xlsx", out.Bytes())
}

func TestHostileWorkbooksAreRefused(t *testing.T) {
	const sheet = "xl/worksheets/sheet1.xml"
	repeat := func(text string, n int) func(w io.Writer) {
		return func(w io.Writer) {
			block := []byte(strings.Repeat(text, 1000))
			for range n / 1000 {
				_, _ = w.Write(block)
			}
		}
	}
	t.Run("zip bomb", func(t *testing.T) { mustRefuse(t, bomb(t, sheet, repeat("0", 100<<20)), "at most 8 MB once unpacked") })
	t.Run("billion laughs", func(t *testing.T) {
		mustRefuse(t, bomb(t, sheet, func(w io.Writer) {
			fmt.Fprint(w, laughs+`<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&i;</t></is></c></row></sheetData></worksheet>`)
		}), "damaged")
	})
	t.Run("10,000 columns", func(t *testing.T) {
		mustRefuse(t, workbook(t, func(book *excelize.File) { set(t, book, "Sheet1", map[string]any{"A1": "a", "NTP1": "far"}) }), "5000 columns")
	})
	t.Run("row far down", func(t *testing.T) {
		mustRefuse(t, bomb(t, sheet, func(w io.Writer) {
			fmt.Fprint(w, `<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="99999999"><c r="A99999999"><v>1</v></c></row></sheetData></worksheet>`)
		}), "row number exceeds")
	})
	t.Run("merged ranges over each other", func(t *testing.T) {
		mustRefuse(t, bomb(t, sheet, func(w io.Writer) {
			fmt.Fprint(w, `<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="900"><c r="A900"><v>1</v></c></row></sheetData><mergeCells>`)
			for range 10_000 {
				fmt.Fprint(w, `<mergeCell ref="A1:XFD1048576"/>`)
			}
			fmt.Fprint(w, `</mergeCells></worksheet>`)
		}), "200000 cells")
	})
	t.Run("formulas without result over each other", func(t *testing.T) {
		path := bomb(t, sheet, func(w io.Writer) {
			fmt.Fprint(w, `<worksheet><sheetData><row r="1">`)
			for i := range 2000 {
				fmt.Fprintf(w, `<c r="A%d"><f>1</f></c>`, i+1)
			}
			fmt.Fprint(w, `</row></sheetData></worksheet>`)
		})
		options := decode.Options{Name: "hostile", Limits: decode.DefaultLimits()}
		options.Limits.Cells = 1000
		if err := readAll(path, options); err == nil || !strings.Contains(err.Error(), "at most 1000 cells") {
			t.Errorf("got %v, want the limit of cells", err)
		}
	})
	t.Run("cell of 32 kB", func(t *testing.T) {
		mustRefuse(t, workbook(t, func(book *excelize.File) {
			set(t, book, "Sheet1", map[string]any{"A1": "a", "B2": strings.Repeat("x", 32_000)})
		}), "Sheet1 B2")
	})
	t.Run("elements nested deep", func(t *testing.T) {
		mustRefuse(t, bomb(t, sheet, func(w io.Writer) {
			fmt.Fprint(w, `<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>`, strings.Repeat("<a>", 5000), strings.Repeat("</a>", 5000), `</worksheet>`)
		}), "nested too deep")
	})
	t.Run("another kind of archive", func(t *testing.T) {
		var out bytes.Buffer
		w := zip.NewWriter(&out)
		if _, err := w.Create("word/document.xml"); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		mustRefuse(t, write(t, "a.xlsx", out.Bytes()), ".xlsx")
	})
}

// TestNothingUnpackedIsLeftBehind: a large sheet is unpacked to disk.
func TestNothingUnpackedIsLeftBehind(t *testing.T) {
	for name, end := range map[string]string{"whole": `</sheetData></worksheet>`, "damaged": `</row>`} {
		path := bomb(t, "xl/worksheets/sheet1.xml", func(w io.Writer) {
			fmt.Fprint(w, `<worksheet><sheetData>`)
			for range 200 {
				fmt.Fprintf(w, `<row><c t="inlineStr"><is><t>%s</t></is></c></row>%s`, strings.Repeat("x", 1000), strings.Repeat("<!-- -->", 12_500))
			}
			fmt.Fprint(w, end)
		})
		scratch := t.TempDir()
		t.Setenv("TMPDIR", scratch)
		err := readAll(path, decode.Options{Name: name, Limits: decode.DefaultLimits()})
		if (err == nil) != (name == "whole") {
			t.Errorf("%s: %v", name, err)
		}
		if left, err := os.ReadDir(scratch); err != nil || len(left) > 0 {
			t.Errorf("%s: %v left behind, %v", name, left, err)
		}
	}
}

// laughs are entities that grow a thousand million times where they are read.
const laughs = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">` +
	`<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">` +
	`<!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;"><!ENTITY f "&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;"><!ENTITY g "&f;&f;&f;&f;&f;&f;&f;&f;&f;&f;">` +
	`<!ENTITY h "&g;&g;&g;&g;&g;&g;&g;&g;&g;&g;"><!ENTITY i "&h;&h;&h;&h;&h;&h;&h;&h;&h;&h;">]>`

func TestHostileTextIsRefused(t *testing.T) {
	const openings = `<GenericData><DataSet><Series>`
	for name, one := range map[string]struct{ text, want string }{
		"billion laughs":         {laughs + `<GenericData><DataSet><Obs>&i;</Obs></DataSet></GenericData>`, "not allowed"},
		"external entity":        {`<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/hostname">]><GenericData><DataSet><Obs><Time>&x;</Time></Obs></DataSet></GenericData>`, "not allowed"},
		"XML nested deep":        {`<GenericData>` + strings.Repeat("<a>", 100_000), "nested too deep"},
		"XML attribute of 4 MB":  {`<StructureSpecificData><DataSet><Obs A="` + strings.Repeat("x", 4<<20) + `"/></DataSet></StructureSpecificData>`, "longer than"},
		"XML value of 32 kB":     {`<StructureSpecificData><DataSet><Obs OBS_VALUE="1" A="` + strings.Repeat("x", 32_000) + `"/></DataSet></StructureSpecificData>`, "32000 bytes"},
		"XML of 6,000 dimension": {`<StructureSpecificData><DataSet><Obs OBS_VALUE="1" ` + manyAttributes(6000) + `/></DataSet></StructureSpecificData>`, "components"},
		"XML without end":        {openings, "cut short"},
		"JSON nested deep":       {strings.Repeat(`{"a":`, 100_000), "JSON"},
		"JSON arrays deep":       {strings.Repeat(`[`, 100_000), "JSON"},
		"SDMX-JSON nested deep":  {`{"meta":` + strings.Repeat(`[`, 100_000), "malformed"},
		"JSON value of 32 kB":    {`[{"a":"` + strings.Repeat("x", 32_000) + `"}]`, "$[0].a"},
		"JSON without end":       {`{"value":[{"a":1},{"a":`, "cut short"},
		"CSV of 10,000 columns":  {strings.Repeat("a,", 10_000) + "\n", "5000 columns"},
		"CSV cell of 32 kB":      {"a,b\n1," + strings.Repeat("x", 32_000) + "\n", "B2"},
		"CSV record of 4 MB":     {"a,b\n\"" + strings.Repeat("x\n", 2<<20) + "\",1\n", "quotation mark"},
	} {
		t.Run(name, func(t *testing.T) { mustRefuse(t, write(t, "a", []byte(one.text)), one.want) })
	}
}

func manyAttributes(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `A%d="1" `, i)
	}
	return b.String()
}

func TestHostileColumnsAreRefused(t *testing.T) {
	for name, content := range columnarFiles(t) {
		for i := 12; i < len(content); i += 41 {
			damaged := bytes.Clone(content)
			copy(damaged[i:], "\xFF\xFF\xFF\x7F\xFF\xFF\xFF\x7F") // a size of 2 GB, if this is one
			options := decode.Options{Name: name, Limits: decode.DefaultLimits()}
			options.Limits.MemoryBytes = 8 << 20
			err := readAll(write(t, "a", damaged), options)
			var format *decode.FormatError
			if err != nil && (!errors.As(err, &format) || strings.Contains(err.Error(), "\n")) {
				t.Errorf("%s damaged at byte %d: got %v, want a *FormatError in one line", name, i, err)
			}
		}
	}
}

func TestWorkbooksCutShortAreRefused(t *testing.T) {
	path := workbook(t, func(book *excelize.File) { set(t, book, "Sheet1", map[string]any{"A1": "a", "B7": "b"}) })
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for length := 4; length < len(content); length += len(content) / 40 {
		mustRefuse(t, write(t, "a.xlsx", content[:length]), "cut short")
	}
}
