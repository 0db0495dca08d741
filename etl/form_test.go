package etl_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"bellwether/etl"
	"bellwether/etl/catalog"
	"bellwether/etl/civilaffairs"
	"bellwether/etl/department"
	"bellwether/etl/education"
	"bellwether/etl/etltest"
	"bellwether/etl/health"
	"bellwether/etl/public"
)

func builtIn(t *testing.T) *etl.Forms {
	t.Helper()
	forms, err := etl.LoadForms(public.Files, health.Files, education.Files, civilaffairs.Files, department.Files)
	if err != nil {
		t.Fatal(err)
	}
	forms.Complete(etltest.RealCatalog(t))
	return forms
}

func TestEveryCodeOfTheFormsIsInTheCatalog(t *testing.T) {
	forms, known := builtIn(t), etltest.RealCatalog(t)
	var codes []string
	for _, form := range forms.All() {
		codes = append(codes, form.Code)
		if err := form.Verify(known); err != nil {
			t.Error(err)
		}
		if form.AgencyCode != "" && len(form.ExpectedCells()) == 0 {
			t.Errorf("%s expects no figure", form.Code)
		}
	}
	for _, want := range []string{"civil_affairs/welfare_annual", "department/justice_annual", "education/school_annual", "health/mch_annual",
		"public/nbs_by_area_csv", "public/nbs_by_indicator_csv", "public/nbs_by_year_csv", "public/sdmx", "public/who_gho", "public/worldbank_csv"} {
		if !slices.Contains(codes, want) {
			t.Errorf("%s is not among %q", want, codes)
		}
	}
}

func TestEveryTargetHasAFormAndNoFigureIsAskedForTwice(t *testing.T) {
	forms, known := builtIn(t), etltest.RealCatalog(t)
	var duties []catalog.Duty
	asked := map[catalog.ExpectedCell]string{}
	for _, form := range forms.All() {
		if form.AgencyCode == "" {
			continue
		}
		duty := catalog.Duty{FormCode: form.Code, AgencyCode: form.AgencyCode}
		for _, cell := range form.ExpectedCells() {
			duty.Cells = append(duty.Cells, catalog.ExpectedCell(cell))
			cell.FormCode = ""
			if other := asked[catalog.ExpectedCell(cell)]; other != "" {
				t.Errorf("%s and %s both ask for %s", other, form.Code, catalog.ExpectedCell(cell))
			}
			asked[catalog.ExpectedCell(cell)] = form.Code
		}
		duties = append(duties, duty)
	}
	for _, finding := range known.CheckForms(duties) {
		t.Error(finding)
	}
	if len(asked) < 800 {
		t.Errorf("only %d figures are asked for", len(asked))
	}
}

func TestAFormForEachAgencyIsMadeOfTheFiguresThatAreLeft(t *testing.T) {
	forms := builtIn(t)
	for code, want := range map[string]string{
		"department/justice_annual":             "区司法局监测年报",
		"department/science_association_annual": "区科协监测年报",
		"department/health_school_year":         "区卫生健康局学年度监测年报",
	} {
		if form := etltest.Form(t, forms, code); form.Title.Zh != want || form.AgencyCode != form.SourceCode {
			t.Errorf("got %q of %s, want %q", form.Title.Zh, form.AgencyCode, want)
		}
	}
	for _, code := range []string{"department/annual", "department/health_annual", "department/who_annual"} {
		if _, ok := forms.Form(code); ok {
			t.Errorf("there is a form %s, which nobody owes", code)
		}
	}
}

func TestExpectedCellsAreMultipliedOut(t *testing.T) {
	form := etltest.Form(t, builtIn(t), "health/mch_annual")
	count := map[string]int{}
	for _, cell := range form.ExpectedCells() {
		count[cell.IndicatorCode+" "+cell.AreaLevel]++
		if cell.FormCode != "health/mch_annual" || cell.AgeGroup != "_T" || cell.Residence != "_T" || cell.Category != "_T" {
			t.Errorf("got %+v", cell)
		}
	}
	for key, want := range map[string]int{"child_vaccination_percent street": 1, "child_vaccination_percent district": 1, "child_infant_mortality_per_1000 district": 3} {
		if count[key] != want {
			t.Errorf("%s is expected %d times, want %d", key, count[key], want)
		}
	}
}

