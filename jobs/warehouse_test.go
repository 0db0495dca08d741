package jobs

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"bellwether/etl"
	"bellwether/etl/catalog"
	"bellwether/etl/department"
	"bellwether/etl/health"
	"bellwether/sql"
	"bellwether/warehouse"
	"bellwether/warehouse/warehousetest"
)

// bench is a warehouse of one test, with the catalog that ships.
type bench struct {
	t         *testing.T
	warehouse *warehouse.Warehouse
	admin     driver.Conn
	pipeline  Pipeline
	form      *etl.Form
}

func newBench(t *testing.T) *bench {
	t.Helper()
	config := warehouse.Config{Database: warehousetest.Database(t), DSN: os.Getenv("BELLWETHER_TEST_DSN")}
	if config.DSN == "" {
		config.Engine = warehousetest.Engine(t)
	}
	b := &bench{t: t, admin: warehousetest.Conn(t, config.Database)}
	var err error
	if b.warehouse, err = warehouse.Open(config); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.must(b.warehouse.Close()) })
	_, err = b.warehouse.Migrate(t.Context())
	b.must(err)

	source, err := sql.Catalog()
	b.must(err)
	c, err := catalog.Load(source)
	b.must(err)
	records, err := c.Records(memory.DefaultAllocator, catalog.FormFacts{})
	b.must(err)
	_, err = b.warehouse.SyncCatalog(t.Context(), c.Hash(catalog.FormFacts{}), records)
	b.must(err)
	forms, err := etl.LoadForms(health.Files, department.Files)
	b.must(err)
	b.form, _ = forms.Form("health/mch_annual")
	b.pipeline = Pipeline{Warehouse: b.warehouse, Catalog: c, KeepRejects: 5}
	return b
}

// evaluateOnly switches every rule off but those named, as a catalog does: a test of
// what becomes of an alert need not wait for views that it is not about.
func (b *bench) evaluateOnly(rules ...string) {
	b.t.Helper()
	b.must(b.admin.Exec(b.t.Context(),
		"insert into dim_rule select * replace (0 as is_enabled, recorded_at + 1 as recorded_at) from dim_rule where not has({rules:Array(String)}, rule_code)",
		clickhouse.Named("rules", rules)))
	b.must(b.admin.Exec(b.t.Context(), "insert into dim_catalog (catalog_hash, recorded_at) select 'fewer rules', max(recorded_at) + 2 from dim_catalog"))
}

func (b *bench) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// submission is a return of the health bureau with the given lines.
func (b *bench) submission(name string, lines ...string) Submission {
	b.t.Helper()
	head := "妇幼健康年报（2025年度）\n指标名称,地区,性别,城乡,分子,分母,数值,单位,备注\n"
	return b.file(name, head+strings.Join(lines, "\n")+"\n")
}

func (b *bench) file(name, text string) Submission {
	b.t.Helper()
	path := filepath.Join(b.t.TempDir(), name)
	b.must(os.WriteFile(path, []byte(text), 0o600))
	sum := sha256.Sum256([]byte(text))
	return Submission{Form: b.form, Payload: etl.Payload{
		SHA256: hex.EncodeToString(sum[:]), SourceCode: "health", FileName: name, Path: path,
		Size: int64(len(text)), RetrievedAt: time.Now(),
	}}
}

const (
	soundLine    = "孕产妇住院分娩率,秀峰区,合计,合计,1096,1098,99.82,%,"
	deathLine    = "孕产妇死亡率,秀峰区,合计,合计,1,1098,91.07,/10万,"
	noDeathLine  = "孕产妇死亡率,秀峰区,合计,合计,0,1098,0,/10万,"
	rejectedLine = "剖宫产率,秀峰区,合计,合计,1200,1098,,%,"
)

