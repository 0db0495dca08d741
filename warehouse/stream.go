package warehouse

import (
	"context"
	"io"
	"sync"

	"github.com/apache/arrow/go/v15/arrow"
)

// stream carries records to one table while more are being made: inserts that run
// beside the decoder, at most two records behind it.
type stream struct {
	ctx     context.Context // ends with the batch, or when an insert fails
	records chan arrow.Record
	done    chan struct{} // closed when the inserts have ended
	err     error         // of the first insert that failed, valid once done is closed
	isOver  bool          // close was called
}

// stagingInserts is how many inserts share the figures of a batch. The server
// takes nothing from an insert while it sorts and writes a part of it; with a
// second one the decoder need not wait for that.
const stagingInserts = 2

func (w *Warehouse) openStream(ctx context.Context, table string, inserts int) *stream {
	ctx, fail := context.WithCancelCause(ctx)
	s := &stream{ctx: ctx, records: make(chan arrow.Record, 2), done: make(chan struct{})}
	var running sync.WaitGroup
	for range inserts {
		running.Go(func() {
			if err := readable(w.insertStream(ctx, table, s.next)); err != nil {
				fail(err)
			}
		})
	}
	go func() {
		defer close(s.done)
		running.Wait()
		s.err = context.Cause(ctx)
		fail(nil) // frees the context
	}()
	return s
}

// next is the insert's side: the next record, which the insert releases, or
// io.EOF after the last.
func (s *stream) next() (arrow.Record, error) {
	select {
	case r, ok := <-s.records:
		if !ok {
			return nil, io.EOF
		}
		return r, nil
	case <-s.ctx.Done():
		return nil, context.Cause(s.ctx)
	}
}

// send hands a record over, or reports why the insert has ended.
func (s *stream) send(r arrow.Record) error {
	r.Retain()
	select {
	case s.records <- r:
		return nil
	case <-s.done:
		r.Release()
		return s.ended()
	}
}

func (s *stream) ended() error {
	if s.err == nil {
		return io.ErrClosedPipe
	}
	return s.err
}

// close waits until everything sent has arrived, and returns the insert's
// error. Closing twice is allowed.
func (s *stream) close() error {
	if s.isOver {
		return s.err
	}
	s.isOver = true
	close(s.records)
	<-s.done
	for r := range s.records { // what a failed insert did not take
		r.Release()
	}
	return s.err
}