func TestFaultsOfAFormAreNamedAllAtOnceWithTheirLine(t *testing.T) {
	const sound = "form: test/a\ntitle: {zh: 甲, en: A}\nsource: s\nstatistical_year: calendar\n" +
		"rows:\n  indicator: {columns: [i]}\n  area: {columns: [a]}\n  period: {columns: [p]}\nfigures:\n  - value: [v]\n"
	for name, one := range map[string]struct{ from, to, want string }{
		"unknown key":                {"source: s", "sorce: s", "line 3: field sorce not found"},
		"not YAML":                   {"title: {zh: 甲, en: A}", "title: {zh: 甲", "line"},
		"code of another file":       {"test/a", "test/b", "form: want a code that ends in the file name"},
		"title in one language":      {", en: A", "", "title: want both"},
		"no statistical year":        {"calendar", "lunar", "statistical_year: want calendar, health or school"},
		"unknown shape":              {"source: s", "source: s\nshape: round", "shape: want table or sdmx"},
		"field that says two things": {"{columns: [a]}", "{columns: [a], value: X}", "line 7: rows.area: want exactly one of"},
		"pattern without a group":    {"{columns: [p]}", "{preamble: '\\d{4}'}", "rows.period: pattern"},
		"figure without a cell":      {"value: [v]", "unit: percent", "line 10: figures[0]: want value, numerator, years or indicators"},
		"both kinds of headings":     {"value: [v]", "{years: '(.+)', indicators: '(.+)'}", "line 10: figures[0].indicators: the headings say it"},
		"heading without a group":    {"value: [v]", "indicators: '.+'", "line 10: figures[0].indicators: pattern"},
		"bad pattern of headings":    {"value: [v]", "indicators: '('", "figures[0].indicators: error parsing"},
		"heading and columns":        {"value: [v]", "{indicators: '(.+)', value: [v]}", "leave out indicator, years, value and numerator"},
		"headings of two sexes":      {"value: [v]", "{indicators: '(.+)', sex: [F, M]}", "one cell cannot be the figure of several sexes"},
		"years of two sexes":         {"value: [v]", "{years: '(.+)', sex: [F, M]}", "figures[0].years: one cell cannot be"},
		"heading and breakdown":      {"figures:\n  - value: [v]", "  other_columns: true\nfigures:\n  - indicators: '(.+)'", "leave out other_columns"},
		"brackets of no unit":        {"{columns: [a]}", "{in_brackets: true}", "rows.area: in_brackets is for the unit alone"},
		"denominator alone":          {"value: [v]", "{value: [v], denominator: [d]}", "a denominator wants a numerator"},
		"no period":                  {"  period: {columns: [p]}\n", "", "rows.period: nothing says which period"},
		"no area":                    {"  area: {columns: [a]}\n", "", "rows.area: nothing says which area"},
		"no indicator":               {"  indicator: {columns: [i]}\n", "", "neither the figure nor the record names an indicator"},
		"bad pattern of remarks":     {"source: s", "source: s\nfootnotes: ['(']", "footnotes[0]: error parsing"},
		"sum without parts":          {"source: s", "source: s\nsums: [{whole: x}]", "sums[0]: want a whole and its parts"},
		"empty file":                 {sound, "", "the file is empty"},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(sound, one.from, one.to, 1)
			_, err := etl.LoadForms(fstest.MapFS{"dir/a.yaml": {Data: []byte(text)}, "b.yaml": {Data: []byte(sound)}})
			if err == nil || !strings.Contains(err.Error(), one.want) || !strings.Contains(err.Error(), "dir/a.yaml") {
				t.Errorf("got %v, want %q", err, one.want)
			}
			if err == nil || !strings.Contains(err.Error(), "b.yaml: line 1: form:") {
				t.Errorf("got %v, want the fault of the other file too", err)
			}
		})
	}
}

func TestAFormIsAnotherOneWhenItsFileChanges(t *testing.T) {
	a := parse(t, "test/agency", agencyForm)
	b := parse(t, "test/agency", agencyForm+"# a remark\n")
	if a.Hash == b.Hash || len(a.Hash) != 64 {
		t.Errorf("got %s and %s", a.Hash, b.Hash)
	}
}

func TestAFormInALaterDirectoryReplacesTheBuiltInOne(t *testing.T) {
	own := strings.ReplaceAll(agencyForm, "test/agency", "public/worldbank_csv")
	forms, err := etl.LoadForms(public.Files, fstest.MapFS{"worldbank_csv.yaml": {Data: []byte(own)}})
	if err != nil {
		t.Fatal(err)
	}
	if form := etltest.Form(t, forms, "public/worldbank_csv"); form.Title.En != "Test form" {
		t.Errorf("got %q", form.Title.En)
	}
}
