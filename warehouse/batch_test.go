package warehouse

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

func TestALoadIsVisibleAfterItsCommit(t *testing.T) {
	w := open(t)
	commit := load(t, w, info("health/annual"), series("450302", map[uint16]float64{2023: 1.5, 2024: 1.6, 2025: 1.7}))
	if commit.Version != 1 || commit.VersionCount != 3 || commit.LoadedCount != 3 || !slices.Equal(commit.PeriodYears, []uint16{2023, 2024, 2025}) {
		t.Errorf("commit is %+v", commit)
	}
	if n := ask[uint64](t, w, "select count() from core_observation"); n != 3 {
		t.Errorf("view shows %d figures, want 3", n)
	}
	if n := ask[uint64](t, w, "select count() from core_observation where form_code = 'health/annual' and version = 1"); n != 3 {
		t.Errorf("%d figures carry their form and version", n)
	}
}

func TestTheSameFiguresTwiceMakeNoVersion(t *testing.T) {
	w := open(t)
	load(t, w, info("health/annual"), firstSubmission())
	if commit := load(t, w, info("health/annual"), firstSubmission()); commit.VersionCount != 0 || commit.LoadedCount != 5 {
		t.Errorf("the second load commits %+v", commit)
	}
}

func TestOneChangeMakesExactlyOneVersion(t *testing.T) {
	changes := []struct {
		name   string
		change func(*figure)
		want   uint64
	}{
		{"a value", func(f *figure) { f.value++ }, 1},
		{"a numerator", func(f *figure) { f.numerator++ }, 1},
		{"a value that goes missing", func(f *figure) { f.isMissing = true }, 1},
		{"a remark is none", func(f *figure) { f.note = "read with a new pair of glasses" }, 0},
	}
	for _, test := range changes {
		t.Run(test.name, func(t *testing.T) {
			w := open(t)
			load(t, w, info("health/annual"), firstSubmission())
			figures := firstSubmission()
			test.change(&figures[1])
			if commit := load(t, w, info("health/annual"), figures); commit.VersionCount != test.want {
				t.Errorf("%d versions, want %d", commit.VersionCount, test.want)
			}
			if n := ask[uint64](t, w, "select count() from core_observation"); n != 5 {
				t.Errorf("view shows %d figures, want 5", n)
			}
		})
	}
}

func TestACompleteSubmissionWithdrawsWhatItNoLongerHolds(t *testing.T) {
	fewer := firstSubmission()[:4] // without 450302002 of 2024
	tests := []struct {
		name    string
		info    BatchInfo
		rejects int64
		want    uint64
	}{
		{"a complete one withdraws", complete("x"), 0, 1},
		{"an incomplete one does not", info("health/annual"), 0, 0},
		{"nor one with rejects, which may be what is missed", complete("x"), 1, 0},
		{"nor another form", func() BatchInfo { i := complete("x"); i.FormCode = "health/monthly"; return i }(), 0, 0},
		{"nor one for an area that it still holds", func() BatchInfo { i := complete("x"); i.Parameters = `{"area":"450302"}`; return i }(), 0, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := open(t)
			load(t, w, complete("first"), firstSubmission())
			b, err := w.Begin(t.Context(), test.info)
			if err != nil {
				t.Fatal(err)
			}
			if err := b.Observations(observations(t, fewer)); err != nil {
				t.Fatal(err)
			}
			for range test.rejects {
				if err := b.Rejects(rejects(1)); err != nil {
					t.Fatal(err)
				}
			}
			commit, err := b.Commit(t.Context(), Counts{Read: 4 + test.rejects, Loaded: 4, Rejected: test.rejects})
			if err != nil {
				t.Fatal(err)
			}
			if commit.WithdrawnCount != test.want || commit.VersionCount != test.want {
				t.Errorf("commit is %+v, want %d withdrawals", commit, test.want)
			}
			if n := ask[uint64](t, w, "select count() from core_observation"); n != 5-test.want {
				t.Errorf("view shows %d figures", n)
			}
		})
	}
}

