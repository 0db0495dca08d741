package education_test

import (
	"bytes"
	"testing"

	"github.com/xuri/excelize/v2"

	"bellwether/etl"
	"bellwether/etl/education"
	"bellwether/etl/etltest"
)

func TestSchoolReturn(t *testing.T) {
	forms, err := etl.LoadForms(education.Files)
	if err != nil {
		t.Fatal(err)
	}
	etltest.RunSource(t, etltest.Source{
		Form: etltest.Form(t, forms, "education/school_annual"), Catalog: etltest.RealCatalog(t),
		Payload: "testdata/school_annual/payload.xlsx", Reorder: swapStreets,
	})
}

// swapStreets exchanges the rows of the first and the last street.
func swapStreets(t *testing.T, payload []byte) []byte {
	t.Helper()
	book, err := excelize.OpenReader(bytes.NewReader(payload))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows("教育年报", excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	for row, texts := range map[int][]string{6: rows[7], 8: rows[5]} {
		for i, text := range texts {
			cell, err := excelize.CoordinatesToCellName(i+1, row)
			if err != nil {
				t.Fatal(err)
			}
			if err := book.SetCellValue("教育年报", cell, text); err != nil {
				t.Fatal(err)
			}
		}
	}
	out, err := book.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
