package engine_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow/memory"

	"bellwether/etl"
	"bellwether/etl/catalog"
	"bellwether/etl/department"
	"bellwether/etl/health"
	"bellwether/jobs"
	"bellwether/sql"
	"bellwether/warehouse"
	"bellwether/warehouse/engine"
)

// writerGrants are what deploy/clickhouse/roles.sql gives the writer of a server.
func writerGrants(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.FromSlash("../../deploy/clickhouse/roles.sql"))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, found := range regexp.MustCompile(`(?m)^(grant .*) to bellwether_writer;$`).FindAllStringSubmatch(string(text), -1) {
		all = append(all, found[1])
	}
	return all
}

// TestTheWriterOfAServerNeedsNoMoreThanItsRole does the work of a night as a user who has
// the grants of the role and none besides: schema, catalog, load, verdicts, a scratch
// copy, backup, rebuild and drill.
func TestTheWriterOfAServerNeedsNoMoreThanItsRole(t *testing.T) {
	library := engine.LibraryUnderTest(t)
	grants := writerGrants(t)
	if len(grants) < 5 {
		t.Fatalf("the writer has %d grants", len(grants))
	}
	engine.WithUser(t, fmt.Sprintf(`<server_writer>
		<password_sha256_hex>%x</password_sha256_hex><networks><ip>127.0.0.1</ip></networks>
		<profile>default</profile><quota>default</quota><grants><query>%s</query></grants></server_writer>`,
		sha256.Sum256([]byte("secret")), strings.Join(escaped(grants), "</query><query>")))
	e, err := engine.Start(t.Context(), engine.Config{Dir: t.TempDir(), Library: library})
	must(t, err)
	defer func() { must(t, e.Close(context.WithoutCancel(t.Context()))) }()

	w, err := warehouse.Open(warehouse.Config{
		DSN: "clickhouse://server_writer@" + e.Address(engine.RoleWriter).Native + "/bellwether", Password: "secret",
	})
	must(t, err)
	defer func() { must(t, w.Close()) }()
	_, err = w.Migrate(t.Context())
	must(t, err)
	pipeline := pipelineOf(t, w)
	report, err := pipeline.Load(t.Context(), "run", returnOf(t))
	must(t, err)
	if report.Commit.LoadedCount != 1 {
		t.Errorf("%d figures were loaded", report.Commit.LoadedCount)
	}
	_, err = w.Settle(t.Context())
	must(t, err)
	_, drop, err := w.Scratch(t.Context(), warehouse.Extent{})
	must(t, err)
	must(t, drop(t.Context()))
	record, err := w.Backup(t.Context(), warehouse.Destination{}, "run")
	must(t, err)
	rebuild, err := w.BeginRebuild(t.Context())
	must(t, err)
	must(t, rebuild.Replace(t.Context()))
	must(t, rebuild.Close(t.Context()))
	_, err = w.Drill(t.Context(), record.Name, warehouse.Destination{}, "run")
	must(t, err)
}

func escaped(texts []string) []string {
	var all []string
	for _, text := range texts {
		all = append(all, html.EscapeString(text))
	}
	return all
}

func pipelineOf(t *testing.T, w *warehouse.Warehouse) jobs.Pipeline {
	t.Helper()
	source, err := sql.Catalog()
	must(t, err)
	c, err := catalog.Load(source)
	must(t, err)
	records, err := c.Records(memory.DefaultAllocator, catalog.FormFacts{})
	must(t, err)
	_, err = w.SyncCatalog(t.Context(), c.Hash(catalog.FormFacts{}), records)
	must(t, err)
	return jobs.Pipeline{Warehouse: w, Catalog: c}
}

func returnOf(t *testing.T) jobs.Submission {
	t.Helper()
	forms, err := etl.LoadForms(health.Files, department.Files)
	must(t, err)
	form, _ := forms.Form("health/mch_annual")
	text := "妇幼健康年报（2025年度）\n指标名称,地区,性别,城乡,分子,分母,数值,单位,备注\n孕产妇住院分娩率,秀峰区,合计,合计,1096,1098,99.82,%,\n"
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
