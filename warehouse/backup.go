package warehouse

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// The states of a backup, a row of raw_backup.
const (
	BackupBegun    = "begun"
	BackupDone     = "done"
	BackupFailed   = "failed"
	BackupVerified = "verified"
	BackupDeleted  = "deleted"
)

// BackupRecord is a state of a backup, a row of raw_backup.
type BackupRecord struct {
	Name        string    `ch:"name"`
	State       string    `ch:"state"`
	Destination string    `ch:"destination"`
	Contents    string    `ch:"contents"`
	Bytes       uint64    `ch:"byte_count"`
	Message     string    `ch:"message"`
	RunID       string    `ch:"run_id"`
	RecordedAt  time.Time `ch:"recorded_at"`
}

// Destination is where a backup is kept: a file in the folder of backups of the
// embedded engine, or a disk that the server has for them.
type Destination struct{ Disk string }

// of names a backup as the engine does.
func (d Destination) of(name string) string {
	if d.Disk == "" {
		return "File('" + name + "')"
	}
	return "Disk('" + d.Disk + "', '" + name + "')"
}

// TableContent is what a table holds: its rows, and a hash of them that does not
// depend on their order.
type TableContent struct {
	Table string `json:"table"`
	Rows  uint64 `json:"rows"`
	Hash  uint64 `json:"hash,string"`
}

// DifferenceError says which tables of a restored backup hold something else than
// was backed up.
type DifferenceError struct {
	Name   string
	Tables []string
}

func (e *DifferenceError) Error() string {
	return fmt.Sprintf("backup %s gives other rows in %s", e.Name, strings.Join(e.Tables, ", "))
}

// ErrNotEmpty means that a warehouse holds loads, and nothing is restored over it.
var ErrNotEmpty = errors.New("the warehouse is not empty")

// ErrNoCluster means that a warehouse on a cluster is backed up by the tools of the
// cluster.
var ErrNoCluster = errors.New("a cluster is backed up by its own tools, such as clickhouse-backup on each replica")

// neverBackedUp are the tables that belong to a running warehouse and to no backup: the
// state of the schema too, because functions and views are declared anew.
const neverBackedUp = "name = 'schema_state' or startsWith(name, '" + stagePrefix + "')"

// tables lists what is backed up, with what is not.
func (w *Warehouse) tables(ctx context.Context) (kept, left []string, err error) {
	var found []struct {
		Name   string `ch:"name"`
		IsLeft bool   `ch:"is_left"`
	}
	err = w.choose(ctx, &found, `select name, engine like '%View' or `+neverBackedUp+` as is_left
		from system.tables where database = currentDatabase() order by name`)
	if err != nil {
		return nil, nil, fmt.Errorf("list tables: %w", err)
	}
	for _, t := range found {
		if t.IsLeft {
			left = append(left, t.Name)
		} else {
			kept = append(kept, t.Name)
		}
	}
	return kept, left, nil
}

// Contents returns what each table holds, but for the ledger of backups and the leases,
// which a backup itself writes to.
func (w *Warehouse) Contents(ctx context.Context) ([]TableContent, error) {
	kept, _, err := w.tables(ctx)
	if err != nil {
		return nil, err
	}
	var replacing []struct {
		Name string `ch:"name"`
	}
	if err := w.choose(ctx, &replacing, "select name from system.tables where database = currentDatabase() and engine like '%Replacing%'"); err != nil {
		return nil, fmt.Errorf("list tables: %w", err)
	}
	var all []TableContent
	for _, table := range kept {
		if table == "raw_backup" || table == "raw_lease" {
			continue
		}
		from := table
		if slices.ContainsFunc(replacing, func(r struct {
			Name string `ch:"name"`
		}) bool {
			return r.Name == table
		}) {
			from += " final" // what a merge would drop is not content
		}
		content := TableContent{Table: table}
		err := w.again(ctx, "read contents", func() error {
			return w.writer.QueryRow(ctx, "select count(), sum(cityHash64(tuple(*))) from "+from).Scan(&content.Rows, &content.Hash)
		})
		if err != nil {
			return nil, fmt.Errorf("read contents of %s: %w", table, err)
		}
		all = append(all, content)
	}
	return all, nil
}

// backupTries is how often a backup is begun anew because somebody wrote beside it.
const backupTries = 3

