package warehouse

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
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

// tables lists what is backed up, each with how it is read, and what is not.
func (w *Warehouse) tables(ctx context.Context) (kept map[string]string, left []string, err error) {
	var found []struct {
		Name        string `ch:"name"`
		IsLeft      bool   `ch:"is_left"`
		IsReplacing bool   `ch:"is_replacing"`
	}
	err = w.choose(ctx, &found, `select name, engine like '%View' or `+neverBackedUp+` as is_left, engine like '%Replacing%' as is_replacing
		from system.tables where database = currentDatabase() order by name`)
	if err != nil {
		return nil, nil, fmt.Errorf("list tables: %w", err)
	}
	kept = map[string]string{}
	for _, t := range found {
		switch {
		case t.IsLeft:
			left = append(left, t.Name)
		case t.IsReplacing:
			kept[t.Name] = t.Name + " final" // what a merge would drop is not content
		default:
			kept[t.Name] = t.Name
		}
	}
	return kept, left, nil
}

// besides are the tables that are written to while a backup is made: by the backup
// itself, and by the scheduler when it skips a run. They are in it and not compared.
func besides() []string { return []string{"raw_backup", "raw_lease", "raw_run"} }

// Contents returns what each table holds, but for those that are written to beside a
// backup.
func (w *Warehouse) Contents(ctx context.Context) ([]TableContent, error) {
	kept, _, err := w.tables(ctx)
	if err != nil {
		return nil, err
	}
	var all []TableContent
	for _, table := range slices.Sorted(maps.Keys(kept)) {
		if slices.Contains(besides(), table) {
			continue
		}
		content, err := w.content(ctx, table, kept[table], "*")
		if err != nil {
			return nil, err
		}
		all = append(all, content)
	}
	return all, nil
}

// content counts the rows of a table or view, which is read as source, and hashes the
// columns.
func (w *Warehouse) content(ctx context.Context, name, source, columns string) (TableContent, error) {
	content := TableContent{Table: name}
	err := w.again(ctx, "read contents", func() error {
		return w.writer.QueryRow(ctx, "select count(), sum(cityHash64(tuple("+columns+"))) from "+source).Scan(&content.Rows, &content.Hash)
	})
	if err != nil {
		return content, fmt.Errorf("read contents of %s: %w", name, err)
	}
	return content, nil
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
