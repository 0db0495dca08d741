package catalog

import (
	"fmt"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// Records gives one record for each dim_ table, its columns named and ordered as
// in the migration, without entry_hash, is_removed and recorded_at, which belong
// to the warehouse. The caller releases them.
func (c *Catalog) Records(mem memory.Allocator, facts FormFacts) (map[string]arrow.Record, error) {
	records := map[string]arrow.Record{}
	rows := c.rows(facts)
	for table, fields := range columnsOf() {
		record, err := newRecord(mem, fields, rows[table])
		if err != nil {
			for _, r := range records {
				r.Release()
			}
			return nil, fmt.Errorf("build %s: %w", table, err)
		}
		records[table] = record
	}
	return records, nil
}

func newRecord(mem memory.Allocator, fields []field, rows [][]any) (arrow.Record, error) {
	columns := make([]arrow.Field, len(fields))
	for i, f := range fields {
		columns[i] = arrow.Field{Name: f.name, Type: f.kind, Nullable: f.nullable}
	}
	builder := array.NewRecordBuilder(mem, arrow.NewSchema(columns, nil))
	defer builder.Release()
	for _, row := range rows {
		if len(row) != len(fields) {
			return nil, fmt.Errorf("%d values for %d columns", len(row), len(fields))
		}
		for i, value := range row {
			if !appendValue(builder.Field(i), value) {
				return nil, fmt.Errorf("%s: %T does not fit", fields[i].name, value)
			}
		}
	}
	return builder.NewRecord(), nil
}

// appendValue adds a value to the builder of its column; false when the two are
// of different kinds.
func appendValue(builder array.Builder, value any) bool {
	switch b := builder.(type) {
	case *array.StringBuilder:
		return appendTo(b.Append, value)
	case *array.Uint8Builder:
		return appendTo(b.Append, value)
	case *array.Int8Builder:
		return appendTo(b.Append, value)
	case *array.Uint16Builder:
		return appendTo(b.Append, value)
	case *array.Uint32Builder:
		return appendTo(b.Append, value)
	case *array.Float64Builder:
		if x, ok := value.(*float64); ok {
			if x == nil {
				b.AppendNull()
				return true
			}
			value = *x
		}
		return appendTo(b.Append, value)
	case *array.Date32Builder:
		date, ok := value.(time.Time)
		if ok {
			b.Append(arrow.Date32(daysSince1970(date)))
		}
		return ok
	case *array.ListBuilder:
		words, ok := value.([]string)
		if ok {
			b.Append(true)
			for _, word := range words {
				b.ValueBuilder().(*array.StringBuilder).Append(word)
			}
		}
		return ok
	}
	return false
}

func appendTo[T any](add func(T), value any) bool {
	typed, ok := value.(T)
	if ok {
		add(typed)
	}
	return ok
}
