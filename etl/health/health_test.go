package health_test

import (
	"testing"

	"bellwether/etl"
	"bellwether/etl/etltest"
	"bellwether/etl/health"
)

func TestMaternalAndChildHealthReturn(t *testing.T) {
	forms, err := etl.LoadForms(health.Files)
	if err != nil {
		t.Fatal(err)
	}
	etltest.RunSource(t, etltest.Source{
		Form: etltest.Form(t, forms, "health/mch_annual"), Catalog: etltest.RealCatalog(t),
		Payload: "testdata/mch_annual/payload.csv", Reorder: etltest.ReverseLines(4, -3),
	})
}
