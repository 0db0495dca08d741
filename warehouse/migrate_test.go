package warehouse

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"bellwether/sql"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestMigratingTwiceDoesNothingTheSecondTime(t *testing.T) {
	w := openEmpty(t)
	first, err := w.Migrate(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	migrations, err := sql.Migrations()
	if err != nil {
		t.Fatal(err)
	}
	if len(first.Applied) != len(migrations) || first.Declared == 0 {
		t.Errorf("the first time did %+v", first)
	}
	second, err := w.Migrate(t.Context())
	if err != nil || len(second.Applied) != 0 || second.Declared != 0 {
		t.Errorf("the second time did %+v, %v", second, err)
	}
}

func TestAMigrationThatWasCutShortGoesOn(t *testing.T) {
	w := open(t)
	for _, cut := range []struct{ missing, first string }{
		{"number > 3", "0004_raw_batch"},
		{"number > 0", "0001_raw_payload"}, // killed before what ran was recorded
	} {
		for _, statement := range []string{"truncate table schema_state", "alter table schema_migration delete where " + cut.missing + " settings mutations_sync = 2", "drop view core_observation"} {
			if err := w.writer.Exec(t.Context(), statement); err != nil {
				t.Fatal(err)
			}
		}
		report, err := w.Migrate(t.Context())
		if err != nil || report.Applied[0] != cut.first {
			t.Errorf("without the records of %s it did %+v, %v", cut.missing, report, err)
		}
		ask[uint64](t, w, "select count() from core_observation")
		migrations, err := sql.Migrations()
		if err != nil {
			t.Fatal(err)
		}
		if n := ask[uint64](t, w, "select count() from schema_migration final"); n != uint64(len(migrations)) {
			t.Errorf("%d migrations are recorded, want %d", n, len(migrations))
		}
	}
}

func TestWhatRanBeforeAMigrationThatFailsIsRecorded(t *testing.T) {
	w := open(t)
	for _, statement := range []string{"truncate table schema_state", "alter table schema_migration delete where number > 80 settings mutations_sync = 2", "drop table fct_delivery"} {
		if err := w.writer.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Migrate(t.Context()); err == nil || !strings.Contains(err.Error(), "0083_fct_delivery_occasion") {
		t.Errorf("migrate says %v", err)
	}
	if last := ask[uint32](t, w, "select max(number) from schema_migration"); last != 82 {
		t.Errorf("the last that is recorded is %d, want 82", last)
	}
}

func TestAChangedMigrationIsRefused(t *testing.T) {
	w := open(t)
	for _, statement := range []string{"truncate table schema_state", "insert into schema_migration select number, name, 'another', now64(3) + 1 from schema_migration where number = 2"} {
		if err := w.writer.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	_, err := w.Migrate(t.Context())
	if err == nil || !strings.Contains(err.Error(), "sql/migrations/0002_raw_payload_chunk.sql was changed after it ran here") {
		t.Errorf("migrate says %v", err)
	}
}

// A database of an earlier release knows the years of its loads from their
// commits alone, and must still answer for an earlier moment.
func TestTheYearsOfEarlierCommitsAreFilledIn(t *testing.T) {
	w := open(t)
	load(t, w, complete("first"), firstSubmission())
	before := ask[string](t, w, "select toString(max(committed_at)) from raw_commit")
	first := ask[uint64](t, w, shown)
	time.Sleep(2 * time.Millisecond) // or both commits fall into one millisecond
	load(t, w, complete("second"), secondSubmission())
	for _, statement := range []string{"truncate table raw_batch_year", "truncate table schema_state", "delete from schema_migration where name like '%_raw_batch_year_%'"} {
		if err := w.execute(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := ask[uint64](t, w, shown+" settings log_comment = 'as_of="+before+"'"); got != first {
		t.Error("the state after the first submission is not shown as of then")
	}
}

func TestADatabaseThatIsNotThereIsCreated(t *testing.T) {
	w := openEmpty(t)
	if err := w.writer.Exec(t.Context(), "drop database "+w.database+" sync"); err != nil {
		t.Fatal(err)
	}
	if _, err := openOn(t, w.database).Migrate(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestEveryColumnHasAComment(t *testing.T) {
	w := open(t)
	if got := ask[string](t, w, "select arrayStringConcat(groupArray(table || '.' || name), ' ') from system.columns where database = currentDatabase() and comment = ''"); got != "" {
		t.Errorf("columns without a comment: %s", got)
	}
}

func TestStatementsForAClusterAreThoseOfTheGoldenFile(t *testing.T) {
	s, err := loadSchema("bellwether", "prefecture")
	if err != nil {
		t.Fatal(err)
	}
	statements := []string{s.render.createDatabase()}
	for _, m := range s.migrations {
		chosen := []string{"0005_raw_commit", "0007_fct_observation", "0029_raw_batch_year_of_commits", "0042_fct_alert_cause"}
		if slices.Contains(chosen, m.Name) {
			statements = append(statements, s.render.migration(m.Text)...)
		}
	}
	for _, o := range s.objects {
		if o.Name == "bw_as_of" || o.Name == "core_moment" {
			statements = append(statements, s.render.object(o))
		}
	}
	statements = append(statements, s.render.drop("raw_stage_17")...)
	golden(t, "cluster.sql", strings.Join(statements, ";\n\n")+";\n")
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; run with -update and read it:\n%s", file, got)
	}
}

func TestWhatClickHouseSaysComesThroughInOneLine(t *testing.T) {
	w := open(t)
	for name, w := range map[string]*Warehouse{"native": w, "http": overHTTP(t, w)} {
		_, err := w.Query(t.Context(), Question{SQL: "select 1 as a, no_such_column\nfrom core_observation", Role: Writer})
		var said *QueryError
		if !errors.As(err, &said) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if said.Code != 47 || said.Name != "UNKNOWN_IDENTIFIER" || !strings.Contains(said.Message, "no_such_column") ||
			strings.ContainsAny(said.Message, "\n") || strings.Contains(said.Message, "Stack trace") || strings.Contains(said.Message, "(version") {
			t.Errorf("%s: %#v", name, said)
		}
	}
}

func TestErrorsAreToldApart(t *testing.T) {
	tests := []struct {
		text        string
		want        QueryError
		isTransient bool
	}{
		{"[HTTP 404] response body: \"Code: 60. DB::Exception: Unknown table expression identifier 'x'. (UNKNOWN_TABLE) (version 26.7.2.1)\"",
			QueryError{60, "UNKNOWN_TABLE", "Unknown table expression identifier 'x'"}, false},
		{"Code: 252. DB::Exception: Too many parts (300). Stack trace:\n0. a\n1. b", QueryError{252, "", "Too many parts (300)."}, true},
		{"code: 243, message: no", QueryError{}, false},
	}
	for _, test := range tests {
		err := errors.New(test.text)
		got := queryError(err)
		if got == nil {
			got = &QueryError{}
		}
		if *got != test.want || isTransient(err) != test.isTransient {
			t.Errorf("%s: %#v, transient %v", test.text, got, isTransient(err))
		}
	}
}
