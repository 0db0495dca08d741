package warehouse

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

var backupName = regexp.MustCompile(`^([A-Za-z_][A-Za-z0-9_]*)-\d{8}T\d{9}Z$`)

// databaseOf is the database that a backup was made of, by its name.
func databaseOf(name string) (string, error) {
	parts := backupName.FindStringSubmatch(name)
	if parts == nil {
		return "", fmt.Errorf("%q is no name of a backup: want database-20261126T033000000Z", name)
	}
	return parts[1], nil
}

// restoreMark ends the name of the database that a backup is restored into first.
const restoreMark = "_restoring"

// Restore puts a backup into a warehouse that holds no load, and returns what its
// tables hold. It is restored beside it first and takes its place once every table
// is what was backed up; cut short before, the next one begins anew. It returns
// ErrNotEmpty, or a *DifferenceError.
func (w *Warehouse) Restore(ctx context.Context, name string, from Destination) ([]TableContent, error) {
	contents, err := w.restore(ctx, name, from)
	if err != nil {
		return nil, fmt.Errorf("restore %s: %w", name, err)
	}
	return contents, nil
}

func (w *Warehouse) restore(ctx context.Context, name string, from Destination) ([]TableContent, error) {
	if w.cluster != "" {
		return nil, ErrNoCluster
	}
	if err := w.mustBeEmpty(ctx); err != nil {
		return nil, err
	}
	beside, err := w.restoreBeside(ctx, name, from, w.database+restoreMark)
	if err != nil {
		return nil, err
	}
	contents, err := beside.compareWith(ctx, name)
	if err == nil {
		err = beside.execute(ctx, "truncate table raw_lease") // held by who made the backup
	}
	if err = errors.Join(err, beside.Close()); err != nil {
		return nil, errors.Join(err, w.onServer(context.WithoutCancel(ctx), "drop database if exists "+w.database+restoreMark+" sync"))
	}
	w.atStep("restored")
	if err := w.onServer(ctx, "drop database if exists "+w.database+" sync"); err != nil {
		return nil, err
	}
	w.atStep("dropped")
	if err := w.onServer(ctx, "rename database "+w.database+restoreMark+" to "+w.database); err != nil {
		return nil, err
	}
	w.atStep("renamed")
	_, err = w.Migrate(ctx)
	return contents, err
}

// mustBeEmpty makes sure that nothing is lost by restoring. A database that is not
// there is empty.
func (w *Warehouse) mustBeEmpty(ctx context.Context) error {
	var rows uint64
	err := w.again(ctx, "count loads", func() error {
		return w.writer.QueryRow(ctx, `select
			(select count() from raw_payload) + (select count() from raw_commit) + (select count() from fct_observation) + (select count() from fct_alert)`).Scan(&rows)
	})
	switch {
	case isCode(err, codeUnknownTable, codeUnknownDatabase):
		return nil
	case err != nil:
		return fmt.Errorf("count loads: %w", err)
	case rows > 0:
		return ErrNotEmpty
	}
	return nil
}

// restoreBeside restores a backup into another database, and opens it.
func (w *Warehouse) restoreBeside(ctx context.Context, name string, from Destination, database string) (*Warehouse, error) {
	former, err := databaseOf(name)
	if err != nil {
		return nil, err
	}
	if err := w.onServer(ctx, "drop database if exists "+database+" sync"); err != nil {
		return nil, err
	}
	if err := w.onServer(ctx, "restore database "+former+" as "+database+" from "+from.of(name)); err != nil {
		return nil, err
	}
	config := w.config
	config.Database = database
	return Open(config)
}

// onServer executes a statement outside of any database, because ours may not be
// there.
func (w *Warehouse) onServer(ctx context.Context, statement string) error {
	options := *w.options
	options.Auth.Database = ""
	server, err := clickhouse.Open(&options)
	if err != nil {
		return err
	}
	defer server.Close()
	return w.again(ctx, "execute", func() error { return server.Exec(ctx, statement) })
}

// compareWith holds the tables of a restored backup against what the backup itself says
// that it holds.
func (w *Warehouse) compareWith(ctx context.Context, name string) ([]TableContent, error) {
	var begun []BackupRecord
	err := w.choose(ctx, &begun, "select * from raw_backup where name = {name:String} and state = 'begun' order by recorded_at desc limit 1",
		clickhouse.Named("name", name))
	if err != nil {
		return nil, fmt.Errorf("read what the backup holds: %w", err)
	}
	if len(begun) == 0 {
		return nil, errors.New("the backup does not say what it holds")
	}
	var want []TableContent
	if err := json.Unmarshal([]byte(begun[0].Contents), &want); err != nil {
		return nil, fmt.Errorf("read what the backup holds: %w", err)
	}
	got, err := w.Contents(ctx)
	if err != nil {
		return nil, err
	}
	difference := &DifferenceError{Name: name}
	for _, t := range want {
		if !slices.Contains(got, t) {
			difference.Tables = append(difference.Tables, t.Table)
		}
	}
	if len(difference.Tables) > 0 {
		return nil, difference
	}
	return got, nil
}

// Drill restores a backup into a database of its own, compares every table, asks
// every view of the core, and drops it again. It records that the backup was verified, or what
// was wrong with it.
func (w *Warehouse) Drill(ctx context.Context, name string, from Destination, runID string) (BackupRecord, error) {
	record := BackupRecord{Name: name, Destination: from.of(name), RunID: runID}
	if err := w.drill(ctx, name, from); err != nil {
		record = record.as(BackupFailed, readable(err).Error())
		return record, errors.Join(fmt.Errorf("drill %s: %w", name, err), w.AppendBackup(context.WithoutCancel(ctx), record))
	}
	record = record.as(BackupVerified, "")
	return record, w.AppendBackup(ctx, record)
}

func (w *Warehouse) drill(ctx context.Context, name string, from Destination) (err error) {
	if w.cluster != "" {
		return ErrNoCluster
	}
	if err := w.dropOldScratches(ctx); err != nil {
		return err
	}
	database := w.database + scratchMark + fmt.Sprint(time.Now().UnixNano())
	beside, err := w.restoreBeside(ctx, name, from, database)
	if err != nil {
		return err
	}
	defer func() {
		err = errors.Join(err, beside.Close(), w.dropDatabase(context.WithoutCancel(ctx), database))
	}()
	if _, err := beside.compareWith(ctx, name); err != nil {
		return err
	}
	if _, err := beside.Migrate(ctx); err != nil {
		return err
	}
	var views []struct {
		Name string `ch:"name"`
	}
	err = beside.choose(ctx, &views, `select name from system.tables
		where database = currentDatabase() and engine = 'View' and startsWith(name, 'core_') order by name`)
	if err != nil {
		return fmt.Errorf("list views: %w", err)
	}
	for _, v := range views {
		if err := beside.execute(ctx, "select count() from "+v.Name+" format Null"); err != nil {
			return fmt.Errorf("ask %s: %w", v.Name, err)
		}
	}
	return nil
}
