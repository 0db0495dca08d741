package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"bellwether/etl"
	"bellwether/etl/connect"
)

const webSecret = "hunter2-of-the-web"

// site is a source on the web whose answer the test may change.
type site struct {
	*Source
	text, tag string
	asked     []string // the tags that were asked with
}

func (b *bench) site() *site {
	b.t.Helper()
	s := &site{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.asked = append(s.asked, r.Header.Get("If-None-Match"))
		if s.tag == "" {
			http.Error(w, "no entry for "+r.Header.Get("Authorization")+" at "+r.URL.String(), http.StatusForbidden)
			return
		}
		if r.Header.Get("If-None-Match") == s.tag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("ETag", s.tag)
		fmt.Fprint(w, s.text)
	}))
	b.t.Cleanup(server.Close)
	s.Source = &Source{Name: "health_web", Question: "q1", Form: b.form, Fetcher: connect.HTTP{
		URL: server.URL + "/year.csv", SourceCode: "health", Token: connect.NewSecret(webSecret, ""),
		Query: []connect.Field{{Name: "key", Value: connect.NewSecret(webSecret, "")}}, Spool: b.t.TempDir(),
		MaxBytes: 1 << 20, TimeLimit: 10 * time.Second, Retry: connect.Retry{Attempts: 1, FirstWait: time.Millisecond}, Now: time.Now,
	}}
	return s
}

func (s *site) publish(tag string, lines ...string) {
	s.tag, s.text = tag, "妇幼健康年报（2025年度）\n指标名称,地区,性别,城乡,分子,分母,数值,单位,备注\n"+strings.Join(lines, "\n")+"\n"
}

// run runs the source as the timetable would, and returns its state and reason.
func (b *bench) run(s *Source) (state, reason string) {
	b.t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	r := NewRunner(b.warehouse, NewMetrics(prometheus.NewRegistry()), quiet)
	run, err := r.Run(b.t.Context(), s.Job(&b.pipeline, nil, quiet), BySchedule, time.Now())
	var known *etl.PullError
	if err != nil && !errors.As(err, &known) {
		b.t.Log(err)
	}
	return run.State, run.ReasonCode
}

// everything is every table with its number of rows, those aside that change by
// being read.
func (b *bench) everything() string {
	b.t.Helper()
	var text string
	b.must(b.admin.QueryRow(b.t.Context(), `
		select toString(arraySort(groupArray((name, total_rows)))) from system.tables
		where database = currentDatabase() and total_rows is not null`).Scan(&text))
	return text
}

// TestTheLifeOfASource goes through it on one warehouse: what one part loads the
// next one finds.
func TestTheLifeOfASource(t *testing.T) {
	b := newBench(t)
	s := b.site()
	t.Run("a load that is cut off after its fetch moves no bookmark", func(t *testing.T) { b.cutOff(t, s) })
	t.Run("a bookmark moves on only when everything was loaded", func(t *testing.T) { b.moveOn(t, s) })
	t.Run("a file that cannot be read makes the run partial", b.leaveOut)
	t.Run("no table holds a secret", b.searchSecret)
}

// cutOff cuts the load off between the fetch and the commit.
func (b *bench) cutOff(t *testing.T, s *site) {
	s.publish(`"0"`, soundLine)
	ctx, cancel := context.WithCancel(t.Context())
	b.pipeline.Progress = func(string, int64, int64) { cancel() }
	_, _, _, err := s.Load(ctx, "run", &b.pipeline, false, slog.New(slog.DiscardHandler))
	b.pipeline.Progress = nil
	if !errors.Is(err, context.Canceled) || b.count("raw_bookmark")+b.count("core_observation") != 0 {
		t.Errorf("got %v, %d bookmarks and %d figures", err, b.count("raw_bookmark"), b.count("core_observation"))
	}
	if spooled, err := os.ReadDir(s.Fetcher.(connect.HTTP).Spool); err != nil || len(spooled) != 0 {
		t.Errorf("%d spooled files are left (%v)", len(spooled), err)
	}
}

// moveOn holds that an answer which was refused or cannot be read is asked for
// again, that one which was loaded is not, and that a source which is configured
// otherwise starts anew.
func (b *bench) moveOn(t *testing.T, s *site) {
	for i, step := range []struct {
		do            func()
		state, reason string
		asked         string // tag that the publisher is asked with
		loaded        uint64
	}{
		{func() { s.tag = "" }, Failed, "access_denied", "", 0},
		{func() { s.tag, s.text = `"1"`, "name,amount\nx,1\n" }, Failed, "", "", 0},
		{func() { s.publish(`"2"`, soundLine) }, Done, "", "", 1},
		{func() {}, Done, "", `"2"`, 1},
		{func() { s.publish(`"3"`, soundLine, deathLine) }, Done, "", `"2"`, 2},
		{func() { s.Question = "q2" }, Done, "", "", 2},
		{func() {}, Done, "", `"3"`, 2},
	} {
		step.do()
		state, reason := b.run(s.Source)
		if state != step.state || reason != step.reason {
			t.Errorf("step %d: the run is %s for %q, want %s for %q", i, state, reason, step.state, step.reason)
		}
		if got := s.asked[len(s.asked)-1]; got != step.asked || len(s.asked) != i+2 {
			t.Errorf("step %d: asked with %q, want %q", i, got, step.asked)
		}
		if n := b.count("core_observation"); n != step.loaded {
			t.Errorf("step %d: %d figures, want %d", i, n, step.loaded)
		}
	}
}

