package jobs

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"bellwether/etl"
	"bellwether/etl/department"
	"bellwether/etl/etltest"
	"bellwether/etl/health"
	"bellwether/etl/public"
	"bellwether/warehouse"
)

// withHistory loads what a rebuild has to do once more: returns with rejects, a revision, the
// same bytes by force, a message that withdraws, and a payload that was refused.
func withHistory(t *testing.T) (*bench, *Rebuilder) {
	t.Helper()
	b := newBench(t)
	forms, err := etl.LoadForms(health.Files, department.Files, public.Files)
	b.must(err)
	load := func(s Submission) {
		t.Helper()
		_, err := b.pipeline.Load(t.Context(), "run", s)
		var format *etl.FormatError
		if err != nil && !errors.As(err, &format) {
			t.Fatal(err)
		}
	}
	load(b.submission("first.csv", soundLine, deathLine, rejectedLine))
	load(b.submission("revised.csv", soundLine, noDeathLine, rejectedLine))
	forced := b.submission("revised.csv", soundLine, noDeathLine, rejectedLine)
	forced.Force = true
	load(forced)
	load(b.file("foreign.csv", "name,amount\nx,1\n"))
	b.form = etltest.Form(t, forms, "public/sdmx")
	for i, rows := range []string{
		"dataflow,X:Y(1),I,A,CHN,2020,1\ndataflow,X:Y(1),I,A,CHN,2021,2\n", "dataflow,X:Y(1),D,A,CHN,2021,\ndataflow,X:Y(1),I,A,CHN,2022,x\n",
	} {
		s := b.file(fmt.Sprint(i, ".csv"), "STRUCTURE,STRUCTURE_ID,ACTION,INDICATOR,REF_AREA,TIME_PERIOD,OBS_VALUE\n"+rows)
		s.Params.AcceptNew, s.Payload.SourceCode = true, ""
		load(s)
	}
	_, err = b.warehouse.Settle(t.Context())
	b.must(err)
	return b, &Rebuilder{Pipeline: b.pipeline, Forms: forms}
}

// other lists what a rebuild found to be something else.
func other(report RebuildReport) (all []string) {
	for _, l := range report.Loads {
		if !l.IsSame() {
			all = append(all, fmt.Sprint(l.Load.Version, " ", strings.Join(l.Reasons, " ")))
		}
	}
	for _, v := range report.Views {
		if !v.IsSame() {
			all = append(all, fmt.Sprint(v.View, " ", v.Before.Rows, " ", v.After.Rows))
		}
	}
	return all
}

func TestTheArchiveGivesWhatEveryViewShows(t *testing.T) {
	b, rebuilder := withHistory(t)
	report, err := rebuilder.Run(t.Context(), false)
	b.must(err)
	if got := other(report); len(got) > 0 || !report.IsSame() {
		t.Fatalf("something else: %q", got)
	}
	if len(report.Loads) != 5 || len(report.Views) < 80 {
		t.Errorf("%d loads and %d views", len(report.Loads), len(report.Views))
	}
	for _, v := range report.Views {
		if slices.Contains([]string{"core_observation", "core_reject", "core_commit", "mart_target_yearly", "mart_finding"}, v.View) && v.Before.Rows == 0 {
			t.Errorf("%s shows nothing", v.View)
		}
	}

	// The tables are damaged, one of them by a rebuild that died while it replaced: the
	// archive gives every view back as it was.
	for _, table := range []string{"fct_observation", "fct_observation_current", "raw_reject", "raw_current_year", "fct_target_yearly"} {
		b.must(b.admin.Exec(t.Context(), "truncate table "+table))
	}
	repaired, err := rebuilder.Run(t.Context(), true)
	b.must(err)
	got := other(repaired)
	if !repaired.IsReplaced || repaired.IsSame() || !slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, "core_observation 0 ") }) {
		t.Errorf("the damage is not found: %q", got)
	}
	inPlace, err := rebuilder.Run(t.Context(), false)
	b.must(err)
	for i, v := range inPlace.Views {
		if v.Before != report.Views[i].Before {
			t.Errorf("%s was %+v and is %+v", v.View, report.Views[i].Before, v.Before)
		}
	}
	if !inPlace.IsSame() {
		t.Errorf("what was put in place is something else: %q", other(inPlace))
	}
	if n := b.count("system.databases where endsWith(name, '_rebuilding')"); n != 0 {
		t.Error("the database beside is still there")
	}
	b.form = etltest.Form(t, rebuilder.Forms, "health/mch_annual")
	again, err := b.pipeline.Load(t.Context(), "run", b.submission("third.csv", soundLine, deathLine))
	b.must(err)
	if again.Commit.Version <= report.Loads[len(report.Loads)-1].Load.Version || again.Commit.VersionCount != 1 {
		t.Errorf("a load afterwards gives %+v", again.Commit)
	}
}

func TestALoadThatWouldGiveSomethingElseIsNotPutInPlace(t *testing.T) {
	b, rebuilder := withHistory(t)
	b.must(b.admin.Exec(t.Context(), "alter table raw_payload_chunk delete where payload_sha256 in (select payload_sha256 from raw_commit where version = 1) settings mutations_sync = 2"))
	b.must(b.admin.Exec(t.Context(), "alter table raw_commit update loaded_count = loaded_count + 1 where version = 2 settings mutations_sync = 2"))
	b.must(b.admin.Exec(t.Context(), "alter table raw_commit update form_code = 'health/gone' where version = 3 settings mutations_sync = 2"))
	before := b.count("fct_observation")
	report, err := rebuilder.Run(t.Context(), true)
	if !errors.Is(err, ErrOtherHistory) || report.IsReplaced {
		t.Errorf("got %v", err)
	}
	got := other(report)
	want := []string{"1 no_payload", "2 other_counts", "3 form_gone"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if b.count("fct_observation") != before {
		t.Error("figures were replaced")
	}
}

func TestNothingIsLoadedDuringARebuild(t *testing.T) {
	b := newBench(t)
	rebuild, err := b.warehouse.BeginRebuild(t.Context())
	b.must(err)
	var held *warehouse.HeldError
	if _, err := b.warehouse.BeginRebuild(t.Context()); !errors.As(err, &held) {
		t.Errorf("two rebuilds run at a time: %v", err)
	}
	if _, err := b.pipeline.Load(t.Context(), "run", b.submission("a.csv", soundLine)); !errors.As(err, &held) {
		t.Errorf("a load runs during a rebuild: %v", err)
	}
	b.must(rebuild.Close(t.Context()))
	_, err = b.pipeline.Load(t.Context(), "run", b.submission("a.csv", soundLine))
	b.must(err)
}
