package warehouse

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/apache/arrow/go/v15/arrow"
)

// source gives the records of one insert, one by one, and io.EOF after the
// last. The insert releases them.
type source func() (arrow.Record, error)

// inserter appends records to a table, columns matched by name. There are three,
// equal in what arrives: native and stream for loads, by what the connection
// allows, and columns for a few rows over a connection that is open already. An
// insert that fails may leave rows behind, so loads go to staging tables.
type inserter func(ctx context.Context, t target, next source) error

// target is the table of an insert and its columns, in the order of the records.
type target struct {
	table   string
	columns []column
}

type column struct {
	Name string `ch:"name"`
	Type string `ch:"type"`
}

func (t target) statement() string {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = c.Name
	}
	return "insert into " + t.table + " (" + strings.Join(names, ", ") + ")"
}

// streamedBlockRows is after how many rows the server sorts and writes a part of
// what streams in. A quarter of its default, so that it works while the decoder
// does and not after it.
const streamedBlockRows = 262_144

// insertStream inserts many records by the fastest way the connection allows.
func (w *Warehouse) insertStream(ctx context.Context, table string, next source) error {
	insert := w.insertNative
	if w.options.Protocol == clickhouse.HTTP {
		insert = w.insertArrow
	}
	return w.insert(ctx, insert, table, next)
}

// insertRecord inserts one small record.
func (w *Warehouse) insertRecord(ctx context.Context, table string, r arrow.Record) error {
	r.Retain()
	isTaken := false
	return w.insert(ctx, w.insertColumns, table, func() (arrow.Record, error) {
		if isTaken {
			return nil, io.EOF
		}
		isTaken = true
		return r, nil
	})
}

// insert looks at the first record for the columns it brings, and makes every
// record exact before it leaves.
func (w *Warehouse) insert(ctx context.Context, how inserter, table string, next source) error {
	first, err := next()
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("insert into %s: %w", table, err)
	}
	t, err := w.target(ctx, table, first.Schema())
	if err != nil {
		first.Release()
		return fmt.Errorf("insert into %s: %w", table, err)
	}
	err = how(ctx, t, func() (arrow.Record, error) {
		r := first
		if first = nil; r == nil {
			var err error
			if r, err = next(); err != nil {
				return nil, err
			}
		}
		defer r.Release()
		return exact(r, t.columns)
	})
	if first != nil { // the insert failed before it took any
		first.Release()
	}
	if err != nil {
		return fmt.Errorf("insert into %s: %w", table, readable(err))
	}
	return nil
}

// target asks the server what the columns of a schema are there.
func (w *Warehouse) target(ctx context.Context, table string, schema *arrow.Schema) (target, error) {
	var found []column
	const question = "select name, type from system.columns where database = currentDatabase() and table = {table:String}"
	if err := w.choose(ctx, &found, question, clickhouse.Named("table", table)); err != nil {
		return target{}, fmt.Errorf("read columns: %w", err)
	}
	types := map[string]string{}
	for _, c := range found {
		types[c.Name] = c.Type
	}
	t := target{table: table}
	for _, f := range schema.Fields() {
		if types[f.Name] == "" {
			return target{}, fmt.Errorf("there is no column %s", f.Name)
		}
		t.columns = append(t.columns, column{f.Name, types[f.Name]})
	}
	return t, nil
}