// leaveOut holds that the other files are loaded, and that the ledger names the one
// that was not.
func (b *bench) leaveOut(t *testing.T) {
	inbox := t.TempDir()
	sound := b.submission("a.csv", soundLine, noDeathLine)
	b.must(os.Rename(sound.Payload.Path, filepath.Join(inbox, "a.csv")))
	b.must(os.WriteFile(filepath.Join(inbox, "half.csv"), []byte("half"), 0o600))
	inboxOf := fetcherOf{connect.Directory{Path: inbox, SourceCode: "health", Now: time.Now}}
	source := &Source{Name: "inbox", Question: "q", Form: b.form, Fetcher: inboxOf}
	if state, reason := b.run(source); state != Partial || reason != string(etl.FileUnreadable) {
		t.Errorf("the run is %s for %q", state, reason)
	}
	if b.count("core_run where position(message, 'half.csv') > 0 and loaded_count = 2") != 1 {
		t.Error("the ledger does not name the file, or the other one was not loaded")
	}
}

// searchSecret looks for the secret in every text of every table: a run was refused
// with the secret quoted, and others went well.
func (b *bench) searchSecret(t *testing.T) {
	if b.count("raw_run where reason_code = 'access_denied' and message like '%no entry for Bearer ******%'") != 1 {
		t.Error("the ledger does not say what the server answered")
	}
	rows, err := b.admin.Query(t.Context(), `
		select table, arrayStringConcat(groupArray(name), ', ') from system.columns
		where database = currentDatabase() and match(type, '^(LowCardinality\\()?String')
			and table in (select name from system.tables where total_rows > 0)
		group by table`)
	b.must(err)
	tables := map[string]string{}
	for rows.Next() {
		var table, columns string
		b.must(rows.Scan(&table, &columns))
		tables[table] = columns
	}
	if len(tables) < 10 {
		t.Errorf("only %d tables were looked at", len(tables))
	}
	for table, columns := range tables {
		if n := b.count(table + " where position(concat(" + columns + ", ''), '" + webSecret + "') > 0"); n > 0 {
			t.Errorf("%s holds the secret in %d rows", table, n)
		}
	}
}

// fetcherOf is a directory on a disk that fails for files called half, which no test
// can bring about for root.
type fetcherOf struct{ connect.Directory }

func (f fetcherOf) Fetch(ctx context.Context, last etl.Bookmark) (etl.Pull, error) {
	pull, err := f.Directory.Fetch(ctx, last)
	for i, p := range pull.Payloads {
		if p.FileName == "half.csv" {
			pull.Payloads = append(pull.Payloads[:i:i], pull.Payloads[i+1:]...)
			pull.LeftOut = append(pull.LeftOut, etl.LeftOut{FileName: p.FileName, Reason: etl.FileUnreadable, Detail: "input/output error"})
		}
	}
	return pull, err
}

// TestADryRunFindsWhatTheRealOneFindsAndWritesNoRow counts every row of every table.
func TestADryRunFindsWhatTheRealOneFindsAndWritesNoRow(t *testing.T) {
	b := newBench(t)
	s := b.site()
	s.publish(`"1"`, soundLine, rejectedLine, deathLine)
	ctx, quiet := t.Context(), slog.New(slog.DiscardHandler)
	try := func() (int, Outcome) {
		t.Helper()
		before := b.everything()
		last, err := b.warehouse.FindBookmark(ctx, s.Name, s.Question)
		b.must(err)
		pull, reports, outcome, err := s.Check(ctx, &b.pipeline, last, false)
		b.must(err)
		if len(reports) > 0 && !reports[0].IsKnown && (len(reports[0].Rejects) != 1 || reports[0].Rejects[0].Line != 4) {
			t.Errorf("rejects %+v", reports[0].Rejects)
		}
		if after := b.everything(); after != before {
			t.Errorf("a dry run changed\n%s\ninto\n%s", before, after)
		}
		return len(pull.Payloads), outcome
	}
	if payloads, tried := try(); payloads != 1 {
		t.Errorf("it found %d payloads", payloads)
	} else {
		_, _, real, err := s.Load(ctx, "run", &b.pipeline, false, quiet)
		b.must(err)
		real.Versions = 0
		if tried != real {
			t.Errorf("the dry run found %+v, the real one %+v", tried, real)
		}
	}
	if payloads, _ := try(); payloads != 0 {
		t.Errorf("after the load a dry run found %d payloads", payloads)
	}

	evaluator, day := Evaluator{Warehouse: b.warehouse}, time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	before := b.everything()
	tried, err := evaluator.Try(ctx, day)
	b.must(err)
	if after := b.everything(); after != before {
		t.Errorf("an evaluation that was tried changed\n%s\ninto\n%s", before, after)
	}
	real, err := evaluator.Evaluate(ctx, "run", day)
	b.must(err)
	if tried.String() != real.String() || real.Opened == 0 {
		t.Errorf("tried: %s, real: %s", tried, real)
	}
}
