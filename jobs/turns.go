package jobs

import (
	"context"
	"fmt"
	"slices"
	"sync"
)

// turns lets one job run at a time. Of those that wait the one that others build
// on goes first: loads, then the evaluation, then the delivery; within these who
// came first.
type turns struct {
	lock    sync.Mutex
	isTaken bool
	waiting []*waiter
}

type waiter struct {
	job   *Job
	ready chan struct{} // closed when it is its turn
}

// take waits for the turn of the job.
func (t *turns) take(ctx context.Context, j *Job) error {
	t.lock.Lock()
	if !t.isTaken {
		t.isTaken = true
		t.lock.Unlock()
		return nil
	}
	w := &waiter{j, make(chan struct{})}
	t.waiting = append(t.waiting, w)
	t.lock.Unlock()
	select {
	case <-w.ready:
		return nil
	case <-ctx.Done():
	}
	t.lock.Lock()
	at := slices.Index(t.waiting, w)
	if at >= 0 {
		t.waiting = slices.Delete(t.waiting, at, at+1)
	}
	t.lock.Unlock()
	if at < 0 { // it had become its turn
		t.give()
	}
	return fmt.Errorf("wait for the running job: %w", context.Cause(ctx))
}

// give ends a turn.
func (t *turns) give() {
	t.lock.Lock()
	defer t.lock.Unlock()
	if len(t.waiting) == 0 {
		t.isTaken = false
		return
	}
	next := 0
	for i, w := range t.waiting {
		if w.job.rank() < t.waiting[next].job.rank() {
			next = i
		}
	}
	close(t.waiting[next].ready)
	t.waiting = slices.Delete(t.waiting, next, next+1)
}

// isAwaited reports whether a job that waits will be followed by this one.
func (t *turns) isAwaited(follower *Job) bool {
	t.lock.Lock()
	defer t.lock.Unlock()
	return slices.ContainsFunc(t.waiting, func(w *waiter) bool { return w.job.Then == follower })
}

// rank is how many jobs build on others before this one does.
func (j *Job) rank() int {
	switch {
	case j.Source != "":
		return 0
	case j.Then != nil:
		return 1
	default:
		return 2
	}
}