func TestAWithdrawnFigureComesBackWithItsNextSubmission(t *testing.T) {
	w := open(t)
	load(t, w, complete("first"), firstSubmission())
	load(t, w, complete("fewer"), firstSubmission()[:4])
	if commit := load(t, w, complete("again"), firstSubmission()); commit.VersionCount != 1 {
		t.Errorf("commit is %+v, want one version", commit)
	}
	if n := ask[uint64](t, w, "select count() from core_observation"); n != 5 {
		t.Errorf("view shows %d figures, want 5", n)
	}
}

func TestARestartedBatchHoldsOnlyWhatCameAfterwards(t *testing.T) {
	w := open(t)
	b, err := w.Begin(t.Context(), info("health/annual"))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(b.Observations(observations(t, secondSubmission())), b.Rejects(rejects(3)), b.Restart()); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(b.Observations(observations(t, firstSubmission())), b.Rejects(rejects(1))); err != nil {
		t.Fatal(err)
	}
	commit, err := b.Commit(t.Context(), Counts{Read: 6, Loaded: 5, Rejected: 1})
	if err != nil {
		t.Fatal(err)
	}
	if commit.Version != 2 || commit.VersionCount != 5 {
		t.Errorf("commit is %+v, want version 2 with 5 figures", commit)
	}
	got := ask[uint64](t, w, shown)
	other := open(t)
	load(t, other, info("health/annual"), firstSubmission())
	if got != ask[uint64](t, other, shown) {
		t.Error("views show something else than the figures after the restart")
	}
	if n := ask[uint64](t, w, "select count() from raw_reject where version in (select version from raw_commit)"); n != 1 {
		t.Errorf("the committed version has %d rejects, want 1", n)
	}
	if n := ask[uint64](t, w, "select count() from system.tables where database = currentDatabase() and name like 'raw_stage_%'"); n != 0 {
		t.Errorf("%d staging tables are left", n)
	}
}

func TestRejectsAreKeptWithTheirNumbers(t *testing.T) {
	w := open(t)
	b, err := w.Begin(t.Context(), info("health/annual"))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := b.Rejects(rejects(3)); err != nil {
			t.Fatal(err)
		}
	}
	commit, err := b.Commit(t.Context(), Counts{Read: 7, Rejected: 6, Skipped: 1})
	if err != nil {
		t.Fatal(err)
	}
	if commit.RejectedCount != 6 || commit.VersionCount != 0 {
		t.Errorf("commit is %+v", commit)
	}
	if got := ask[[]uint64](t, w, "select groupArray(reject_number) from (select reject_number from raw_reject where version = 1 and reason_code = 'bad_number' order by reject_number)"); !slices.Equal(got, []uint64{1, 2, 3, 4, 5, 6}) {
		t.Errorf("rejects are numbered %v", got)
	}
}

func rejects(n int) arrow.Record {
	text := arrow.BinaryTypes.String
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "sheet", Type: text}, {Name: "cell", Type: text}, {Name: "line", Type: arrow.PrimitiveTypes.Uint64}, {Name: "column_name", Type: text},
		{Name: "reason_code", Type: text}, {Name: "rule_number", Type: arrow.PrimitiveTypes.Uint8}, {Name: "value_text", Type: text},
		{Name: "row_text", Type: text}, {Name: "message_zh", Type: text}, {Name: "message_en", Type: text},
	}, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	for range n {
		for i, f := range schema.Fields() {
			switch column := b.Field(i).(type) {
			case *array.StringBuilder:
				column.Append(map[string]string{"reason_code": "bad_number", "cell": "C7", "message_zh": "不是数字"}[f.Name])
			case *array.Uint64Builder:
				column.Append(7)
			case *array.Uint8Builder:
				column.Append(0)
			}
		}
	}
	return b.NewRecord()
}

