package warehouse

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"
	"github.com/apache/arrow/go/v15/arrow"
)

// insertNative sends records over the native protocol as they lie in memory:
// numbers are not copied, and a dictionary travels as a dictionary.
func (w *Warehouse) insertNative(ctx context.Context, t target, next source) error {
	client, err := w.dialNative(ctx)
	if err != nil {
		return err
	}
	defer client.Close()

	input := make(proto.Input, len(t.columns))
	for i, c := range t.columns {
		input[i] = proto.InputColumn{Name: c.Name, Data: new(proto.ColUInt8)}
	}
	var sent arrow.Record // lies in the block until the next is asked for
	release := func() {
		if sent != nil {
			sent.Release()
			sent = nil
		}
	}
	defer release()
	var failed error // of our side
	err = client.Do(ctx, ch.Query{
		Body:  t.statement() + " values",
		Input: input,
		OnInput: func(context.Context) error {
			release()
			r, err := nextRows(next)
			if err == nil {
				sent = r
				err = fillBlock(input, t.columns, r)
			}
			if errors.Is(err, io.EOF) {
				// ch-go would send what still lies in the block once more.
				for i := range input {
					input[i].Data = new(proto.ColUInt8)
				}
				return io.EOF
			}
			if err != nil {
				failed = err
				return errors.Join(err, client.Close()) // or ch-go would wait for the server, and the server for us
			}
			return nil
		},
	})
	if failed != nil {
		return failed
	}
	return err
}

// nextRows passes over records without rows: an empty block means the end.
func nextRows(next source) (arrow.Record, error) {
	for {
		r, err := next()
		if err != nil || r.NumRows() > 0 {
			return r, err
		}
		r.Release()
	}
}

func (w *Warehouse) dialNative(ctx context.Context) (*ch.Client, error) {
	options := ch.Options{
		Address:     w.address(),
		Database:    w.database,
		User:        w.options.Auth.Username,
		Password:    w.options.Auth.Password,
		TLS:         w.options.TLS,
		DialTimeout: 10 * time.Second,
	}
	if w.options.Compression != nil {
		options.Compression = ch.CompressionLZ4
	}
	for name, value := range w.options.Settings {
		options.Settings = append(options.Settings, ch.Setting{Key: name, Value: fmt.Sprint(value), Important: true})
	}
	options.Settings = append(options.Settings, ch.SettingInt("min_insert_block_size_rows", streamedBlockRows))
	client, err := ch.Dial(ctx, options)
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", options.Address, err)
	}
	return client, nil
}

func fillBlock(input proto.Input, columns []column, r arrow.Record) error {
	for i, c := range columns {
		data, err := nativeColumn(r.Column(i), c.Type)
		if err != nil {
			return fmt.Errorf("column %s: %w", c.Name, err)
		}
		input[i].Data = data
	}
	return nil
}
