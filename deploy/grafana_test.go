package deploy_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/prometheus/client_golang/prometheus"
	"go.yaml.in/yaml/v3"

	"bellwether/etl"
	"bellwether/etl/catalog"
	"bellwether/etl/department"
	"bellwether/etl/health"
	"bellwether/jobs"
	"bellwether/sql"
	"bellwether/warehouse"
	"bellwether/warehouse/warehousetest"
)

// dashboard is what is read here of the JSON of Grafana.
type dashboard struct {
	UID, Title, Description string
	Templating              struct {
		List []struct {
			Name       string
			Query      string
			Datasource datasource
		}
	}
	Panels []panel
}

type datasource struct{ Type, UID string }

type panel struct {
	ID                       int
	Type, Title, Description string
	Datasource               datasource
	GridPos                  struct{ X, Y, W, H int }
	Targets                  []struct {
		RefID, RawSQL, Expr string
		Datasource          datasource
	}
	FieldConfig struct {
		Defaults  struct{ Thresholds struct{ Steps []any } }
		Overrides []struct {
			Matcher struct{ ID, Options string }
		}
	}
}

func dashboards(t *testing.T) map[string]dashboard {
	t.Helper()
	files, err := filepath.Glob("grafana/dashboards/*.json")
	if err != nil || len(files) < 3 {
		t.Fatalf("found %q, %v", files, err)
	}
	all := map[string]dashboard{}
	for _, name := range files {
		var d dashboard
		if err := json.Unmarshal(readFile(t, name), &d); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all[filepath.Base(name)] = d
	}
	return all
}

// sources are the data sources that are provisioned, by uid.
func sources(t *testing.T) map[string]string {
	t.Helper()
	var file struct {
		Datasources []struct{ UID, Type string }
	}
	if err := yaml.Unmarshal(readFile(t, "grafana/provisioning/datasources/bellwether.yaml"), &file); err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, d := range file.Datasources {
		all[d.UID] = d.Type
	}
	return all
}

var grafanaVariable = regexp.MustCompile(`\$\{(\w+)(:\w+)?\}|\$([a-z]\w*)`)

func TestDashboardsAreWhole(t *testing.T) {
	known := sources(t)
	uids := map[string]string{}
	for name, d := range dashboards(t) {
		if d.UID != "bellwether-"+strings.TrimSuffix(name, ".json") || d.Title == "" || d.Description == "" {
			t.Errorf("%s has uid %q, title %q, description %q", name, d.UID, d.Title, d.Description)
		}
		if other, isTaken := uids[d.UID]; isTaken {
			t.Errorf("%s and %s have one uid", name, other)
		}
		uids[d.UID] = name
		for _, fault := range slices.Concat(panelFaults(d, known), variableFaults(d, known), readingFaults(d)) {
			t.Errorf("%s: %s", name, fault)
		}
	}
}

// panelFaults says what is wrong with the panels and variables of a dashboard.
func panelFaults(d dashboard, known map[string]string) (faults []string) {
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	var variables []string
	for _, v := range d.Templating.List {
		variables = append(variables, v.Name)
	}
	used := func(of, text string) {
		for _, found := range grafanaVariable.FindAllStringSubmatch(text, -1) {
			if name := found[1] + found[3]; !slices.Contains(variables, name) {
				fault("%s uses the variable %s, which there is not", of, name)
			}
		}
	}
	for i, p := range d.Panels {
		g := p.GridPos
		if p.Title == "" || p.Description == "" {
			fault("panel %d has the title %q and the description %q", p.ID, p.Title, p.Description)
		}
		if g.W < 1 || g.H < 1 || g.X < 0 || g.X+g.W > 24 {
			fault("panel %d lies beside the grid", p.ID)
		}
		for _, other := range d.Panels[:i] {
			o := other.GridPos
			if p.ID == other.ID {
				fault("two panels are number %d", p.ID)
			}
			if g.X < o.X+o.W && o.X < g.X+g.W && g.Y < o.Y+o.H && o.Y < g.Y+g.H {
				fault("panels %d and %d overlap", other.ID, p.ID)
			}
		}
		if len(p.Targets) == 0 {
			fault("panel %d asks nothing", p.ID)
		}
		for _, q := range p.Targets {
			if known[q.Datasource.UID] != q.Datasource.Type || q.Datasource.Type == "" {
				fault("panel %d asks %+v, which is not provisioned", p.ID, q.Datasource)
			}
			used(p.Title, q.RawSQL)
		}
	}
	return faults
}

