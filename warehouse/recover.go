package warehouse

import (
	"context"
	"fmt"
)

// recover ends what earlier processes began: a batch that was staged is carried
// through to its commit, one that was not is dropped. The caller holds the
// loader's lease, so nothing of this is still alive. It reports whether any was
// carried through.
func (w *Warehouse) recover(ctx context.Context) (hasFinished bool, err error) {
	unfinished, err := w.unfinished(ctx)
	if err != nil {
		return false, fmt.Errorf("look for unfinished batches: %w", err)
	}
	for _, b := range unfinished {
		if b.State == stateStaged {
			w.logger.Warn("finishing a batch that was cut short", "version", b.Version, "form", b.FormCode)
			scope, err := w.scope(ctx, b)
			if err == nil {
				_, err = w.finish(ctx, b, scope, nil)
			}
			if err != nil {
				return hasFinished, fmt.Errorf("finish batch %d: %w", b.Version, err)
			}
			hasFinished = true
			continue
		}
		w.logger.Warn("dropping a batch that was cut short", "version", b.Version, "form", b.FormCode)
		if err := w.abandon(ctx, b); err != nil {
			return hasFinished, fmt.Errorf("drop batch %d: %w", b.Version, err)
		}
	}
	return hasFinished, w.dropOldStages(ctx)
}

// unfinished lists the batches that have neither a commit nor an end, oldest
// first.
func (w *Warehouse) unfinished(ctx context.Context) ([]batchRecord, error) {
	var found []batchRecord
	err := w.choose(ctx, &found, `
		select
			version,
			newest.1 as run_id, newest.2 as payload_sha256, newest.3 as source_code, newest.4 as form_code, newest.5 as form_hash,
			newest.6 as parameters, newest.7 as is_complete, newest.8 as state, newest.9 as read_count, newest.10 as loaded_count,
			newest.11 as rejected_count, newest.12 as skipped_count, newest.13 as encoding, opened_at
		from (
			select
				version,
				min(recorded_at) as opened_at,
				argMax((run_id, payload_sha256, source_code, form_code, form_hash, parameters, is_complete, state,
					read_count, loaded_count, rejected_count, skipped_count, encoding), (state = 'abandoned', state = 'staged', recorded_at)) as newest
			from raw_batch
			where version not in (select version from raw_commit)
			group by version
		)
		where newest.8 != 'abandoned'
		order by version`)
	return found, err
}

// abandon drops the staging table and records the end of the batch. Its rejects
// stay: they belong to a version that never appears.
func (w *Warehouse) abandon(ctx context.Context, b batchRecord) error {
	if err := w.dropStage(ctx, b.stage()); err != nil {
		return err
	}
	b.State = stateAbandoned
	return w.recordBatch(ctx, b)
}

func (w *Warehouse) dropStage(ctx context.Context, stage string) error {
	for _, statement := range (renderer{database: w.database, cluster: w.cluster}).drop(stage) {
		if err := w.execute(ctx, statement); err != nil {
			return fmt.Errorf("drop staging table: %w", err)
		}
	}
	return nil
}

// dropOldStages drops the staging tables that a process left when it died
// between its commit and its last step.
func (w *Warehouse) dropOldStages(ctx context.Context) error {
	var tables []struct {
		Name string `ch:"name"`
	}
	const question = "select name from system.tables where database = currentDatabase() and match(name, '^raw_stage_[0-9]+$')"
	if err := w.choose(ctx, &tables, question); err != nil {
		return fmt.Errorf("look for staging tables: %w", err)
	}
	for _, t := range tables {
		if err := w.dropStage(ctx, t.Name); err != nil {
			return err
		}
	}
	return nil
}