func TestALoadAccountsForEveryFigureAndLoadsTheSameBytesOnce(t *testing.T) {
	b := newBench(t)
	s := b.submission("a.csv", soundLine, deathLine, rejectedLine)
	report, err := b.pipeline.Load(t.Context(), "run", s)
	b.must(err)
	if c := report.Commit; c.ReadCount != 3 || c.LoadedCount != 2 || c.RejectedCount != 1 || c.VersionCount != 2 {
		t.Errorf("commit %+v", c)
	}
	if len(report.Rejects) != 1 || report.Rejects[0].Reason != "numerator_exceeds_denominator" || report.Rejects[0].Line != 5 {
		t.Errorf("rejects %+v", report.Rejects)
	}
	again, err := b.pipeline.Load(t.Context(), "run", s)
	b.must(err)
	if !again.IsKnown || again.Commit.Version != report.Commit.Version {
		t.Errorf("the second load gave %+v", again)
	}
	s.Force = true
	forced, err := b.pipeline.Load(t.Context(), "run", s)
	b.must(err)
	if forced.IsKnown || forced.Commit.VersionCount != 0 {
		t.Errorf("the forced load gave %+v", forced)
	}
}

func TestACheckWritesNothingAndFindsTheSame(t *testing.T) {
	b := newBench(t)
	report, err := b.pipeline.Check(t.Context(), b.submission("a.csv", soundLine, rejectedLine))
	b.must(err)
	if report.Summary.Read != 2 || report.Summary.Rejected != 1 || len(report.Rejects) != 1 {
		t.Errorf("report %+v", report)
	}
	if n := b.count("raw_payload") + b.count("raw_batch") + b.count("raw_reject"); n != 0 {
		t.Errorf("%d rows were written", n)
	}
}

func TestAForeignLayoutStopsItsPayloadAndNoOther(t *testing.T) {
	b := newBench(t)
	submissions := []Submission{
		b.submission("a.csv", soundLine),
		b.file("foreign.csv", "name,amount\nx,1\n"),
		b.submission("b.csv", soundLine, deathLine),
	}
	reports, outcome, err := b.pipeline.LoadAll(t.Context(), "run", submissions, slog.New(slog.DiscardHandler))
	b.must(err)
	if len(reports) != 3 || reports[1].Fault == nil || !outcome.IsPartial || outcome.Payloads != 2 || outcome.Versions != 2 {
		t.Errorf("outcome %+v of %d reports", outcome, len(reports))
	}
	if b.count("core_observation") != 2 {
		t.Errorf("%d figures are visible, want 2", b.count("core_observation"))
	}
	if b.count("raw_payload") != 3 {
		t.Error("the bytes that could not be read are not in the archive")
	}
}

func TestACancelledLoadLeavesNothingVisible(t *testing.T) {
	b := newBench(t)
	ctx, cancel := context.WithCancel(t.Context())
	b.pipeline.Progress = func(string, int64, int64) { cancel() }
	if _, err := b.pipeline.Load(ctx, "run", b.submission("a.csv", soundLine)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	b.pipeline.Progress = nil
	if b.count("core_observation") != 0 {
		t.Error("figures of a cancelled load are visible")
	}
	_, err := b.pipeline.Load(t.Context(), "run", b.submission("a.csv", soundLine))
	b.must(err)
}

func TestAnAlertOpensChangesResolvesAndReopens(t *testing.T) {
	b := newBench(t)
	b.evaluateOnly("rare_event", "off_track")
	evaluator := Evaluator{Warehouse: b.warehouse}
	day := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	evaluate := func() map[string]string {
		t.Helper()
		evaluation, err := evaluator.Evaluate(t.Context(), "run", day)
		b.must(err)
		events := map[string]string{}
		for _, e := range evaluation.Events {
			if e.RuleCode == "rare_event" {
				events[e.IndicatorCode] = e.Event
			}
		}
		return events
	}
	load := func(name, line string) {
		t.Helper()
		_, err := b.pipeline.Load(t.Context(), "run", b.submission(name, soundLine, line))
		b.must(err)
	}
	const deaths = "maternal_mortality_per_100000"
	load("death.csv", deathLine)
	if got := evaluate(); got[deaths] != opened {
		t.Errorf("after a death: %v", got)
	}
	if got := evaluate(); len(got) != 0 {
		t.Errorf("nothing changed: %v", got)
	}
	load("two.csv", "孕产妇死亡率,秀峰区,合计,合计,2,1098,182.15,/10万,")
	if got := evaluate(); got[deaths] != changed {
		t.Errorf("after a second death: %v", got)
	}
	load("none.csv", noDeathLine)
	if got := evaluate(); got[deaths] != resolved {
		t.Errorf("after a correction: %v", got)
	}
	load("again.csv", deathLine+"复核")
	if got := evaluate(); got[deaths] != reopened {
		t.Errorf("after it came back: %v", got)
	}
}

func TestDueDatesAreJudgedByTheDayThatWasRecorded(t *testing.T) {
	b := newBench(t)
	b.evaluateOnly("late_submission")
	evaluator := Evaluator{Warehouse: b.warehouse}
	late := func(day time.Time) uint64 {
		t.Helper()
		_, err := evaluator.Evaluate(t.Context(), "run", day)
		b.must(err)
		return b.count("mart_alert where state = 'open' and rule_code = 'late_submission' and period_year = 2025")
	}
	if n := late(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)); n != 0 {
		t.Errorf("%d returns are late before their due date", n)
	}
	if n := late(time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)); n != 3 {
		t.Errorf("%d returns are late after it, want 3", n)
	}
}