func TestFaultsOfADashboardAreFound(t *testing.T) {
	const text = `{"panels": [
		{"id": 1, "title": "a", "description": "a", "gridPos": {"x": 0, "y": 0, "w": 12, "h": 4}, "targets": [{"rawSql": "select ${plan:sqlstring}", "datasource": {"type": "prometheus", "uid": "p"}}]},
		{"id": 1, "title": "", "description": "a", "gridPos": {"x": 6, "y": 3, "w": 24, "h": 4}, "targets": []},
		{"id": 2, "title": "b", "description": "b", "gridPos": {"x": 0, "y": 9, "w": 1, "h": 1}, "targets": [{"datasource": {"type": "prometheus", "uid": "q"}}]}]}`
	var d dashboard
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		t.Fatal(err)
	}
	got := strings.Join(panelFaults(d, map[string]string{"p": "prometheus"}), "\n")
	for _, want := range []string{"uses the variable plan", "two panels are number 1", "panels 1 and 1 overlap", "beside the grid", "asks nothing", "the title \"\"", "not provisioned"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not found in\n%s", want, got)
		}
	}
}

// TestDashboardsAskPrometheusForWhatTheDaemonTells has promtool parse every expression.
func TestDashboardsAskPrometheusForWhatTheDaemonTells(t *testing.T) {
	told := append(metricNames(t), "process_resident_memory_bytes", "up")
	word := regexp.MustCompile(`\b(bellwether_\w+|process_\w+|up)\b`)
	var rules strings.Builder
	rules.WriteString("groups:\n  - name: dashboards\n    rules:\n")
	asked := 0
	for name, d := range dashboards(t) {
		for _, p := range d.Panels {
			for _, q := range p.Targets {
				if q.Expr == "" {
					continue
				}
				asked++
				fmt.Fprintf(&rules, "      - record: bellwether:panel%d\n        expr: %q\n", asked, q.Expr)
				found := word.FindAllString(q.Expr, -1)
				if len(found) == 0 {
					t.Errorf("%s, %s asks for nothing of ours: %s", name, p.Title, q.Expr)
				}
				for _, metric := range found {
					if !slices.Contains(told, strings.TrimSuffix(metric, "_bucket")) {
						t.Errorf("%s, %s asks for %s, which the daemon does not tell", name, p.Title, metric)
					}
				}
			}
		}
	}
	if asked < 10 {
		t.Fatalf("Prometheus is asked %d things", asked)
	}
	promtool := tool(t, "promtool", "apt-get install prometheus")
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "dashboards.yml"), []byte(rules.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	runIn(t, dir, promtool, "check", "rules", "dashboards.yml")
}

// TestDashboardsAskClickHouseWhatItAnswers asks every query as the analyst, with values
// that the queries of the variables give.
func TestDashboardsAskClickHouseWhatItAnswers(t *testing.T) {
	ask := analystOf(t)
	for name, d := range dashboards(t) {
		values := map[string]string{}
		for _, v := range d.Templating.List {
			_, rows := ask(fill(t, v.Query, values))
			if len(rows) == 0 {
				t.Errorf("%s: there is nothing to choose for %s", name, v.Name)
				continue
			}
			values[v.Name] = fmt.Sprint(rows[0][0])
		}
		for _, p := range d.Panels {
			columns := map[string]bool{}
			for _, q := range p.Targets {
				if q.RawSQL == "" {
					continue
				}
				names, rows := ask(fill(t, q.RawSQL, values))
				if len(rows) == 0 && !strings.Contains(q.RawSQL, "core_backup") { // nothing was backed up
					t.Errorf("%s, %s: there are no rows", name, p.Title)
				}
				for _, column := range names {
					columns[column] = true
				}
			}
			for _, o := range p.FieldConfig.Overrides {
				if !columns[o.Matcher.Options] {
					t.Errorf("%s, %s: there is no column %s of %q", name, p.Title, o.Matcher.Options, slices.Sorted(maps.Keys(columns)))
				}
			}
		}
	}
}

