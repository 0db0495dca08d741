package health_test

import (
	"testing"

	"bellwether/etl"
	"bellwether/etl/department"
	"bellwether/etl/etltest"
	"bellwether/etl/health"
)

func TestReturnsOfTheHealthBureau(t *testing.T) {
	forms, err := etl.LoadForms(health.Files, department.Files)
	if err != nil {
		t.Fatal(err)
	}
	for form, s := range map[string]etltest.Source{
		"mch_annual":     {Payload: "payload.csv", Reorder: etltest.ReverseLines(4, -3)},
		"mch_supplement": {Payload: "payload.csv", Reorder: etltest.ReverseLines(4, -2)},
		"service_annual": {Payload: "payload.csv", Reorder: etltest.ReverseLines(4, -2)},
		"child_annual":   {Payload: "payload.xlsx", Reorder: etltest.ReverseRows("儿童健康", 4, 15)},
	} {
		t.Run(form, func(t *testing.T) {
			s.Form, s.Catalog = etltest.Form(t, forms, "health/"+form), etltest.RealCatalog(t)
			s.Payload = "testdata/" + form + "/" + s.Payload
			etltest.RunSource(t, s)
		})
	}
}
