package warehouse

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// ErrChecksum means that bytes are not the ones their SHA-256 stands for.
var ErrChecksum = errors.New("checksum differs")

// ErrNoPayload means that the archive does not hold a payload.
var ErrNoPayload = errors.New("payload is not in the archive")

// PayloadMeta is what is known about a payload, a row of raw_payload.
type PayloadMeta struct {
	SHA256      string    `ch:"payload_sha256"` // lower-case hexadecimal
	SourceCode  string    `ch:"source_code"`
	FileName    string    `ch:"file_name"`
	Location    string    `ch:"location"` // never with a password
	MediaType   string    `ch:"media_type"`
	Size        uint64    `ch:"byte_count"`
	Submitter   string    `ch:"submitter"`
	Licence     string    `ch:"licence"`
	Attribution string    `ch:"attribution"`
	RetrievedAt time.Time `ch:"retrieved_at"`
}

// chunkSize is the size of the pieces in which bytes are kept and moved.
const chunkSize = 4 << 20

// Archive keeps the bytes of a payload as received. The record of the payload
// is written after the bytes, so a payload is in the archive as a whole or not
// at all. Archiving it again writes nothing; r is not read then. It returns
// ErrChecksum when r does not give the bytes that meta speaks of.
func (w *Warehouse) Archive(ctx context.Context, meta PayloadMeta, r io.Reader) error {
	known, err := w.payloads(ctx, meta.SHA256)
	if err != nil {
		return fmt.Errorf("archive %s: %w", meta.FileName, err)
	}
	for _, k := range known {
		if k.SourceCode == meta.SourceCode {
			return nil
		}
	}
	if len(known) == 0 {
		if err := w.writeChunks(ctx, meta, r); err != nil {
			return fmt.Errorf("archive %s: %w", meta.FileName, err)
		}
	}
	if err := appendRows(ctx, w, "raw_payload", []PayloadMeta{meta}); err != nil {
		return fmt.Errorf("archive %s: %w", meta.FileName, err)
	}
	return nil
}

// payloads lists what is archived under a checksum, one entry per source.
func (w *Warehouse) payloads(ctx context.Context, sum string) ([]PayloadMeta, error) {
	var found []PayloadMeta
	err := w.choose(ctx, &found, `
		select payload_sha256, source_code, file_name, location, media_type, byte_count, submitter, licence, attribution, retrieved_at
		from raw_payload final where payload_sha256 = {sha256:String} order by retrieved_at`, clickhouse.Named("sha256", sum))
	return found, err
}

// writeChunks sends all chunks in one insert, so that the server compresses them
// once and writes one part, instead of a part for each that it merges afterwards.
// An insert that fails may leave chunks behind, which the next attempt replaces.
func (w *Warehouse) writeChunks(ctx context.Context, meta PayloadMeta, r io.Reader) error {
	batch, err := w.writer.PrepareBatch(ctx, "insert into raw_payload_chunk (payload_sha256, chunk_number, content)")
	if err != nil {
		return readable(err)
	}
	defer batch.Close() // gives the connection back on every path; does nothing after Send
	if err := fillChunks(batch, meta, r); err != nil {
		return errors.Join(err, batch.Abort())
	}
	return readable(batch.Send())
}

// fillChunks cuts the bytes into chunks, and checks the whole at its end.
func fillChunks(batch driver.Batch, meta PayloadMeta, r io.Reader) error {
	sum := sha256.New()
	buffer := make([]byte, chunkSize)
	size := uint64(0)
	for number := uint32(0); ; number++ {
		n, err := io.ReadFull(r, buffer)
		if n > 0 {
			size += uint64(n)
			sum.Write(buffer[:n]) // a hash never fails
			if err := errors.Join(batch.Append(meta.SHA256, number, buffer[:n]), batch.Flush()); err != nil {
				return readable(err)
			}
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("read: %w", err)
		}
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != meta.SHA256 || size != meta.Size {
		return fmt.Errorf("%w: got %d bytes with %s, want %d with %s", ErrChecksum, size, got, meta.Size, meta.SHA256)
	}
	return nil
}

// OpenPayload returns the bytes of a payload, as received. Reading ends with
// ErrChecksum instead of io.EOF when they are not the bytes that were archived.
// It returns ErrNoPayload when the archive does not hold it.
func (w *Warehouse) OpenPayload(ctx context.Context, sum string) (io.ReadCloser, PayloadMeta, error) {
	known, err := w.payloads(ctx, sum)
	if err != nil {
		return nil, PayloadMeta{}, fmt.Errorf("open payload %s: %w", sum, err)
	}
	if len(known) == 0 {
		return nil, PayloadMeta{}, fmt.Errorf("open payload %s: %w", sum, ErrNoPayload)
	}
	meta := known[0]
	ctx, cancel := context.WithCancel(ctx)
	chunks := (meta.Size + chunkSize - 1) / chunkSize // leaves out what an interrupted attempt with other bytes may have left
	rows, err := w.writer.Query(clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"max_block_size": 1})), `
		select content from raw_payload_chunk final
		where payload_sha256 = {sha256:String} and chunk_number < {chunks:UInt64} order by chunk_number`,
		clickhouse.Named("sha256", sum), clickhouse.Named("chunks", chunks))
	if err != nil {
		cancel()
		return nil, PayloadMeta{}, fmt.Errorf("open payload %s: %w", sum, readable(err))
	}
	return &payloadReader{rows: rows, cancel: cancel, want: sum, sum: sha256.New()}, meta, nil
}

// payloadReader reads chunk by chunk and checks the whole at its end.
type payloadReader struct {
	rows   driver.Rows
	cancel context.CancelFunc
	rest   []byte
	want   string
	sum    hash.Hash
}

// Read gives the next bytes.
func (p *payloadReader) Read(into []byte) (int, error) {
	for len(p.rest) == 0 {
		if !p.rows.Next() {
			return 0, p.end()
		}
		if err := p.rows.Scan(&p.rest); err != nil {
			return 0, fmt.Errorf("read payload: %w", err)
		}
		p.sum.Write(p.rest) // a hash never fails
	}
	n := copy(into, p.rest)
	p.rest = p.rest[n:]
	return n, nil
}

func (p *payloadReader) end() error {
	if err := p.rows.Err(); err != nil {
		return fmt.Errorf("read payload: %w", readable(err))
	}
	if got := hex.EncodeToString(p.sum.Sum(nil)); got != p.want {
		return fmt.Errorf("read payload: %w: got %s, want %s", ErrChecksum, got, p.want)
	}
	return io.EOF
}

// Close gives the connection back.
func (p *payloadReader) Close() error {
	p.cancel() // first: closing would read the rest
	if err := p.rows.Close(); err != nil && !errors.Is(err, context.Canceled) {
		return fmt.Errorf("close payload: %w", readable(err))
	}
	return nil
}