func TestARuleThatCannotBeReadLeavesItsAlertsAndTheOtherRulesAlone(t *testing.T) {
	b := newBench(t)
	evaluator := Evaluator{Warehouse: b.warehouse}
	day := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	_, err := b.pipeline.Load(t.Context(), "run", b.submission("a.csv", deathLine))
	b.must(err)
	_, err = evaluator.Evaluate(t.Context(), "run", day)
	b.must(err)
	before := b.count("mart_alert where state = 'open'")

	b.must(b.admin.Exec(t.Context(), "create or replace view alert_rare_event as select throwIf(1, 'broken rule') as rule_code"))
	if _, err := evaluator.Evaluate(t.Context(), "run", day); err == nil || !strings.Contains(err.Error(), "alert_rare_event") {
		t.Errorf("the error does not name the rule: %v", err)
	}
	if after := b.count("mart_alert where state = 'open'"); after != before {
		t.Errorf("%d alerts are open, want %d as before", after, before)
	}
}

func TestARunLeavesItsStatesInTheLedger(t *testing.T) {
	b := newBench(t)
	l := &memoryLedger{}
	r := newTestScheduler(t, l).Runner
	r.ledger = b.warehouse
	s := b.submission("a.csv", soundLine, rejectedLine)
	run, err := r.Run(t.Context(), &Job{Code: "load", Source: "health", Do: func(ctx context.Context, id string) (Outcome, error) {
		_, outcome, err := b.pipeline.LoadAll(ctx, id, []Submission{s}, slog.New(slog.DiscardHandler))
		return outcome, err
	}}, BySchedule, time.Now())
	b.must(err)
	if run.State != Partial || b.count("raw_run") != 2 || b.count("core_run where state = 'partial' and loaded_count = 1") != 1 {
		t.Errorf("run %+v", run)
	}
	if b.count("core_commit where run_id = '"+run.RunID+"'") != 1 {
		t.Error("the commit does not name the run")
	}
	last, err := b.warehouse.LastScheduled(t.Context(), "load", "health")
	b.must(err)
	if d := last.Sub(run.ScheduledAt).Abs(); d > time.Millisecond {
		t.Errorf("last scheduled %s, want %s", last, run.ScheduledAt)
	}
}

func TestTheLedgerKnowsWhichRunsOfADaemonNeverEnded(t *testing.T) {
	b := newBench(t)
	began := time.Now().Add(-time.Minute)
	state := func(id, trigger, state string) {
		b.must(b.warehouse.AppendRun(t.Context(), warehouse.Run{RunID: id, JobCode: "load", SourceCode: "health", Trigger: trigger,
			ScheduledAt: began, StartedAt: began, State: state, RecordedAt: began}))
	}
	for _, trigger := range []string{BySchedule, ByCatchUp, ByRetry, ByCommand, ByBackfill} {
		state("cut "+trigger, trigger, Running)
		state("ended "+trigger, trigger, Running) // in the same millisecond
		state("ended "+trigger, trigger, Failed)
	}
	runs, err := b.warehouse.Unfinished(t.Context())
	b.must(err)
	var found []string
	for _, r := range runs {
		found = append(found, r.RunID)
	}
	slices.Sort(found)
	if want := []string{"cut catch_up", "cut retry", "cut schedule"}; !slices.Equal(found, want) {
		t.Errorf("got %q, want %q", found, want)
	}
}

// count is the number of rows of a table or view, with a condition.
func (b *bench) count(from string) uint64 {
	b.t.Helper()
	var n uint64
	b.must(b.admin.QueryRow(b.t.Context(), "select count() from "+from).Scan(&n))
	return n
}
