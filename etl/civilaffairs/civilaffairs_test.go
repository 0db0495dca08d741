package civilaffairs_test

import (
	"encoding/json"
	"slices"
	"testing"

	"bellwether/etl"
	"bellwether/etl/civilaffairs"
	"bellwether/etl/etltest"
)

func TestWelfareReturn(t *testing.T) {
	forms, err := etl.LoadForms(civilaffairs.Files)
	if err != nil {
		t.Fatal(err)
	}
	etltest.RunSource(t, etltest.Source{
		Form: etltest.Form(t, forms, "civil_affairs/welfare_annual"), Catalog: etltest.RealCatalog(t),
		Payload: "testdata/welfare_annual/payload.json", Reorder: reverse,
	})
}

// reverse turns the order of the items round.
func reverse(t *testing.T, bytes []byte) []byte {
	t.Helper()
	var document struct {
		Agency string           `json:"agency"`
		Year   int              `json:"year"`
		Data   []map[string]any `json:"data"`
	}
	if err := json.Unmarshal(bytes, &document); err != nil {
		t.Fatal(err)
	}
	slices.Reverse(document.Data)
	turned, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	return turned
}
