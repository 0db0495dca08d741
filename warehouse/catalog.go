package warehouse

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// SyncCatalog brings the dim_ tables to a state of the catalog, given as one
// record per table and the hash of the whole. It appends the entries that are
// new or differ and a removal for each that is gone, all with one instant; the
// row of dim_catalog that makes them visible comes last, so a sync that was cut
// short shows nothing and is done again. It returns the number of entries
// written, 0 when the state was the newest already.
func (w *Warehouse) SyncCatalog(ctx context.Context, hash string, tables map[string]arrow.Record) (changed int, err error) {
	state, err := w.catalogState(ctx)
	if err != nil {
		return 0, fmt.Errorf("sync catalog: %w", err)
	}
	if state.Hash == hash {
		return 0, nil
	}
	at, err := w.laterThan(ctx, state.RecordedAt)
	if err != nil {
		return 0, fmt.Errorf("sync catalog: %w", err)
	}
	entries := uint64(0)
	for _, table := range slices.Sorted(maps.Keys(tables)) {
		n, err := w.syncTable(ctx, table, tables[table], at)
		if err != nil {
			return 0, fmt.Errorf("sync %s: %w", table, err)
		}
		changed += n
		entries += uint64(tables[table].NumRows())
	}
	row := catalogState{Hash: hash, EntryCount: entries, RecordedAt: at}
	if err := appendRows(ctx, w, "dim_catalog", []catalogState{row}); err != nil {
		return 0, fmt.Errorf("sync catalog: record state: %w", err)
	}
	return changed, nil
}

// catalogState is a row of dim_catalog.
type catalogState struct {
	Hash       string    `ch:"catalog_hash"`
	EntryCount uint64    `ch:"entry_count"`
	RecordedAt time.Time `ch:"recorded_at"`
}

func (w *Warehouse) catalogState(ctx context.Context) (catalogState, error) {
	var found []catalogState
	err := w.choose(ctx, &found, "select catalog_hash, entry_count, recorded_at from dim_catalog order by recorded_at desc limit 1")
	if err != nil || len(found) == 0 {
		return catalogState{}, err
	}
	return found[0], nil
}

// laterThan is the server's time, a little ahead of it if need be.
func (w *Warehouse) laterThan(ctx context.Context, earlier time.Time) (time.Time, error) {
	var now time.Time
	err := w.again(ctx, "read the server's time", func() error {
		return w.writer.QueryRow(ctx, "select now64(3, 'UTC')").Scan(&now)
	})
	if !now.After(earlier) {
		now = earlier.Add(time.Millisecond)
	}
	return now, err
}

// keySeparator joins the key columns of an entry; no code holds it.
const keySeparator = "\x1f"

// syncTable appends what differs between the newest state of a table and the
// entries. It compares with everything there, also with what a sync that was
// cut short has left.
func (w *Warehouse) syncTable(ctx context.Context, table string, entries arrow.Record, at time.Time) (int, error) {
	key, err := w.entryKey(ctx, table)
	if err != nil {
		return 0, err
	}
	present, err := w.presentEntries(ctx, table, key)
	if err != nil {
		return 0, err
	}
	columns := make([]int, len(key))
	for i, name := range key {
		indices := entries.Schema().FieldIndices(name)
		if len(indices) != 1 {
			return 0, fmt.Errorf("the catalog has no column %s", name)
		}
		columns[i] = indices[0]
	}
	hashes := make([]string, entries.NumRows())
	isChanged := make([]bool, entries.NumRows())
	count := 0
	for row := range hashes {
		hashes[row] = entryHash(entries, row)
		name := entryName(entries, columns, row)
		if isChanged[row] = present[name] != hashes[row]; isChanged[row] {
			count++
		}
		delete(present, name)
	}
	if err := w.appendEntries(ctx, table, entries, hashes, isChanged, at); err != nil {
		return 0, err
	}
	if err := w.removeEntries(ctx, table, key, slices.Collect(maps.Keys(present)), at); err != nil {
		return 0, err
	}
	return count + len(present), nil
}

// entryKey names the columns that identify an entry: the sorting key without
// the instant.
func (w *Warehouse) entryKey(ctx context.Context, table string) ([]string, error) {
	if w.cluster != "" {
		table += "_local"
	}
	var sorting string
	err := w.again(ctx, "read sorting key", func() error {
		return w.writer.QueryRow(ctx, "select any(sorting_key) from system.tables where database = currentDatabase() and name = {table:String}",
			clickhouse.Named("table", table)).Scan(&sorting)
	})
	if err != nil {
		return nil, fmt.Errorf("read sorting key: %w", err)
	}
	if sorting == "" {
		return nil, fmt.Errorf("there is no table %s", table)
	}
	key := strings.Split(sorting, ", ")
	return slices.DeleteFunc(key, func(c string) bool { return c == "recorded_at" }), nil
}

