package template

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"bellwether/etl"
	"bellwether/etl/catalog"
)

// FuzzAnyFileIsHeldAgainstATemplateWithoutHarm reads what may have come in the
// place of a filled template.
func FuzzAnyFileIsHeldAgainstATemplateWithoutHarm(f *testing.F) {
	form := &etl.Form{Code: "health/mch_annual"}
	c := &catalog.Catalog{}
	var small bytes.Buffer
	page := Page{Sheet: "表", Stamp: Stamp{Form: form.Code, Version: "0", Year: 2025, Area: "450302"},
		rows: [][]cell{{{kind: title, text: "年报"}}}, widths: []float64{12}, header: 1, frozen: 1}
	if err := page.Write(&small, nil); err != nil {
		f.Fatal(err)
	}
	f.Add(small.Bytes())
	f.Add(small.Bytes()[:small.Len()/2])
	f.Add([]byte("PK\x03\x04"))
	f.Add([]byte("指标名称,数值\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "x.xlsx")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if isTemplate, err := Check(c, form, etl.Payload{Path: path, FileName: "x.xlsx"}); isTemplate && err == nil {
			t.Error("a file passed for a template of an empty catalog")
		}
	})
}
