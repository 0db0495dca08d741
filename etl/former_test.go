package etl_test

import (
	"testing"
	"testing/fstest"

	"bellwether/etl"
)

func TestAFormIsFoundByTheCodesThatItHadBefore(t *testing.T) {
	const text = "form: test/new\nformer_codes: [test/old]\ntitle: {zh: 新表, en: New}\nsource: s\nstatistical_year: calendar\nshape: sdmx_csv\n" +
		"rows:\n  area: {columns: [REF_AREA]}\n  period: {columns: [TIME_PERIOD]}\nfigures:\n  - value: [OBS_VALUE]\n"
	forms, err := etl.LoadForms(fstest.MapFS{"new.yaml": {Data: []byte(text)}})
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range []string{"test/new", "test/old"} {
		if form, ok := forms.Form(code); !ok || form.Code != "test/new" || form.Shape != "sdmx" {
			t.Errorf("%s gives %+v", code, form)
		}
	}
	if _, ok := forms.Form("test/other"); ok || len(forms.All()) != 1 {
		t.Errorf("got %d forms", len(forms.All()))
	}
}
