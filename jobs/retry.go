package jobs

import (
	"errors"
	"time"

	"github.com/cenkalti/backoff/v5"

	"bellwether/etl"
	"bellwether/jobs/channel"
	"bellwether/warehouse"
)

// Retry is how a job is tried again after a fault that may pass by itself, such as
// a server that does not answer. A run that the timetable asks for meanwhile takes
// its place.
type Retry struct {
	Tries     int           // in all; 1 is never again
	FirstWait time.Duration // before the second try; the later ones are longer, up to maxRetryWait
}

const maxRetryWait = time.Hour

// waits gives one pause after another.
func (r Retry) waits() *backoff.ExponentialBackOff {
	b := backoff.NewExponentialBackOff()
	b.InitialInterval, b.Multiplier, b.MaxInterval = r.FirstWait, 2, maxRetryWait
	b.Reset()
	return b
}

// isPassing reports whether a fault may be gone after a while although nobody does
// anything: the other side was away, or another process was loading. What is wrong
// with a file or a configuration stays wrong.
func isPassing(err error) bool {
	var pull *etl.PullError
	var delivery *channel.Error
	var held *warehouse.HeldError
	switch {
	case errors.As(err, &pull):
		return pull.Reason.IsPassing()
	case errors.As(err, &delivery):
		return delivery.Reason.IsPassing()
	default:
		return errors.As(err, &held)
	}
}
