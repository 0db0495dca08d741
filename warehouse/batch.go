package warehouse

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// BatchInfo says what a batch loads and how it was read.
type BatchInfo struct {
	RunID         string
	PayloadSHA256 string
	SourceCode    string // agency or publisher
	FormCode      string
	FormHash      string
	Parameters    string // canonical JSON of the parameters of the load
	IsComplete    bool   // figures that the payload no longer holds are withdrawn

	again *Committed // the load that is done once more, in a rebuild
}

// Counts is the account of a payload: Read is the sum of the others.
type Counts struct {
	Read, Loaded, Rejected, Skipped int64
	Encoding                        string // declared or detected
}

// Batch is one payload on its way into the warehouse. It ends with Commit or
// Abandon, one of which must be called. Its methods are for one goroutine.
type Batch struct {
	warehouse    *Warehouse
	info         BatchInfo
	record       batchRecord
	lease        *Lease
	ctx          context.Context // of the streams; ends with the lease
	cancel       context.CancelFunc
	observations *stream
	rejects      *stream
	rejectCount  uint64
	isOver       bool
	hasFinished  bool // a batch that was cut short was carried through to its commit at the beginning
}

// stagePrefix begins the names of the private tables of batches.
const stagePrefix = "raw_stage_"

// Begin takes the loader's lease, finishes or drops what an earlier process
// left behind, and opens a batch with the next version number. It returns a
// *HeldError when another process is loading. ctx bounds the whole batch up to
// Commit.
func (w *Warehouse) Begin(ctx context.Context, info BatchInfo) (*Batch, error) {
	lease, err := w.Claim(ctx, LoaderLease)
	if err != nil {
		return nil, fmt.Errorf("begin batch: %w", err)
	}
	b, err := w.begin(ctx, info, lease)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("begin batch: %w", err), lease.Release(context.WithoutCancel(ctx)))
	}
	return b, nil
}

func (w *Warehouse) begin(ctx context.Context, info BatchInfo, lease *Lease) (*Batch, error) {
	hasFinished, err := w.recover(ctx)
	if err != nil {
		return nil, err
	}
	b := &Batch{warehouse: w, lease: lease, info: info, hasFinished: hasFinished}
	b.ctx, b.cancel = context.WithCancel(ctx)
	context.AfterFunc(lease.lost, b.cancel)
	if err := b.open(); err != nil {
		b.cancel()
		return nil, err
	}
	return b, nil
}

// open gives the batch a version number, a staging table and a stream into it.
func (b *Batch) open() error {
	w := b.warehouse
	if b.info.again == nil {
		version, err := w.nextVersion(b.ctx)
		if err != nil {
			return err
		}
		b.record = newBatchRecord(version, b.info)
	} else if err := w.beginAgain(b); err != nil {
		return err
	}
	if err := w.recordBatch(b.ctx, b.record); err != nil {
		return err
	}
	w.atStep("open")
	if err := w.createStage(b.ctx, b.record); err != nil {
		return fmt.Errorf("create staging table: %w", err)
	}
	w.atStep("stage")
	b.observations, b.rejects, b.rejectCount = w.openStream(b.ctx, b.record.stage(), stagingInserts), nil, 0
	return nil
}

// Restart drops what was sent so far and goes on with the next version number.
// Rejects that were recorded stay, and belong to a version that never appears.
func (b *Batch) Restart() error {
	if err := b.flush(); err != nil {
		return fmt.Errorf("restart batch: %w", err)
	}
	if err := b.warehouse.abandon(b.ctx, b.record); err != nil {
		return fmt.Errorf("restart batch: %w", err)
	}
	if err := b.open(); err != nil {
		return fmt.Errorf("restart batch: %w", err)
	}
	return nil
}

// HasFinished reports whether Begin has carried an earlier batch, which was cut short,
// through to its commit: what was not known before it may be known now.
func (b *Batch) HasFinished() bool { return b.hasFinished }

// Version is the number of the batch.
func (b *Batch) Version() uint64 { return b.record.Version }

// Observations sends figures on to the staging table and returns before they
// have arrived; an error of an earlier record may be reported by a later one.
// The columns are those of fct_observation that the payload decides.
func (b *Batch) Observations(r arrow.Record) error {
	if err := b.observations.send(r); err != nil {
		return fmt.Errorf("stage figures: %w", err)
	}
	return nil
}

// Rejects records figures that were refused. They are numbered in the order in
// which they come. The columns are those of raw_reject that the payload decides.
func (b *Batch) Rejects(r arrow.Record) error {
	if b.rejects == nil {
		b.rejects = b.warehouse.openStream(b.ctx, "raw_reject", 1)
	}
	numbered := b.numberRejects(r)
	defer numbered.Release()
	if err := b.rejects.send(numbered); err != nil {
		return fmt.Errorf("record rejects: %w", err)
	}
	return nil
}

// numberRejects adds the columns that the batch decides.
func (b *Batch) numberRejects(r arrow.Record) arrow.Record {
	version, number := array.NewUint64Builder(memory.DefaultAllocator), array.NewUint64Builder(memory.DefaultAllocator)
	at := array.NewTimestampBuilder(memory.DefaultAllocator, millisecond)
	now := arrow.Timestamp(time.Now().UnixMilli())
	for range r.NumRows() {
		b.rejectCount++
		version.Append(b.record.Version)
		number.Append(b.rejectCount)
		at.Append(now)
	}
	fields := append([]arrow.Field{
		{Name: "version", Type: arrow.PrimitiveTypes.Uint64},
		{Name: "reject_number", Type: arrow.PrimitiveTypes.Uint64},
		{Name: "rejected_at", Type: millisecond},
	}, r.Schema().Fields()...)
	added := []arrow.Array{version.NewArray(), number.NewArray(), at.NewArray()}
	defer func() {
		for _, a := range added {
			a.Release()
		}
	}()
	return array.NewRecord(arrow.NewSchema(fields, nil), append(added, r.Columns()...), r.NumRows())
}