// Backup copies every table to the destination, under the name of the database and
// the moment, while no load runs. What it holds is written into the backup itself,
// so that whoever restores it can tell; one that was cut short has no record of its
// end and is not restored. The record of a failure is returned with the error.
func (w *Warehouse) Backup(ctx context.Context, to Destination, runID string) (record BackupRecord, err error) {
	if w.cluster != "" {
		return record, fmt.Errorf("back up: %w", ErrNoCluster)
	}
	lease, err := w.Claim(ctx, LoaderLease)
	if err != nil {
		return record, fmt.Errorf("back up: %w", err)
	}
	defer func() { err = errors.Join(err, lease.Release(context.WithoutCancel(ctx))) }()
	for try := 1; ; try++ {
		name := w.database + "-" + time.Now().UTC().Format("20060102T150405.000Z")
		record = BackupRecord{Name: strings.ReplaceAll(name, ".", ""), Destination: to.of(strings.ReplaceAll(name, ".", "")), RunID: runID}
		isWhole, err := w.backUp(ctx, &record)
		if err == nil && isWhole {
			return record, nil
		}
		if err == nil && try < backupTries {
			err = w.AppendBackup(ctx, record.as(BackupFailed, "somebody wrote beside it; begun anew"))
			if err == nil {
				continue
			}
		}
		if err == nil {
			err = errors.New("somebody writes all the time; nothing was backed up as a whole")
		}
		record = record.as(BackupFailed, readable(err).Error())
		return record, errors.Join(fmt.Errorf("back up: %w", err), w.AppendBackup(context.WithoutCancel(ctx), record))
	}
}

// as is the record in another state, now.
func (r BackupRecord) as(state, message string) BackupRecord {
	r.State, r.Message, r.Contents, r.RecordedAt = state, message, "", time.Now()
	return r
}

// backUp makes one backup. It is whole when nothing was written to any table meanwhile.
func (w *Warehouse) backUp(ctx context.Context, record *BackupRecord) (isWhole bool, err error) {
	before, err := w.Contents(ctx)
	if err != nil {
		return false, err
	}
	text, err := json.Marshal(before)
	if err != nil {
		return false, err
	}
	begun := record.as(BackupBegun, "")
	begun.Contents = string(text)
	if err := w.AppendBackup(ctx, begun); err != nil {
		return false, err
	}
	w.atStep("begun")
	_, left, err := w.tables(ctx)
	if err != nil {
		return false, err
	}
	statement := "backup database " + w.database + " except tables " + strings.Join(left, ", ") + " to " + record.Destination
	if err := w.execute(ctx, statement); err != nil {
		return false, err
	}
	w.atStep("copied")
	after, err := w.Contents(ctx)
	if err != nil || !slices.Equal(before, after) {
		return false, err
	}
	var sizes []struct {
		Bytes uint64 `ch:"total_size"`
	}
	err = w.choose(ctx, &sizes, "select total_size from system.backups where name = {name:String} order by start_time desc limit 1",
		clickhouse.Named("name", record.Destination))
	if err != nil {
		return false, fmt.Errorf("read size of backup: %w", err)
	}
	if len(sizes) > 0 {
		record.Bytes = sizes[0].Bytes
	}
	*record = record.as(BackupDone, "")
	return true, w.AppendBackup(ctx, *record)
}

// AppendBackup appends to the ledger of backups.
func (w *Warehouse) AppendBackup(ctx context.Context, r BackupRecord) error {
	if err := appendRows(ctx, w, "raw_backup", []BackupRecord{r}); err != nil {
		return fmt.Errorf("record backup %s: %w", r.Name, err)
	}
	return nil
}

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

// Backups lists what can be restored, the newest first.
func (w *Warehouse) Backups(ctx context.Context) ([]BackupRecord, error) {
	var found []BackupRecord
	err := w.choose(ctx, &found, `
		select name, 'done' as state, any(destination) as destination, '' as contents, max(byte_count) as byte_count,
			'' as message, '' as run_id, max(recorded_at) as recorded_at
		from raw_backup group by name
		having countIf(raw_backup.state = 'done') > 0 and countIf(raw_backup.state = 'deleted') = 0
		order by name desc`)
	if err != nil {
		return nil, fmt.Errorf("list backups: %w", err)
	}
	return found, nil
}
