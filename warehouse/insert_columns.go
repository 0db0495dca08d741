package warehouse

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
)

// insertColumns sends records over a connection of the pool, native or HTTP,
// value by value. It is the slowest way and needs no connection of its own.
func (w *Warehouse) insertColumns(ctx context.Context, t target, next source) error {
	batch, err := w.writer.PrepareBatch(ctx, t.statement())
	if err != nil {
		return err
	}
	defer batch.Close() // gives the connection back on every path; does nothing after Send
	for {
		r, err := nextRows(next)
		if errors.Is(err, io.EOF) {
			return batch.Send()
		}
		if err != nil {
			return errors.Join(err, batch.Abort())
		}
		for i, c := range t.columns {
			values, err := goValues(r.Column(i))
			if err == nil {
				err = batch.Column(i).Append(values)
			}
			if err != nil {
				r.Release()
				return errors.Join(fmt.Errorf("column %s: %w", c.Name, err), batch.Abort())
			}
		}
		r.Release()
		if err := batch.Flush(); err != nil {
			return errors.Join(err, batch.Abort())
		}
	}
}

// goValues copies an exact array into the slice that the driver takes.
func goValues(a arrow.Array) (any, error) {
	switch a := a.(type) {
	case *array.String:
		return each(a.Len(), a.Value), nil
	case *array.Dictionary:
		words := a.Dictionary().(*array.String)
		return each(a.Len(), func(i int) string { return words.Value(a.GetValueIndex(i)) }), nil
	case *array.List:
		words, ok := a.ListValues().(*array.String)
		if !ok {
			return nil, fmt.Errorf("%s cannot be sent", a.DataType())
		}
		return each(a.Len(), func(i int) []string { return wordsOf(a, words, i) }), nil
	case *array.Timestamp:
		return each(a.Len(), func(i int) time.Time { return a.Value(i).ToTime(arrow.Millisecond) }), nil
	case *array.Date32:
		return each(a.Len(), func(i int) time.Time { return a.Value(i).ToTime() }), nil
	case *array.Float64:
		return each(a.Len(), func(i int) *float64 {
			if a.IsNull(i) {
				return nil
			}
			value := a.Value(i)
			return &value
		}), nil
	}
	return goIntegers(a)
}

func goIntegers(a arrow.Array) (any, error) {
	switch a := a.(type) {
	case *array.Uint8:
		return a.Uint8Values(), nil
	case *array.Uint16:
		return a.Uint16Values(), nil
	case *array.Uint32:
		return a.Uint32Values(), nil
	case *array.Uint64:
		return a.Uint64Values(), nil
	case *array.Int8:
		return a.Int8Values(), nil
	case *array.Int16:
		return a.Int16Values(), nil
	case *array.Int32:
		return a.Int32Values(), nil
	case *array.Int64:
		return a.Int64Values(), nil
	}
	return nil, fmt.Errorf("%s cannot be sent", a.DataType())
}

func each[T any](n int, value func(int) T) []T {
	values := make([]T, n)
	for i := range values {
		values[i] = value(i)
	}
	return values
}
