package jobs

import (
	"context"
	"log/slog"
	"testing"

	"bellwether/etl"
	"bellwether/etl/etltest"
	"bellwether/etl/public"
)

// given is a publisher that has these payloads, and says how far it was read.
type given struct{ pull etl.Pull }

func (g *given) Fetch(context.Context, etl.Bookmark) (etl.Pull, error) { return g.pull, nil }

// Every figure of the file was revised, but only those of the window get a version,
// and what lies outside it is still to come.
func TestABackfillTouchesItsWindowAndNothingElse(t *testing.T) {
	b := newBench(t)
	forms, err := etl.LoadForms(public.Files)
	b.must(err)
	payload := func(name, value string) etl.Payload {
		text := "STRUCTURE,STRUCTURE_ID,ACTION,INDICATOR,REF_AREA,TIME_PERIOD,OBS_VALUE\n"
		for _, year := range []string{"2022", "2023", "2024", "2025"} {
			text += "dataflow,X:Y(1),I,A,CHN," + year + "," + value + "\n"
		}
		p := b.file(name, text).Payload
		p.SourceCode = ""
		return p
	}
	publisher := &given{etl.Pull{Payloads: []etl.Payload{payload("first.csv", "1")}, Bookmark: etl.Bookmark{ETag: "first"}}}
	source := &Source{Name: "x", Question: "all", Fetcher: publisher, Form: etltest.Form(t, forms, "public/sdmx"), Params: etl.Params{AcceptNew: true}}
	load := func(s *Source, force bool) Outcome {
		t.Helper()
		_, _, outcome, err := s.Load(t.Context(), "run", &b.pipeline, force, slog.New(slog.DiscardHandler))
		b.must(err)
		return outcome
	}
	if o := load(source, false); o.Versions != 4 {
		t.Fatalf("first load %+v", o)
	}
	publisher.pull = etl.Pull{Payloads: []etl.Payload{payload("second.csv", "2")}, Bookmark: etl.Bookmark{ETag: "second"}}

	outcome := load(source.Within(2023, 2024), true)
	if outcome.Read != 4 || outcome.Loaded != 2 || outcome.Skipped != 2 || outcome.Versions != 2 {
		t.Errorf("backfill %+v, want 2 of 4 loaded", outcome)
	}
	for condition, want := range map[string]uint64{
		"period_year in (2023, 2024) and value = 2": 2,
		"period_year in (2022, 2025) and value = 1": 2,
		"1": 4,
	} {
		if n := b.count("core_observation where " + condition); n != want {
			t.Errorf("%d figures with %s, want %d", n, condition, want)
		}
	}
	if n := b.count("fct_observation where period_year in (2022, 2025)"); n != 2 {
		t.Errorf("%d versions outside the window, want the 2 of the first load", n)
	}
	bookmark, err := b.warehouse.FindBookmark(t.Context(), "x", "all")
	b.must(err)
	if bookmark.ETag != "first" {
		t.Errorf("the bookmark is %q, want it to stay where the first load left it", bookmark.ETag)
	}
	if o := load(source, false); o.Versions != 2 {
		t.Errorf("the next load wrote %d versions, want those of the 2 years that were left", o.Versions)
	}
}
