package connect_test

import (
	"testing"

	"bellwether/etl"
	"bellwether/etl/etltest"
	"bellwether/etl/public"
)

// TestAFigureOfADatabaseLeadsToACell reads rows of a real query by a form: null is no
// figure, a numeric keeps its digits, and each figure has its place in the payload.
func TestAFigureOfADatabaseLeadsToACell(t *testing.T) {
	postgres(t).run(t, `
		create table published (year int, value numeric(10,3), status text);
		insert into published values (2023, 12.400, 'A'), (2022, null, 'O'), (2024, 0, 'P');
		grant select on published to reader`)
	p := query(t, `
		select 'TEST:FLOW(1.0)' as "DATAFLOW", 'CHN' as "REF_AREA", 'NEW' as "INDICATOR", '_T' as "SEX",
			year as "TIME_PERIOD", value as "OBS_VALUE", status as "OBS_STATUS"
		from published`)
	pull, _ := asked(t, p, etl.Bookmark{})
	forms, err := etl.LoadForms(public.Files)
	if err != nil {
		t.Fatal(err)
	}
	rows, summary := etltest.Read(t, etltest.Form(t, forms, "public/sdmx"), etltest.RealCatalog(t), pull.Payloads[0], etl.Params{AcceptNew: true})
	if summary.Read != 3 || summary.Rejected != 0 {
		t.Errorf("got %+v and %v", summary, rows.Refused.Rows)
	}
	for year, want := range map[string][2]string{"2022": {"", "F2"}, "2023": {"12.4", "F3"}, "2024": {"0", "F4"}} {
		where := map[string]string{"period_year": year}
		value, _ := rows.Loaded.Value("value", where)
		cell, _ := rows.Loaded.Value("cell", where)
		if value != want[0] || cell != want[1] {
			t.Errorf("%s: got %q in %s, want %q in %s", year, value, cell, want[0], want[1])
		}
	}
}
