package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/gofrs/flock"
)

// acquire locks the directory for this process until it unlocks it or dies. It
// returns a *LockedError when another process has it.
func (d directory) acquire(ctx context.Context) (*flock.Flock, error) {
	lock := flock.New(d.lock(), flock.SetPermissions(0o600))
	// isLocked holds the lock for an instant too, so one refusal proves nothing.
	patience, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
	defer cancel()
	locked, err := lock.TryLockContext(patience, 50*time.Millisecond)
	if !locked && patience.Err() != nil && ctx.Err() == nil {
		return nil, &LockedError{Dir: string(d), Holder: d.holder()}
	}
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", d, err)
	}
	// Written in place: the lock is on this very file, so it must not be replaced.
	self, err := json.Marshal(thisProcess())
	if err == nil {
		err = os.WriteFile(d.lock(), append(self, '\n'), 0o600)
	}
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", d, err)
	}
	return lock, nil
}

// isLocked reports whether some process owns the directory.
func (d directory) isLocked() bool {
	if _, err := os.Stat(d.lock()); err != nil {
		return false
	}
	lock := flock.New(d.lock())
	locked, err := lock.TryRLock()
	if locked {
		lock.Close()
	}
	return err == nil && !locked
}

func (d directory) holder() Holder {
	var holder Holder
	if text, err := os.ReadFile(d.lock()); err == nil {
		json.Unmarshal(text, &holder) // a half-written line leaves the holder unknown
	}
	return holder
}

func thisProcess() Holder {
	host, _ := os.Hostname()
	program, _ := os.Executable()
	return Holder{PID: os.Getpid(), Host: host, Program: program, Since: time.Now().UTC().Truncate(time.Second)}
}
