package connect

import (
	"context"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// Retry says how often a server is tried that cannot be reached or is too busy.
type Retry struct {
	Attempts  uint
	FirstWait time.Duration // before the second attempt; it doubles
}

// again does something until it succeeds, fails for good (backoff.Permanent), was
// tried often enough, or the next attempt would come after the time limit.
func again[T any](ctx context.Context, r Retry, limit time.Duration, do func() (T, error)) (T, error) {
	wait := backoff.NewExponentialBackOff()
	wait.InitialInterval = r.FirstWait
	return backoff.Retry(ctx, do, backoff.WithBackOff(wait), backoff.WithMaxTries(r.Attempts), backoff.WithMaxElapsedTime(limit))
}
