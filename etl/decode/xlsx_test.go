package decode_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"bellwether/etl/decode"
)

// workbook builds a workbook and gives its path.
func workbook(t *testing.T, build func(book *excelize.File)) string {
	t.Helper()
	book := excelize.NewFile()
	defer book.Close()
	build(book)
	path := filepath.Join(t.TempDir(), "a.xlsx")
	if err := book.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	return path
}

func set(t *testing.T, book *excelize.File, sheet string, cells map[string]any) {
	t.Helper()
	for cell, value := range cells {
		if err := book.SetCellValue(sheet, cell, value); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWorkbookGivesAllDigitsSignsAndMergedRanges(t *testing.T) {
	path := workbook(t, func(book *excelize.File) {
		set(t, book, "Sheet1", map[string]any{
			"A1": "地区", "B1": "在园幼儿数", "B2": "合计", "C2": "女",
			"A3": "秀峰街道", "B3": 98.76543, "C3": 0.98512,
			"A4": "文本数字", "B4": "1 234", "C4": "98.5%",
		})
		style, err := book.NewStyle(&excelize.Style{NumFmt: 9})
		if err != nil {
			t.Fatal(err)
		}
		rounded, err := book.NewStyle(&excelize.Style{NumFmt: 2})
		if err != nil {
			t.Fatal(err)
		}
		for _, err := range []error{
			book.SetCellStyle("Sheet1", "C3", "C3", style), book.SetCellStyle("Sheet1", "B3", "B3", rounded),
			book.MergeCell("Sheet1", "A1", "A2"), book.MergeCell("Sheet1", "B1", "C1"),
			book.SetCellFormula("Sheet1", "D3", "B3+C3"),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		set(t, book, "Sheet1", map[string]any{"E3": "x"})
	})
	records, _, err := read(t, path, decode.Options{})
	want := "地区|在园幼儿数|^在园幼儿数\n^地区|合计|女\n秀峰街道|98.76543|98.512%|=B3+C3|x\n文本数字|1 234|98.5%"
	if got := strings.Join(records, "\n"); err != nil || got != want {
		t.Errorf("got %q, %v\nwant %q", got, err, want)
	}
}

func TestHiddenSheetsArePassedOverAloud(t *testing.T) {
	path := workbook(t, func(book *excelize.File) {
		if _, err := book.NewSheet("草稿"); err != nil {
			t.Fatal(err)
		}
		if err := book.SetSheetVisible("草稿", false); err != nil {
			t.Fatal(err)
		}
	})
	document, err := decode.Open(path, decode.Options{Limits: decode.DefaultLimits()})
	if err != nil {
		t.Fatal(err)
	}
	defer document.Close()
	if tables := document.Tables(); len(tables) != 1 || tables[0] != "Sheet1" {
		t.Errorf("got tables %q", tables)
	}
	if notes := document.Notes(); len(notes) != 1 || !strings.Contains(notes[0], "草稿") {
		t.Errorf("got notes %q", notes)
	}
}

func TestWorkbookBeyondItsLimitsIsRefused(t *testing.T) {
	path := workbook(t, func(book *excelize.File) {
		set(t, book, "Sheet1", map[string]any{"A1": "a", "CV2": "far"})
		for _, one := range [][2]string{{"A3", "B3"}, {"A4", "B4"}} {
			if err := book.MergeCell("Sheet1", one[0], one[1]); err != nil {
				t.Fatal(err)
			}
		}
	})
	for want, limit := range map[string]func(l *decode.Limits){
		"at most 0 MB;":                      func(l *decode.Limits) { l.FileBytes = 100 },
		"at most 0 MB once unpacked;":        func(l *decode.Limits) { l.UnzipBytes = 1000 },
		"once unpacked, its sheets left out": func(l *decode.Limits) { l.MemoryBytes = 1000 },
		"and 50 columns":                     func(l *decode.Limits) { l.Columns = 50 },
		"at most 50 cells":                   func(l *decode.Limits) { l.Cells = 50 },
		"at most 1 merged range":             func(l *decode.Limits) { l.Merges = 1 },
	} {
		t.Run(want, func(t *testing.T) {
			limits := decode.DefaultLimits()
			limit(&limits)
			if _, _, err := read(t, path, decode.Options{Limits: limits}); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want %q", err, want)
			}
		})
	}
}
