package warehouse

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// rebuildMark ends the name of the database that figures are read into again.
const rebuildMark = "_rebuilding"

// readAgain are the tables that hold what was read out of payloads: what a rebuild
// makes anew, and puts in the place of the old.
func readAgain() []string {
	return []string{"raw_reject", "fct_observation", "fct_observation_current", "raw_current_year", "raw_batch_year", "raw_commit"}
}

// neverCopied are tables that a rebuild neither makes anew nor needs: its own batches
// and leases, the bytes, which are read where they lie, and what is worked out from
// figures.
func neverCopied() []string {
	return []string{"raw_batch", "raw_lease", "raw_payload_chunk", "raw_settlement", "fct_target_yearly", "fct_cause_yearly"}
}

// ErrClusterRebuild means that tables of a cluster are not exchanged.
var ErrClusterRebuild = errors.New("a cluster is not rebuilt in place; read the archive into another database")

// Committed is a load of the past, with the moment at which it began.
type Committed struct {
	Commit
	OpenedAt time.Time `ch:"opened_at"`
}

// Rebuild is a database beside the warehouse in which every load is done once more
// from the archive, with its version and its moments. No other load runs meanwhile.
// Close must be called.
type Rebuild struct {
	from   *Warehouse
	beside *Warehouse
	lease  *Lease
}

// BeginRebuild makes the database beside, with everything but what was read out of
// payloads: catalog, evaluations, ledgers and words of people are records, and copied.
func (w *Warehouse) BeginRebuild(ctx context.Context) (*Rebuild, error) {
	if w.cluster != "" {
		return nil, fmt.Errorf("rebuild: %w", ErrClusterRebuild)
	}
	lease, err := w.Claim(ctx, LoaderLease)
	if err != nil {
		return nil, fmt.Errorf("rebuild: %w", err)
	}
	r := &Rebuild{from: w, lease: lease}
	if err := r.prepare(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("rebuild: %w", err), r.Close(context.WithoutCancel(ctx)))
	}
	return r, nil
}

func (r *Rebuild) prepare(ctx context.Context) error {
	if _, err := r.from.recover(ctx); err != nil {
		return err
	}
	config := r.from.config
	config.Database = r.from.database + rebuildMark
	if err := r.from.dropDatabase(ctx, config.Database); err != nil { // of one that was cut short
		return err
	}
	var err error
	if r.beside, err = Open(config); err != nil {
		return err
	}
	if _, err := r.beside.Migrate(ctx); err != nil {
		return err
	}
	kept, _, err := r.from.tables(ctx)
	if err != nil {
		return err
	}
	for table := range kept {
		if slices.Contains(readAgain(), table) || slices.Contains(neverCopied(), table) {
			continue
		}
		if err := r.beside.execute(ctx, fmt.Sprintf("insert into %[1]s select * from %[2]s.%[1]s", table, r.from.database)); err != nil {
			return fmt.Errorf("copy %s: %w", table, err)
		}
	}
	return nil
}

// Warehouse is the database beside.
func (r *Rebuild) Warehouse() *Warehouse { return r.beside }

// Loads lists what has to be done once more, in the order in which it was done.
func (r *Rebuild) Loads(ctx context.Context) ([]Committed, error) {
	var found []Committed
	err := r.from.choose(ctx, &found, `
		select `+commitColumns+`, if(b.version = 0, committed_at, first_at) as opened_at
		from raw_commit as c final
		left join (select version, min(recorded_at) as first_at from raw_batch group by version) as b on b.version = c.version
		order by version`)
	if err != nil {
		return nil, fmt.Errorf("list loads: %w", err)
	}
	return found, nil
}

// Begin opens the batch of a load that is done once more.
func (r *Rebuild) Begin(ctx context.Context, info BatchInfo, load Committed) (*Batch, error) {
	info.again = &load
	return r.beside.Begin(ctx, info)
}

// beginAgain gives a batch the number and the moments of a load of the past, and
// forgets what a first attempt had refused.
func (w *Warehouse) beginAgain(b *Batch) error {
	load := b.info.again
	isRestart := b.record.Version != 0
	b.record = newBatchRecord(load.Version, b.info)
	b.record.OpenedAt, b.record.committedAt = load.OpenedAt, load.CommittedAt
	if !isRestart {
		return nil
	}
	return w.execute(b.ctx, "alter table raw_reject delete where version = {version:UInt64} settings mutations_sync = 2",
		clickhouse.Named("version", load.Version))
}

// ViewContent is what a view shows of the warehouse, and of the database beside.
type ViewContent struct {
	View          string
	Before, After TableContent
}

// IsSame reports whether a view shows the same in both.
func (v ViewContent) IsSame() bool { return v.Before == v.After }

// besideTheFigures says what tells when and as which number verdicts were worked out,
// and not what they are: a view, and columns of others.
func besideTheFigures() (view, columns string) { return "core_settlement", "settlement, settled_at" }

// Compare works out the verdicts beside and asks every view in both databases.
func (r *Rebuild) Compare(ctx context.Context, tell func(done, total int)) ([]ViewContent, error) {
	for _, w := range []*Warehouse{r.from, r.beside} {
		if _, err := w.Settle(ctx); err != nil {
			return nil, err
		}
	}
	left, columns := besideTheFigures()
	var views []struct {
		Name string `ch:"name"`
	}
	err := r.beside.choose(ctx, &views, `select name from system.tables
		where database = currentDatabase() and engine = 'View' and name != {left:String} order by name`, clickhouse.Named("left", left))
	if err != nil {
		return nil, fmt.Errorf("list views: %w", err)
	}
	var all []ViewContent
	for i, v := range views {
		tell(i, len(views))
		content := ViewContent{View: v.Name}
		var errBefore, errAfter error
		var both sync.WaitGroup
		both.Go(func() { content.Before, errBefore = r.from.content(ctx, v.Name, v.Name, "* except ("+columns+")") })
		both.Go(func() { content.After, errAfter = r.beside.content(ctx, v.Name, v.Name, "* except ("+columns+")") })
		both.Wait()
		if err := errors.Join(errBefore, errAfter); err != nil {
			return nil, err
		}
		all = append(all, content)
	}
	return all, nil
}

// Replace puts what was made anew in the place of the old, table by table, and works
// out the verdicts again. Cut short in between it is to be done again: versions and
// records are the same in both, so a second rebuild reads the same loads.
func (r *Rebuild) Replace(ctx context.Context) error {
	if r.lease.lost.Err() != nil {
		return fmt.Errorf("replace: %w", context.Cause(r.lease.lost))
	}
	for _, table := range readAgain() {
		if err := r.from.execute(ctx, fmt.Sprintf("exchange tables %[1]s and %[2]s.%[1]s", table, r.beside.database)); err != nil {
			return fmt.Errorf("replace %s: %w", table, err)
		}
		r.from.atStep("replaced " + table)
	}
	_, err := r.from.settle(ctx, true)
	return err
}

// Close drops the database beside and lets loads go on.
func (r *Rebuild) Close(ctx context.Context) error {
	var err error
	if r.beside != nil {
		err = errors.Join(r.beside.Close(), r.from.dropDatabase(ctx, r.beside.database))
	}
	return errors.Join(err, r.lease.Release(ctx))
}
