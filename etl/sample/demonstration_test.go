package sample_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/google/go-cmp/cmp"

	"bellwether/etl"
	"bellwether/etl/etltest"
	"bellwether/etl/sample"
	"bellwether/jobs"
	"bellwether/warehouse"
	"bellwether/warehouse/warehousetest"
)

// demonstration is a private warehouse with the catalog in it.
type demonstration struct {
	reader
	database  string
	warehouse *warehouse.Warehouse
	pipeline  jobs.Pipeline
}

func newDemonstration(t *testing.T, dir string) *demonstration {
	t.Helper()
	database := warehousetest.Database(t)
	config := warehouse.Config{Database: database, DSN: os.Getenv("BELLWETHER_TEST_DSN")}
	if config.DSN == "" {
		config.Engine = warehousetest.Engine(t)
	}
	w, err := warehouse.Open(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := w.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	d := &demonstration{reader: newReader(t, dir), database: database, warehouse: w}
	d.pipeline = jobs.Pipeline{Warehouse: w, Catalog: etltest.RealCatalog(t)}
	d.syncCatalog()
	return d
}

func (d *demonstration) syncCatalog() {
	facts := d.forms.Facts()
	c := etltest.RealCatalog(d.t)
	records, err := c.Records(memory.DefaultAllocator, facts)
	if err != nil {
		d.t.Fatal(err)
	}
	if _, err := d.warehouse.SyncCatalog(d.t.Context(), c.Hash(facts), records); err != nil {
		d.t.Fatal(err)
	}
	for _, record := range records {
		record.Release()
	}
}

// load loads every payload in its order and gives the new versions of each file.
func (d *demonstration) load(manifest sample.Manifest) map[string]uint64 {
	d.t.Helper()
	versions := map[string]uint64{}
	for _, p := range manifest.Payloads {
		payload := etltest.Payload(d.t, filepath.Join(d.dir, filepath.FromSlash(p.File)))
		payload.SourceCode, payload.Submitter = p.Agency, p.Submitter
		payload.Licence, payload.Attribution = p.Licence, p.Attribution
		report, err := d.pipeline.Load(d.t.Context(), "demonstration", jobs.Submission{
			Payload: payload, Form: etltest.Form(d.t, d.forms, p.Form), Params: etl.Params{AcceptNew: p.AcceptNew},
		})
		if err != nil {
			d.t.Fatalf("load %s: %v", p.File, err)
		}
		if !report.IsKnown {
			versions[p.File] = report.Commit.VersionCount
		}
	}
	return versions
}

// ask gives the rows of an answer as texts.
func (d *demonstration) ask(role warehouse.Role, question string) [][]string {
	d.t.Helper()
	result, err := d.warehouse.Query(d.t.Context(), warehouse.Question{SQL: question, Role: role})
	if err != nil {
		d.t.Fatalf("%s: %v", question, err)
	}
	var rows [][]string
	for values, err := range result.Rows() {
		if err != nil {
			d.t.Fatalf("%s: %v", question, err)
		}
		row := make([]string, len(values))
		for i, value := range values {
			row[i], _ = value.(string)
		}
		rows = append(rows, row)
	}
	return rows
}

// TestTheDemonstrationFindsThePlantedFaultsAndNothingElse loads and evaluates
// everything the way the demo command does.
func TestTheDemonstrationFindsThePlantedFaultsAndNothingElse(t *testing.T) {
	dir, manifest := write(t, seed)
	d := newDemonstration(t, dir)
	versions := d.load(manifest)
	if n := versions["health/health_2024_revised.csv"]; n != 1 {
		t.Errorf("the revision made %d new versions, want 1", n)
	}
	if again := d.load(manifest); len(again) != 0 {
		t.Errorf("the second load wrote %v", again)
	}
	evaluator := jobs.Evaluator{Warehouse: d.warehouse}
	if _, err := evaluator.Evaluate(t.Context(), "demonstration", manifest.OnDate); err != nil {
		t.Fatal(err)
	}
	t.Run("alerts", func(t *testing.T) { d.wantAlerts(t, manifest) })
	t.Run("verdicts", func(t *testing.T) { d.wantVerdicts(t) })
	t.Run("both versions of the revision", func(t *testing.T) { d.wantRevision(t, manifest) })
	t.Run("findings", d.wantFindings)
	t.Run("typos are found and swings are not", func(t *testing.T) { d.typosAreFound(t, warehousetest.Conn(t, d.database)) })
}

// wantFindings: validation asks about the planted faults, each once, and about
// nothing else.
func (d *demonstration) wantFindings(t *testing.T) {
	got := d.ask(warehouse.Analyst, `
		select check_code, form_code, toString(period_year), cell, state, toString(figure_count)
		from mart_finding where is_asked = 1 order by check_code`)
	want := [][]string{
		{"late", "civil_affairs/welfare_annual", "2025", "", "standing", "1"},
		{"numerator", "health/mch_annual", "2025", "E18", "standing", "1"},
		{"rate", "civil_affairs/welfare_annual", "2024", "$.data[2].value", "standing", "1"},
		{"revision", "health/mch_annual", "2024", "G25", "open", "1"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func (d *demonstration) wantAlerts(t *testing.T, manifest sample.Manifest) {
	for state, alerts := range map[string][]sample.Alert{"open": manifest.Alerts(), "muted": manifest.Muted()} {
		got, want := map[sample.Alert]bool{}, map[sample.Alert]bool{}
		for _, row := range d.ask(warehouse.Analyst, "select rule_code, target_code, indicator_code, breakdown from mart_alert where state = '"+state+"'") {
			got[sample.Alert{Rule: row[0], Target: row[1], Indicator: row[2], Breakdown: row[3]}] = true
		}
		for _, alert := range alerts {
			want[alert] = true
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", state, diff)
		}
	}
}

// wantVerdicts holds every verdict of the district that the returns decide
// against a golden: the planted ones are off track and broken, none else.
func (d *demonstration) wantVerdicts(t *testing.T) {
	var lines strings.Builder
	for _, row := range d.ask(warehouse.Analyst, `
		select target_code, verdict, verdict_reason, name_zh from mart_target_yearly
		where is_latest = 1 and area_code = '450302' and indicator_code in (
			select indicator_code from core_expected_cell
			where form_code in (select form_code from core_submission_state where state != 'not_due'))
		order by target_code`) {
		fmt.Fprintln(&lines, strings.Join(row, ","))
	}
	etltest.Golden(t, "testdata/verdicts.csv", lines.String())
}

// wantRevision follows the revised figure back to both files. The address is that
// of the value beside the numerator that was changed.
func (d *demonstration) wantRevision(t *testing.T, manifest sample.Manifest) {
	revised := manifest.Faults[slices.IndexFunc(manifest.Faults, func(f sample.Fault) bool { return f.Code == "revision" })]
	got := d.ask(warehouse.Writer, `
		select distinct p.file_name, o.cell, toString(o.numerator - first_value(o.numerator) over (order by o.version))
		from fct_observation as o
		inner join raw_commit as c on c.version = o.version
		inner join raw_payload as p on p.payload_sha256 = c.payload_sha256
		where o.indicator_code = '`+revised.Indicator+`' and o.period_year = 2024
		order by p.file_name`)
	value := strings.Replace(revised.Cell, "E", "G", 1)
	want := [][]string{
		{"health_2024.csv", value, "0"},
		{"health_2024_revised.csv", value, "128"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
