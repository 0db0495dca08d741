package education_test

import (
	"testing"

	"bellwether/etl"
	"bellwether/etl/department"
	"bellwether/etl/education"
	"bellwether/etl/etltest"
)

func TestReturnsOfTheEducationBureau(t *testing.T) {
	forms, err := etl.LoadForms(education.Files, department.Files)
	if err != nil {
		t.Fatal(err)
	}
	for form, s := range map[string]etltest.Source{
		"school_annual":         {Payload: "payload.xlsx", Reorder: etltest.ReverseRows("教育年报", 6, 8)},
		"school_supplement":     {Payload: "payload.xlsx", Reorder: etltest.ReverseRows("补充年报", 4, 17)},
		"student_health":        {Payload: "payload.xlsx", Reorder: etltest.ReverseRows("学生健康", 5, 17)},
		"administration_annual": {Payload: "payload.csv", Reorder: etltest.ReverseLines(4, -1)},
	} {
		t.Run(form, func(t *testing.T) {
			s.Form, s.Catalog = etltest.Form(t, forms, "education/"+form), etltest.RealCatalog(t)
			s.Payload = "testdata/" + form + "/" + s.Payload
			etltest.RunSource(t, s)
		})
	}
}
