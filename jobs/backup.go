package jobs

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"bellwether/warehouse"
)

// Keeper makes backups, keeps the newest of them, and tries whether they can be
// restored.
type Keeper struct {
	Warehouse *warehouse.Warehouse
	To        warehouse.Destination
	Keep      int      // how many are kept; 0 is all
	Folder    string   // of the backups of the embedded engine; empty where the server keeps them and lets them go
	Metrics   *Metrics // may be nil
}

// BackupJob makes the backup a job.
func (k *Keeper) BackupJob() *Job {
	return &Job{Code: "backup", Do: func(ctx context.Context, runID string) (Outcome, error) {
		record, err := k.Warehouse.Backup(ctx, k.To, runID)
		if err != nil {
			return Outcome{Message: record.Name}, err
		}
		if k.Metrics != nil {
			k.Metrics.backupDone.Set(seconds(record.RecordedAt))
		}
		deleted, err := k.prune(ctx, runID)
		return Outcome{Message: fmt.Sprintf("%s, %.1f MiB, %d older deleted", record.Name, float64(record.Bytes)/(1<<20), deleted)}, err
	}}
}

// prune deletes the oldest backups beyond those that are kept. The record comes
// first: one that is recorded as deleted and still there is no danger.
func (k *Keeper) prune(ctx context.Context, runID string) (int, error) {
	if k.Keep == 0 || k.Folder == "" {
		return 0, nil
	}
	all, err := k.Warehouse.Backups(ctx)
	if err != nil {
		return 0, err
	}
	deleted := 0
	for _, b := range all[min(k.Keep, len(all)):] {
		b.State, b.RunID, b.RecordedAt = warehouse.BackupDeleted, runID, time.Now()
		if err := k.Warehouse.AppendBackup(ctx, b); err != nil {
			return deleted, err
		}
		if err := os.RemoveAll(filepath.Join(k.Folder, b.Name)); err != nil {
			return deleted, fmt.Errorf("delete backup: %w", err)
		}
		deleted++
	}
	return deleted, nil
}

// ErrNoBackup means that there is nothing to restore.
var ErrNoBackup = errors.New("there is no backup yet")

// DrillJob makes a job of restoring the newest backup into a database of its own and
// comparing it.
func (k *Keeper) DrillJob() *Job {
	return &Job{Code: "drill", Do: func(ctx context.Context, runID string) (Outcome, error) {
		all, err := k.Warehouse.Backups(ctx)
		if err != nil {
			return Outcome{}, err
		}
		if len(all) == 0 {
			return Outcome{}, ErrNoBackup
		}
		record, err := k.Warehouse.Drill(ctx, all[0].Name, k.To, runID)
		if err != nil {
			return Outcome{Message: record.Name}, err
		}
		if k.Metrics != nil {
			k.Metrics.drillDone.Set(seconds(record.RecordedAt))
		}
		return Outcome{Message: record.Name + " is whole"}, nil
	}}
}
