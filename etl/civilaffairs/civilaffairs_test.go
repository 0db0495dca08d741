package civilaffairs_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"bellwether/etl"
	"bellwether/etl/civilaffairs"
	"bellwether/etl/etltest"
)

func TestReturnsOfTheCivilAffairsBureau(t *testing.T) {
	forms, err := etl.LoadForms(civilaffairs.Files)
	if err != nil {
		t.Fatal(err)
	}
	for _, form := range []string{"welfare_annual", "service_annual"} {
		t.Run(form, func(t *testing.T) {
			etltest.RunSource(t, etltest.Source{
				Form: etltest.Form(t, forms, "civil_affairs/"+form), Catalog: etltest.RealCatalog(t),
				Payload: "testdata/" + form + "/payload.json", Reorder: reverse,
			})
		})
	}
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

func TestWelfareReturnThatChangedIsRefused(t *testing.T) {
	forms, err := etl.LoadForms(civilaffairs.Files)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		`{"year":2024,"data":[]}`: "there is no data",
		`{"year":2024,"data":[{"item":"x","area":"450302","sex":"_T","amount":1,"part":1,"whole":2}]}`: "缺少列：数值|value",
		`{"data":[{"item":"x","area":"450302","sex":"_T","value":1,"part":1,"whole":2}]}`:              "want the period",
		`{"year":2024,"items":{"data":1}}`: "array of records",
	} {
		payload := etltest.Write(t, "a.json", text)
		_, err := etltest.Form(t, forms, "civil_affairs/welfare_annual").Read(t.Context(), etltest.RealCatalog(t), payload, etl.Params{}, &etltest.Collector{})
		var format *etl.FormatError
		if !errors.As(err, &format) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", text, err, want)
		}
	}
}
