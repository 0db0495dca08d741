package warehouse

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"bellwether/sql"
)

// MigrationReport says what Migrate did. Both counts are 0 when there was
// nothing to do.
type MigrationReport struct {
	Applied  []string // names of the migrations that ran
	Declared int      // functions and views that were created or replaced
}

// Migrate brings the database to the state that the program was built with: it
// creates the database, runs the migrations that have not run yet, and declares
// the functions and views anew when any of them has changed. Running it again
// does nothing and asks one question; running it after it was cut short goes on
// where it stopped. It is an error when a migration that ran has been changed
// since.
func (w *Warehouse) Migrate(ctx context.Context) (MigrationReport, error) {
	s, err := loadSchema(w.database, w.cluster)
	if err != nil {
		return MigrationReport{}, fmt.Errorf("migrate: %w", err)
	}
	current, err := w.isCurrent(ctx, s)
	if current || err != nil {
		return MigrationReport{}, err
	}
	if err := w.prepare(ctx, s.render); err != nil {
		return MigrationReport{}, err
	}
	var report MigrationReport
	if report.Applied, err = w.runMigrations(ctx, s); err != nil {
		return report, err
	}
	for _, o := range s.objects {
		if err := w.execute(ctx, s.render.object(o)); err != nil {
			return report, fmt.Errorf("migrate: sql/%s: %w", o.Path, err)
		}
		report.Declared++
	}
	const record = "insert into schema_state (fingerprint, applied_at) select {fingerprint:String}, now64(3)"
	if err := w.execute(ctx, record, clickhouse.Named("fingerprint", s.fingerprint)); err != nil {
		return report, fmt.Errorf("migrate: record state: %w", err)
	}
	return report, nil
}

// schema is everything declared in package sql, and its fingerprint.
type schema struct {
	migrations  []sql.Migration
	objects     []sql.Object // functions, then views in reading order
	functions   []string
	render      renderer
	fingerprint string
}

func loadSchema(database, cluster string) (schema, error) {
	s := schema{render: renderer{database: database, cluster: cluster}}
	var err error
	if s.migrations, err = sql.Migrations(); err != nil {
		return s, err
	}
	if s.objects, err = sql.Functions(); err != nil {
		return s, err
	}
	for _, f := range s.objects {
		s.functions = append(s.functions, f.Name)
	}
	views, err := sql.Views()
	if err != nil {
		return s, err
	}
	s.objects = append(s.objects, views...)
	hash := sha256.New()
	for _, m := range s.migrations {
		io.WriteString(hash, m.Name+m.Checksum+"\n") // a hash never fails
	}
	for _, o := range s.objects {
		io.WriteString(hash, s.render.object(o)+"\n")
	}
	s.fingerprint = hex.EncodeToString(hash.Sum(nil))
	return s, nil
}

// isCurrent asks the one question of a start at which nothing has changed.
// Functions belong to the server, not to the database, so another database may
// have gone without them.
func (w *Warehouse) isCurrent(ctx context.Context, s schema) (bool, error) {
	const question = `
		select
			(select argMax(fingerprint, applied_at) from schema_state) = {fingerprint:String}
			and (select count() from system.functions where name in {functions:Array(String)}) = {count:UInt64}`
	var current bool
	err := w.again(ctx, "read schema state", func() error {
		return w.writer.QueryRow(ctx, question, clickhouse.Named("fingerprint", s.fingerprint),
			clickhouse.Named("functions", s.functions), clickhouse.Named("count", uint64(len(s.functions)))).Scan(&current)
	})
	if isCode(err, codeUnknownTable, codeUnknownDatabase) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("migrate: read schema state: %w", err)
	}
	return current, nil
}

// prepare creates the database and the two tables of the schema itself.
func (w *Warehouse) prepare(ctx context.Context, r renderer) error {
	options := *w.options
	options.Auth.Database = ""
	server, err := clickhouse.Open(&options)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	defer server.Close()
	if err := server.Exec(ctx, r.createDatabase()); err != nil {
		return fmt.Errorf("migrate: create database %s: %w", w.database, readable(err))
	}
	for _, table := range []string{migrationTable, stateTable} {
		for _, statement := range r.table(table) {
			if err := w.execute(ctx, statement); err != nil {
				return fmt.Errorf("migrate: create the tables of the schema: %w", err)
			}
		}
	}
	return nil
}

const migrationTable = `create table schema_migration
(
    number     UInt32                comment 'Number of the migration',
    name       String                comment 'Name of its file',
    checksum   String                comment 'SHA-256 of its text; a migration that ran never changes',
    applied_at DateTime64(3, 'UTC')  comment 'When it ran'
)
engine = ReplacingMergeTree(applied_at)
order by number
comment 'One row per migration that ran.'`

const stateTable = `create table schema_state
(
    fingerprint String               comment 'Hash of all migrations, functions and views as the program declares them',
    applied_at  DateTime64(3, 'UTC') comment 'When the database was brought to this state'
)
engine = MergeTree
order by applied_at
comment 'One row per change of the declared schema.'`

// appliedMigration is a row of schema_migration.
type appliedMigration struct {
	Number    uint32    `ch:"number"`
	Name      string    `ch:"name"`
	Checksum  string    `ch:"checksum"`
	AppliedAt time.Time `ch:"applied_at"`
}

// runMigrations runs what has not run here and records it at the end, in one part
// instead of one for each, also when one of them failed. What is killed before that
// begins anew: every statement can be repeated without harm.
func (w *Warehouse) runMigrations(ctx context.Context, s schema) ([]string, error) {
	ran, err := w.runMissing(ctx, s)
	if len(ran) == 0 {
		return nil, err
	}
	if fault := appendRows(ctx, w, "schema_migration", ran); fault != nil {
		return nil, errors.Join(err, fmt.Errorf("migrate: record what ran: %w", fault))
	}
	var names []string
	for _, m := range ran {
		names = append(names, m.Name)
	}
	return names, err
}

func (w *Warehouse) runMissing(ctx context.Context, s schema) (ran []appliedMigration, err error) {
	applied, err := w.appliedMigrations(ctx)
	if err != nil {
		return nil, err
	}
	for _, m := range s.migrations {
		if checksum, ok := applied[m.Number]; ok && checksum != m.Checksum {
			return ran, fmt.Errorf("migrate: sql/%s was changed after it ran here; add a new migration instead", m.Path)
		} else if ok {
			continue
		}
		for _, statement := range s.render.migration(m.Text) {
			if err := w.execute(ctx, statement); err != nil {
				return ran, fmt.Errorf("migrate: sql/%s: %w", m.Path, err)
			}
		}
		ran = append(ran, appliedMigration{m.Number, m.Name, m.Checksum, time.Now()})
	}
	return ran, nil
}

func (w *Warehouse) appliedMigrations(ctx context.Context) (map[uint32]string, error) {
	var rows []appliedMigration
	if err := w.choose(ctx, &rows, "select number, checksum from schema_migration final"); err != nil {
		return nil, fmt.Errorf("migrate: read applied migrations: %w", err)
	}
	applied := map[uint32]string{}
	for _, r := range rows {
		applied[r.Number] = r.Checksum
	}
	return applied, nil
}

// execute runs a statement that can be repeated without harm.
func (w *Warehouse) execute(ctx context.Context, statement string, args ...any) error {
	return w.again(ctx, "execute", func() error { return w.writer.Exec(ctx, statement, args...) })
}

// choose reads all rows of a small answer.
func (w *Warehouse) choose(ctx context.Context, into any, question string, args ...any) error {
	return w.again(ctx, "select", func() error { return w.writer.Select(ctx, into, question, args...) })
}
