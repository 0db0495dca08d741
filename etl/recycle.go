package etl

import (
	"sync"

	"github.com/apache/arrow/go/v15/arrow/memory"
)

// recycler gives the memory of records that have been sent to those that follow,
// which ask for the same sizes again. Without it every record would be of fresh
// pages, which the system has to find and the collector to give back.
type recycler struct {
	from memory.Allocator
	lock sync.Mutex
	idle map[int][][]byte // by size; nil once closed
	held int              // bytes idle
}

// maxIdleBytes bounds what lies idle: the records of a load that are on their way
// at the same time, and some.
const maxIdleBytes = 24 << 20

func newRecycler(from memory.Allocator) *recycler {
	return &recycler{from: from, idle: map[int][][]byte{}}
}

// Allocate gives memory that may hold what an earlier record left in it.
func (r *recycler) Allocate(size int) []byte {
	r.lock.Lock()
	defer r.lock.Unlock()
	if list := r.idle[size]; len(list) > 0 {
		r.idle[size] = list[:len(list)-1]
		r.held -= size
		return list[len(list)-1]
	}
	return r.from.Allocate(size)
}

// Reallocate gives memory of another size that begins with what b holds.
func (r *recycler) Reallocate(size int, b []byte) []byte {
	if size == len(b) {
		return b
	}
	grown := r.Allocate(size)
	copy(grown, b)
	r.Free(b)
	return grown
}

// Free takes memory back; records may end after the reading has, in any goroutine.
func (r *recycler) Free(b []byte) {
	r.lock.Lock()
	defer r.lock.Unlock()
	if r.idle == nil || r.held+len(b) > maxIdleBytes {
		r.from.Free(b)
		return
	}
	r.idle[len(b)] = append(r.idle[len(b)], b)
	r.held += len(b)
}

// close gives everything idle back.
func (r *recycler) close() {
	r.lock.Lock()
	defer r.lock.Unlock()
	for _, list := range r.idle {
		for _, b := range list {
			r.from.Free(b)
		}
	}
	r.idle = nil
}
