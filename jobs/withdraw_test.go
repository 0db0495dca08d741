package jobs

import (
	"slices"
	"testing"

	"bellwether/etl"
	"bellwether/etl/etltest"
	"bellwether/etl/public"
)

// A message that takes figures back withdraws those it names and no other: of what
// the warehouse never held nothing is written, earlier versions stay, and what the
// same message gives is loaded.
func TestAMessageWithdrawsTheFiguresItNames(t *testing.T) {
	b := newBench(t)
	forms, err := etl.LoadForms(public.Files)
	b.must(err)
	b.form = etltest.Form(t, forms, "public/sdmx")
	load := func(name, records string) Report {
		t.Helper()
		s := b.file(name, "STRUCTURE,STRUCTURE_ID,ACTION,INDICATOR,REF_AREA,TIME_PERIOD,OBS_VALUE\n"+records)
		s.Params.AcceptNew, s.Payload.SourceCode = true, ""
		report, err := b.pipeline.Load(t.Context(), "run", s)
		b.must(err)
		return report
	}
	held := func() (figures []string) {
		t.Helper()
		rows, err := b.admin.Query(t.Context(), "select concat(toString(period_year), ' ', toString(value)) from core_observation order by 1")
		b.must(err)
		defer rows.Close()
		for rows.Next() {
			var figure string
			b.must(rows.Scan(&figure))
			figures = append(figures, figure)
		}
		return figures
	}
	load("first.csv", "dataflow,X:Y(1),I,A,CHN,2020,1\ndataflow,X:Y(1),I,A,CHN,2021,2\ndataflow,X:Y(1),I,A,USA,2021,3\n")

	report := load("second.csv", "dataflow,X:Y(1),D,A,CHN,2021,\n"+ // held
		"dataflow,X:Y(1),D,A,CHN,2022,\n"+ // never held, and in a year of its own
		"dataflow,X:Y(1),D,A,USA,2020,\n"+ // never held, in a year that is known
		"dataflow,X:Y(1),R,A,CHN,2020,1.5\n"+
		"dataflow,X:Y(1),I,A,CHN,2023,4\n")
	if c := report.Commit; c.ReadCount != 5 || c.LoadedCount != 5 || c.VersionCount != 3 || c.WithdrawnCount != 1 {
		t.Errorf("commit %+v, want 3 versions, 1 of them a withdrawal", c)
	}
	if got, want := held(), []string{"2020 1.5", "2021 3", "2023 4"}; !slices.Equal(got, want) {
		t.Errorf("after the withdrawal %q, want %q", got, want)
	}
	if n := b.count("fct_observation where is_withdrawn = 1 and value = 2 and cell = 'G2'"); n != 1 {
		t.Errorf("%d versions keep what was withdrawn and say where, want 1", n)
	}

	load("third.csv", "dataflow,X:Y(1),A,A,CHN,2021,2\n")
	if got, want := held(), []string{"2020 1.5", "2021 2", "2021 3", "2023 4"}; !slices.Equal(got, want) {
		t.Errorf("given again %q, want %q", got, want)
	}
}