// fill puts values into a query as Grafana does.
func fill(t *testing.T, query string, values map[string]string) string {
	t.Helper()
	return grafanaVariable.ReplaceAllStringFunc(query, func(text string) string {
		found := grafanaVariable.FindStringSubmatch(text)
		switch value := values[found[1]+found[3]]; found[2] {
		case ":sqlstring":
			return "'" + value + "'"
		case ":raw":
			return value
		default:
			t.Errorf("a variable is used as %s", text)
			return ""
		}
	})
}

// analystOf asks a warehouse that holds the catalog, one return of the health bureau and what
// an evaluation made of it.
func analystOf(t *testing.T) func(query string) ([]string, [][]any) {
	t.Helper()
	database := warehousetest.Database(t)
	w, err := warehouse.Open(warehouse.Config{Database: database, Engine: warehousetest.Engine(t)})
	must(t, err)
	t.Cleanup(func() { must(t, w.Close()) })
	_, err = w.Migrate(t.Context())
	must(t, err)
	source, err := sql.Catalog()
	must(t, err)
	c, err := catalog.Load(source)
	must(t, err)
	records, err := c.Records(memory.DefaultAllocator, catalog.FormFacts{})
	must(t, err)
	_, err = w.SyncCatalog(t.Context(), c.Hash(catalog.FormFacts{}), records)
	must(t, err)
	workADay(t, w, jobs.Pipeline{Warehouse: w, Catalog: c})
	timeout := queryTimeout(t)
	return func(query string) (columns []string, rows [][]any) {
		t.Helper()
		// the plugin has the same driver, which makes the deadline max_execution_time
		ctx, cancel := context.WithTimeout(t.Context(), timeout)
		defer cancel()
		result, err := w.Query(ctx, warehouse.Question{SQL: query, Role: warehouse.Analyst})
		if err != nil {
			t.Errorf("%v\n%s", err, query)
			return nil, nil
		}
		for _, column := range result.Columns {
			columns = append(columns, column.Name)
		}
		for row, err := range result.Rows() {
			if err != nil {
				t.Errorf("%v\n%s", err, query)
				break
			}
			rows = append(rows, row)
		}
		return columns, rows
	}
}

// workADay loads a return, cannot load one whose file is gone, and evaluates.
func workADay(t *testing.T, w *warehouse.Warehouse, pipeline jobs.Pipeline) {
	t.Helper()
	good := healthReturn(t)
	gone := good
	gone.Payload.SHA256, gone.Payload.Path = strings.Repeat("0", 64), filepath.Join(t.TempDir(), "gone.csv")
	load := func(s jobs.Submission) *jobs.Job {
		return &jobs.Job{Code: "load", Source: "health", Do: func(ctx context.Context, runID string) (jobs.Outcome, error) {
			_, err := pipeline.Load(ctx, runID, s)
			return jobs.Outcome{}, err
		}}
	}
	runner := jobs.NewRunner(w, jobs.NewMetrics(prometheus.NewRegistry()), slog.New(slog.DiscardHandler))
	_, err := runner.Run(t.Context(), load(good), jobs.ByCommand, time.Now())
	must(t, err)
	if _, err := runner.Run(t.Context(), load(gone), jobs.ByCommand, time.Now()); err == nil {
		t.Error("a file that is gone was loaded")
	}
	evaluator := jobs.Evaluator{Warehouse: w}
	_, err = runner.Run(t.Context(), evaluator.JobFor(time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)), jobs.ByCommand, time.Now())
	must(t, err)
}

func healthReturn(t *testing.T) jobs.Submission {
	t.Helper()
	forms, err := etl.LoadForms(health.Files, department.Files)
	must(t, err)
	form, _ := forms.Form("health/mch_annual")
	text := "妇幼健康年报（2025年度）\n指标名称,地区,性别,城乡,分子,分母,数值,单位,备注\n孕产妇死亡率,秀峰区,合计,合计,1,1098,91.07,/10万,\n孕产妇住院分娩率,秀峰区,合计,合计,1096,1098,99.82,%,\n婴儿死亡率,秀峰区,合计,合计,4,1098,3.64,‰,\n"
	path := filepath.Join(t.TempDir(), "return.csv")
	must(t, os.WriteFile(path, []byte(text), 0o600))
	return jobs.Submission{Form: form, Payload: etl.Payload{
		SHA256: fmt.Sprintf("%x", sha256.Sum256([]byte(text))), SourceCode: "health", FileName: "return.csv", Path: path,
		Size: int64(len(text)), RetrievedAt: time.Now(),
	}}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
