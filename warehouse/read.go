package warehouse

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// Question is a query and the moment it is asked about.
type Question struct {
	SQL        string
	Role       Role              // Analyst when empty
	Parameters map[string]string // of {name:Type} in SQL; values as ClickHouse reads them
	AsOf       time.Time         // views answer as they stood then; zero is now
	Limit      int               // rows at most; 0 is as many as there are
}

// Column is a column of an answer.
type Column struct {
	Name string
	Type string // as ClickHouse writes it, such as Nullable(Float64)
}

// Result is an answer that is still being read.
type Result struct {
	Columns []Column

	rows        driver.Rows
	cancel      context.CancelFunc
	limit       int
	isTruncated bool
}

// Query asks ClickHouse and returns as soon as the first rows are there. What
// ClickHouse has to say against the question comes as a *QueryError.
func (w *Warehouse) Query(ctx context.Context, q Question) (*Result, error) {
	connection, err := w.connection(q.Role)
	if err != nil {
		return nil, fmt.Errorf("query warehouse: %w", err)
	}
	settings := clickhouse.Settings{}
	if !q.AsOf.IsZero() {
		settings["log_comment"] = "as_of=" + q.AsOf.UTC().Format(instantLayout)
	}
	if q.Limit > 0 {
		settings["limit"] = q.Limit + 1 // one more, to know whether there was more
	}
	var arguments []any
	for name, value := range q.Parameters {
		arguments = append(arguments, clickhouse.Named(name, value))
	}
	reading, cancel := context.WithCancel(ctx)
	rows, err := connection.Query(clickhouse.Context(reading, clickhouse.WithSettings(settings)), q.SQL, arguments...)
	if err != nil {
		cancel()
		return nil, fmt.Errorf("query warehouse: %w", w.named(ctx, connection, err))
	}
	r := &Result{rows: rows, cancel: cancel, limit: q.Limit}
	for _, c := range rows.ColumnTypes() {
		r.Columns = append(r.Columns, Column{c.Name(), c.DatabaseTypeName()})
	}
	return r, nil
}

// named asks for the name of the code, which the native protocol does not bring.
func (w *Warehouse) named(ctx context.Context, connection driver.Conn, err error) error {
	e := queryError(err)
	if e == nil {
		return err
	}
	if e.Name == "" {
		question := connection.QueryRow(ctx, "select errorCodeToName({code:Int32})", clickhouse.Named("code", int32(e.Code)))
		if err := question.Scan(&e.Name); err != nil {
			w.logger.Debug("name of a code is not known", "code", e.Code, "error", err)
		}
	}
	return e
}

// Rows yields the rows, once, and closes the result when the loop ends. Values
// are of the Go type that matches the column: string for texts and codes,
// time.Time for days and instants, the number of the same width, a slice for an
// array, and nil for null. An error comes as the last pair.
func (r *Result) Rows() iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		defer r.Close()
		types := r.rows.ColumnTypes()
		for n := 0; r.rows.Next(); n++ {
			if r.limit > 0 && n == r.limit {
				r.isTruncated = true
				return
			}
			row, err := r.scan(types)
			if !yield(row, err) || err != nil {
				return
			}
		}
		if err := r.rows.Err(); err != nil {
			yield(nil, readable(err))
		}
	}
}

func (r *Result) scan(types []driver.ColumnType) ([]any, error) {
	into := make([]any, len(types))
	for i, t := range types {
		if strings.HasPrefix(strings.TrimPrefix(t.DatabaseTypeName(), "Nullable("), "Tuple(") { // the driver names no type that it takes for one
			into[i] = new([]any)
			continue
		}
		into[i] = reflect.New(t.ScanType()).Interface()
	}
	if err := r.rows.Scan(into...); err != nil {
		return nil, fmt.Errorf("read row: %w", err)
	}
	for i := range into {
		value := reflect.ValueOf(into[i]).Elem()
		if value.Kind() == reflect.Pointer { // a column that may be null
			if value.IsNil() {
				into[i] = nil
				continue
			}
			value = value.Elem()
		}
		into[i] = value.Interface()
	}
	return into, nil
}

// IsTruncated reports, after the last row, whether there were more rows than
// the limit.
func (r *Result) IsTruncated() bool { return r.isTruncated }

// Close stops the query. Closing twice is allowed.
func (r *Result) Close() error {
	r.cancel() // first: closing would read the rest of the answer
	if err := r.rows.Close(); err != nil && !errors.Is(err, context.Canceled) {
		return fmt.Errorf("close answer: %w", readable(err))
	}
	return nil
}
