package public_test

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/xuri/excelize/v2"

	"bellwether/etl"
	"bellwether/etl/etltest"
)

// TestCellsStoredAsTextAndAsNumberGiveTheSameFigures: half the workbooks of
// agencies hold their years and figures as text.
func TestCellsStoredAsTextAndAsNumberGiveTheSameFigures(t *testing.T) {
	want := []string{"45 2013 1234.5 A", "45 2014 0.07 A", "45 2015  O", "nbs:广东省 2013 1610 A", "nbs:广东省 2014 -12 A", "nbs:广东省 2015  O"}
	for name, rows := range map[string][][]any{
		"years and figures are numbers": {{"地区", 2015, 2014, 2013}, {"广西壮族自治区", "No data", 0.07, 1234.5}, {"广东省", "…", -12, 1610}},
		"years are text":                {{"地区", "2015", "2014", "2013"}, {"广西壮族自治区", "No data", 0.07, 1234.5}, {"广东省", "…", -12, 1610}},
		"figures are text":              {{"地区", 2015, 2014, 2013}, {"广西壮族自治区", "No data", "0.07", "1,234.5"}, {"广东省", "…", "-12", "1 610 [ 1 290 - 2 020 ]"}},
		"all are text":                  {{"地区", "2015年", " 2014 ", "２０１３年"}, {"广西壮族自治区", "No data", "０.07", "1234.50"}, {"广东省", "…", "－12", "1610"}},
	} {
		t.Run(name, func(t *testing.T) {
			params := etl.Params{AcceptNew: true, Extra: map[string]string{"indicator": "样表"}}
			c, s := etltest.Read(t, form(t, "public/nbs_by_area_csv"), etltest.RealCatalog(t), cells(t, rows), params)
			got := lines(&c.Loaded, "area_code", "period_year", "value", "obs_status")
			if slices.Sort(got); !slices.Equal(got, want) || s.Rejected > 0 {
				t.Errorf("got %q, %d rejected; want %q", got, s.Rejected, want)
			}
		})
	}
}

// cells writes a workbook whose cells have the kind of the values.
func cells(t *testing.T, rows [][]any) etl.Payload {
	t.Helper()
	book := excelize.NewFile()
	defer book.Close()
	for i, row := range rows {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			t.Fatal(err)
		}
		if err := book.SetSheetRow("Sheet1", cell, &row); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "cells.xlsx")
	if err := book.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	return etltest.Payload(t, path)
}