func TestALoadThatDoesNotAddUpIsRefused(t *testing.T) {
	tests := []struct {
		name    string
		figures []figure
		counts  Counts
		want    string
	}{
		{"counts that do not sum", firstSubmission(), Counts{Read: 6, Loaded: 5}, "read 6 is not loaded 5"},
		{"a figure that never arrived", firstSubmission()[:4], Counts{Read: 5, Loaded: 5}, "4 figures arrived of 5"},
		{"a reject that never arrived", firstSubmission(), Counts{Read: 6, Loaded: 5, Rejected: 1}, "0 rejects arrived of 1"},
		{"one figure twice", append(firstSubmission(), firstSubmission()[0]), Counts{Read: 6, Loaded: 6}, "1 figures of the payload have the key of another"},
	}
	w := open(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b, err := w.Begin(t.Context(), info("health/annual"))
			if err != nil {
				t.Fatal(err)
			}
			if err := b.Observations(observations(t, test.figures)); err != nil {
				t.Fatal(err)
			}
			if _, err := b.Commit(t.Context(), test.counts); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("commit says %v, want %q", err, test.want)
			}
			if err := b.Abandon(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	if n := ask[uint64](t, w, "select count() from core_observation"); n != 0 {
		t.Errorf("view shows %d figures of refused loads", n)
	}
	if commit := load(t, w, info("health/annual"), firstSubmission()); commit.Version != 5 {
		t.Errorf("the next load has version %d, want one that was never given", commit.Version)
	}
}

func TestACancelledLoadLeavesNothing(t *testing.T) {
	w := open(t)
	ctx, cancel := context.WithCancel(t.Context())
	b, err := w.Begin(ctx, info("health/annual"))
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Observations(observations(t, firstSubmission())); err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := b.Commit(ctx, Counts{Read: 5, Loaded: 5}); !errors.Is(err, context.Canceled) {
		t.Errorf("commit says %v", err)
	}
	if err := b.Abandon(t.Context()); err != nil {
		t.Error(err)
	}
	if n := ask[uint64](t, w, "select count() from system.tables where database = currentDatabase() and name like 'raw_stage_%'"); n != 0 {
		t.Errorf("%d staging tables are left", n)
	}
	load(t, w, info("health/annual"), firstSubmission())
}

func TestRecordsAreReleased(t *testing.T) {
	w := open(t)
	b, err := w.Begin(t.Context(), info("health/annual"))
	if err != nil {
		t.Fatal(err)
	}
	checked := memory.NewCheckedAllocator(memory.DefaultAllocator)
	defer checked.AssertSize(t, 0)
	notes := array.NewStringBuilder(checked)
	notes.Append("")
	r := observations(t, firstSubmission()[:1])
	columns := slices.Clone(r.Columns())
	columns[r.Schema().FieldIndices("note")[0]] = notes.NewArray()
	notes.Release()
	counted := array.NewRecord(r.Schema(), columns, 1)
	columns[r.Schema().FieldIndices("note")[0]].Release()
	if err := b.Observations(counted); err != nil {
		t.Fatal(err)
	}
	counted.Release()
	if _, err := b.Commit(t.Context(), Counts{Read: 1, Loaded: 1}); err != nil {
		t.Fatal(err)
	}
}

func TestAPayloadIsKnownAfterItsCommitOnly(t *testing.T) {
	w := open(t)
	find := func() bool {
		_, isKnown, err := w.FindCommit(t.Context(), "ab", "health/annual", "h1", "{}")
		if err != nil {
			t.Fatal(err)
		}
		return isKnown
	}
	if find() {
		t.Error("known before it was loaded")
	}
	load(t, w, info("health/annual"), firstSubmission())
	if !find() {
		t.Error("unknown after it was loaded")
	}
	if _, isKnown, _ := w.FindCommit(t.Context(), "ab", "health/annual", "h2", "{}"); isKnown {
		t.Error("known for a form that has changed")
	}
}
