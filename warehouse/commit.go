package warehouse

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// Commit is the account of a finished load.
type Commit struct {
	Version        uint64    `ch:"version"`
	RunID          string    `ch:"run_id"`
	PayloadSHA256  string    `ch:"payload_sha256"`
	SourceCode     string    `ch:"source_code"`
	FormCode       string    `ch:"form_code"`
	FormHash       string    `ch:"form_hash"`
	Parameters     string    `ch:"parameters"`
	PeriodYears    []uint16  `ch:"period_years"` // of the payload, ascending
	Encoding       string    `ch:"encoding"`
	ReadCount      uint64    `ch:"read_count"` // loaded + rejected + skipped
	LoadedCount    uint64    `ch:"loaded_count"`
	RejectedCount  uint64    `ch:"rejected_count"`
	SkippedCount   uint64    `ch:"skipped_count"`
	VersionCount   uint64    `ch:"version_count"`   // figures that were new or changed, withdrawals included
	WithdrawnCount uint64    `ch:"withdrawn_count"` // figures that the payload no longer holds
	CommittedAt    time.Time `ch:"committed_at"`    // from then on views show it
}

const commitColumns = `version, run_id, payload_sha256, source_code, form_code, form_hash, parameters, period_years, encoding,
	read_count, loaded_count, rejected_count, skipped_count, version_count, withdrawn_count, committed_at`

// inspectStage checks the staging table, and finds out at the same time what the
// batch touches.
func (w *Warehouse) inspectStage(ctx context.Context, b batchRecord, rejects uint64) (scope touched, err error) {
	var scopeErr error
	var look sync.WaitGroup
	look.Go(func() { scope, scopeErr = w.scope(ctx, b) })
	err = w.checkStage(ctx, b, rejects)
	look.Wait()
	return scope, errors.Join(err, scopeErr)
}

// checkStage makes sure that the staging table holds what the payload was said
// to hold, and no figure twice.
func (w *Warehouse) checkStage(ctx context.Context, b batchRecord, rejects uint64) error {
	var staged, distinct uint64
	err := w.again(ctx, "count staged figures", func() error {
		return w.writer.QueryRow(ctx, "select count(), uniqExact("+keyHash("")+") from "+b.stage()).Scan(&staged, &distinct)
	})
	switch {
	case err != nil:
		return fmt.Errorf("count staged figures: %w", err)
	case staged != b.LoadedCount:
		return fmt.Errorf("%d figures arrived of %d", staged, b.LoadedCount)
	case distinct != staged:
		return fmt.Errorf("%d figures of the payload have the key of another", staged-distinct)
	case rejects != b.RejectedCount:
		return fmt.Errorf("%d rejects arrived of %d", rejects, b.RejectedCount)
	}
	return nil
}

// finish carries a staged batch through to its commit. Every step can be
// repeated: recovery calls it again without asking how far it had come. The
// lease may be nil when the caller holds it for longer.
func (w *Warehouse) finish(ctx context.Context, b batchRecord, scope touched, lease *Lease) (Commit, error) {
	steps := []struct {
		name string
		do   func(context.Context, batchRecord, touched) error
	}{
		{"years", w.recordYears},
		{"gather", w.gatherYears},
		{"history", w.appendHistory},
		{"withdraw", w.appendWithdrawals},
		{"current", w.copyToCurrent},
		{"commit", w.writeCommit},
	}
	for _, s := range steps {
		if lease != nil && lease.lost.Err() != nil {
			return Commit{}, fmt.Errorf("%s: %w", s.name, context.Cause(lease.lost))
		}
		if err := s.do(ctx, b, scope); err != nil {
			return Commit{}, fmt.Errorf("%s: %w", s.name, err)
		}
		w.atStep(s.name)
	}
	commit, err := w.readCommit(ctx, b.Version)
	if err != nil {
		return Commit{}, err
	}
	if err := w.dropStage(ctx, b.stage()); err != nil {
		w.logger.Warn("staging table is left for the next load to drop", "table", b.stage(), "error", err)
	}
	w.atStep("drop")
	return commit, nil
}

// writeCommit writes the record from which on views show the batch. Of a year
// that was handed over every figure is new; in the others the versions of the
// batch are counted.
func (w *Warehouse) writeCommit(ctx context.Context, b batchRecord, s touched) error {
	_, err := w.readCommit(ctx, b.Version)
	if err == nil || !errors.Is(err, errNoCommit) {
		return err
	}
	handedOver := uint64(0)
	for _, y := range s.years {
		if w.isHandedOver(y) {
			handedOver += y.Rows
		}
	}
	compared := s.list(func(y touchedYear) bool { return !w.isHandedOver(y) })
	at := "now64(3)"
	if !b.committedAt.IsZero() {
		at = instant(b.committedAt)
	}
	return w.execute(ctx, `
		insert into raw_commit (`+commitColumns+`)
		select {version:UInt64}, {run:String}, {sha256:String}, {source:String}, {form:String}, {hash:String}, {parameters:String},
			{years:Array(UInt16)}, {encoding:String}, {read:UInt64}, {loaded:UInt64}, {rejected:UInt64}, {skipped:UInt64},
			{handedOver:UInt64} + count(), countIf(is_withdrawn = 1), `+at+`
		from fct_observation final
		where period_year in {compared:Array(UInt16)} and version = {version:UInt64}`,
		clickhouse.Named("version", b.Version), clickhouse.Named("run", b.RunID), clickhouse.Named("sha256", b.PayloadSHA256),
		clickhouse.Named("source", b.SourceCode), clickhouse.Named("form", b.FormCode), clickhouse.Named("hash", b.FormHash),
		clickhouse.Named("parameters", b.Parameters), clickhouse.Named("years", s.all()), clickhouse.Named("encoding", b.Encoding),
		clickhouse.Named("read", b.ReadCount), clickhouse.Named("loaded", b.LoadedCount),
		clickhouse.Named("rejected", b.RejectedCount), clickhouse.Named("skipped", b.SkippedCount),
		clickhouse.Named("handedOver", handedOver), clickhouse.Named("compared", compared))
}

var errNoCommit = errors.New("there is no commit")

func (w *Warehouse) readCommit(ctx context.Context, version uint64) (Commit, error) {
	var found []Commit
	err := w.choose(ctx, &found, "select "+commitColumns+" from raw_commit final where version = {version:UInt64}", clickhouse.Named("version", version))
	if err != nil {
		return Commit{}, fmt.Errorf("read commit: %w", err)
	}
	if len(found) == 0 {
		return Commit{}, fmt.Errorf("version %d: %w", version, errNoCommit)
	}
	return found[0], nil
}