// presentEntries gives the hash of every entry that is not removed, by its key.
func (w *Warehouse) presentEntries(ctx context.Context, table string, key []string) (map[string]string, error) {
	var rows []struct {
		Name string `ch:"name"`
		Hash string `ch:"hash"`
	}
	err := w.choose(ctx, &rows, fmt.Sprintf(`
		select %s as name, newest.1 as hash
		from (select %[2]s, argMax((entry_hash, is_removed), recorded_at) as newest from %[3]s group by %[2]s)
		where newest.2 = 0`, nameOf(key), strings.Join(key, ", "), table))
	if err != nil {
		return nil, fmt.Errorf("read present entries: %w", err)
	}
	present := make(map[string]string, len(rows))
	for _, r := range rows {
		present[r.Name] = r.Hash
	}
	return present, nil
}

// nameOf is the expression that joins the key columns as entryName does.
func nameOf(key []string) string {
	texts := make([]string, len(key))
	for i, c := range key {
		texts[i] = "toString(" + c + ")"
	}
	return "arrayStringConcat([" + strings.Join(texts, ", ") + "], '" + keySeparator + "')"
}

func entryName(r arrow.Record, columns []int, row int) string {
	texts := make([]string, len(columns))
	for i, c := range columns {
		texts[i] = r.Column(c).ValueStr(row)
	}
	return strings.Join(texts, keySeparator)
}

func entryHash(r arrow.Record, row int) string {
	sum := sha256.New()
	for c, field := range r.Schema().Fields() {
		text := "null"
		if column := r.Column(c); column.IsValid(row) {
			text = "=" + column.ValueStr(row)
		}
		fmt.Fprintf(sum, "%s%d%s", field.Name, len(text), text) // a hash never fails
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// appendEntries inserts the changed entries, run by run of neighbours.
func (w *Warehouse) appendEntries(ctx context.Context, table string, entries arrow.Record, hashes []string, isChanged []bool, at time.Time) error {
	stamped := stampEntries(entries, hashes, at)
	defer stamped.Release()
	start := 0
	return w.insert(ctx, w.insertColumns, table, func() (arrow.Record, error) {
		for start < len(isChanged) && !isChanged[start] {
			start++
		}
		if start == len(isChanged) {
			return nil, io.EOF
		}
		end := start
		for end < len(isChanged) && isChanged[end] {
			end++
		}
		run := stamped.NewSlice(int64(start), int64(end))
		start = end
		return run, nil
	})
}

// stampEntries adds the three columns that the sync decides.
func stampEntries(entries arrow.Record, hashes []string, at time.Time) arrow.Record {
	hash, removed := array.NewStringBuilder(memory.DefaultAllocator), array.NewUint8Builder(memory.DefaultAllocator)
	recorded := array.NewTimestampBuilder(memory.DefaultAllocator, millisecond)
	for _, h := range hashes {
		hash.Append(h)
		removed.Append(0)
		recorded.Append(arrow.Timestamp(at.UnixMilli()))
	}
	fields := append(slices.Clone(entries.Schema().Fields()),
		arrow.Field{Name: "entry_hash", Type: arrow.BinaryTypes.String},
		arrow.Field{Name: "is_removed", Type: arrow.PrimitiveTypes.Uint8},
		arrow.Field{Name: "recorded_at", Type: millisecond})
	columns := append(slices.Clone(entries.Columns()), hash.NewArray(), removed.NewArray(), recorded.NewArray())
	return array.NewRecord(arrow.NewSchema(fields, nil), columns, entries.NumRows())
}

// removeEntries appends a removal for each entry that is gone; it keeps what
// the entry said last.
func (w *Warehouse) removeEntries(ctx context.Context, table string, key, gone []string, at time.Time) error {
	if len(gone) == 0 {
		return nil
	}
	columns := strings.Join(key, ", ")
	err := w.execute(ctx, fmt.Sprintf(`
		insert into %[1]s
		select * replace (1 as is_removed, toDateTime64({at:String}, 3, 'UTC') as recorded_at)
		from (
			select * from %[1]s
			where (%[2]s, recorded_at) in (select %[2]s, max(recorded_at) from %[1]s group by %[2]s) and %[3]s in {gone:Array(String)}
		)`,
		table, columns, nameOf(key)), clickhouse.Named("at", at.UTC().Format(instantLayout)), clickhouse.Named("gone", gone))
	if err != nil {
		return fmt.Errorf("remove entries: %w", err)
	}
	return nil
}
