package department_test

import (
	"testing"

	"bellwether/etl"
	"bellwether/etl/department"
	"bellwether/etl/etltest"
)

func TestReturnsOfDepartments(t *testing.T) {
	forms, err := etl.LoadForms(department.Files)
	if err != nil {
		t.Fatal(err)
	}
	c := etltest.RealCatalog(t)
	forms.Complete(c)
	for _, s := range []etltest.Source{
		{Form: etltest.Form(t, forms, "department/justice_annual"), Payload: "testdata/justice_annual/payload.xlsx",
			Reorder: etltest.ReverseRows("年报", 4, 19)},
		{Form: etltest.Form(t, forms, "department/science_association_school_year"), Payload: "testdata/science_association_school_year/payload.csv",
			Reorder: etltest.ReverseLines(4, 7)},
	} {
		s.Catalog = c
		t.Run(s.Form.Code, func(t *testing.T) { etltest.RunSource(t, s) })
	}
}