// Commit waits until everything sent has arrived, makes the batch part of the
// warehouse, and returns its account. When it returns an error the batch is not
// visible, and Abandon must follow; a batch that was fully staged is then still
// finished by the next Begin.
func (b *Batch) Commit(ctx context.Context, c Counts) (Commit, error) {
	if c.Read != c.Loaded+c.Rejected+c.Skipped {
		return Commit{}, fmt.Errorf("commit batch: read %d is not loaded %d + rejected %d + skipped %d", c.Read, c.Loaded, c.Rejected, c.Skipped)
	}
	if err := b.flush(); err != nil {
		return Commit{}, fmt.Errorf("commit batch: %w", err)
	}
	b.cancel()
	w := b.warehouse
	b.record.setCounts(c)
	scope, err := w.inspectStage(ctx, b.record, b.rejectCount)
	if err != nil {
		return Commit{}, fmt.Errorf("commit batch: %w", err)
	}
	w.atStep("check")
	b.record.State = stateStaged
	if err := w.recordBatch(ctx, b.record); err != nil {
		return Commit{}, fmt.Errorf("commit batch: %w", err)
	}
	w.atStep("staged")
	commit, err := w.finish(ctx, b.record, scope, b.lease)
	if err != nil {
		return Commit{}, fmt.Errorf("commit batch: %w", err)
	}
	b.isOver = true
	return commit, b.lease.Release(context.WithoutCancel(ctx))
}

// flush waits until the streams have ended.
func (b *Batch) flush() error {
	err := b.observations.close()
	if b.rejects != nil {
		err = errors.Join(err, b.rejects.close())
	}
	if b.lease.lost.Err() != nil {
		err = errors.Join(context.Cause(b.lease.lost), err)
	}
	return err
}

// Abandon drops the batch: nothing of it will ever be visible. A batch that is
// staged already is left for the next Begin to finish. After Commit succeeded
// it does nothing.
func (b *Batch) Abandon(ctx context.Context) error {
	if b.isOver {
		return nil
	}
	b.isOver = true
	b.cancel()
	b.flush() // what went wrong in the streams the caller knows already
	var err error
	if b.record.State == stateOpen && b.lease.lost.Err() == nil {
		err = b.warehouse.abandon(ctx, b.record)
	}
	if err = errors.Join(err, b.lease.Release(ctx)); err != nil {
		return fmt.Errorf("abandon batch: %w", err)
	}
	return nil
}

// nextVersion follows the greatest number ever given, so that what an abandoned
// batch left behind can never be mistaken for another's.
func (w *Warehouse) nextVersion(ctx context.Context) (uint64, error) {
	var newest uint64
	err := w.again(ctx, "read newest version", func() error {
		const question = "select greatest((select max(version) from raw_batch), (select max(version) from raw_commit))"
		return w.writer.QueryRow(ctx, question).Scan(&newest)
	})
	if err != nil {
		return 0, fmt.Errorf("read newest version: %w", err)
	}
	return newest + 1, nil
}

// createStage makes the private table of a batch: laid out like the history, so
// that whole years can be handed over without being written again, and with the
// columns that the batch decides as defaults. It is compressed in the cheapest
// way and never merged; the history does both when it merges the parts handed over.
func (w *Warehouse) createStage(ctx context.Context, b batchRecord) error {
	r := renderer{database: w.database, cluster: w.cluster}
	text := "create table " + b.stage() + " as fct_observation engine = MergeTree partition by period_year order by (" + historyKey + ") settings max_bytes_to_merge_at_max_space_in_pool = 1"
	for _, statement := range r.table(text) {
		if err := w.execute(ctx, statement); err != nil {
			return err
		}
	}
	tables := []string{b.stage()}
	if w.cluster != "" {
		tables = []string{b.stage() + "_local", b.stage()}
	}
	for _, table := range tables {
		err := w.execute(ctx, "alter table "+table+r.onCluster()+
			" modify column version default "+fmt.Sprint(b.Version)+
			", modify column form_code default "+quote(b.FormCode)+
			", modify column is_withdrawn default 0, modify column "+strings.Join(packedColumns(), " codec(LZ4), modify column ")+" codec(LZ4)"+
			", modify column recorded_at default "+instant(b.OpenedAt))
		if err != nil {
			return err
		}
	}
	return nil
}

// packedColumns are those that the history compresses well rather than fast.
func packedColumns() []string {
	return append(comparedNumbers(), "note", "cell", "version", "recorded_at")
}

// FindCommit returns the newest commit of a payload that was read with the same
// form and parameters, and whether there is one.
func (w *Warehouse) FindCommit(ctx context.Context, sha256, formCode, formHash, parameters string) (Commit, bool, error) {
	var found []Commit
	err := w.choose(ctx, &found, "select "+commitColumns+` from raw_commit final
		where payload_sha256 = {sha256:String} and form_code = {form:String} and form_hash = {hash:String} and parameters = {parameters:String}
		order by version desc limit 1`,
		clickhouse.Named("sha256", sha256), clickhouse.Named("form", formCode),
		clickhouse.Named("hash", formHash), clickhouse.Named("parameters", parameters))
	if err != nil {
		return Commit{}, false, fmt.Errorf("find commit: %w", err)
	}
	if len(found) == 0 {
		return Commit{}, false, nil
	}
	return found[0], true, nil
}
