package warehouse

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/ipc"
)

// insertArrow sends records as an Arrow stream over HTTP, for servers of which
// only that is reachable. The server's habit of filling in what is missing is
// switched off. Without a row there is no stream, because the server takes an
// empty one for a fault.
func (w *Warehouse) insertArrow(ctx context.Context, t target, next source) error {
	first, err := nextRows(next)
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err != nil {
		return err
	}
	next = before(first, next)
	ctx = clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{
		"min_insert_block_size_rows":               streamedBlockRows,
		"input_format_null_as_default":             0,
		"input_format_arrow_allow_missing_columns": 0,
		"input_format_skip_unknown_fields":         0,
	}))
	reader, writer := io.Pipe()
	written := make(chan error, 1)
	go func() {
		err := writeArrow(writer, next)
		written <- err
		writer.CloseWithError(err) // never fails
	}()
	err = w.writer.InsertFormat(ctx, "ArrowStream", t.statement(), reader)
	reader.CloseWithError(io.ErrClosedPipe) // the server may answer before it has read everything
	if errWritten := <-written; errWritten != nil && !errors.Is(errWritten, io.ErrClosedPipe) {
		return errWritten // the cause: the insert only saw the stream break off
	}
	return err
}

// before is a source that gives one record first.
func before(first arrow.Record, next source) source {
	return func() (arrow.Record, error) {
		if r := first; r != nil {
			first = nil
			return r, nil
		}
		return next()
	}
}

// writeArrow writes records until the source ends.
func writeArrow(to io.Writer, next source) (err error) {
	var stream *ipc.Writer
	defer func() {
		if stream != nil {
			err = errors.Join(err, stream.Close())
		}
	}()
	for {
		r, err := nextRows(next)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if stream == nil {
			stream = ipc.NewWriter(to, ipc.WithSchema(r.Schema()))
		}
		err = writeRecord(stream, r)
		if err != nil {
			return err
		}
	}
}

func writeRecord(stream *ipc.Writer, r arrow.Record) error {
	defer r.Release()
	if err := stream.Write(r); err != nil {
		return fmt.Errorf("encode arrow: %w", err)
	}
	return nil
}
