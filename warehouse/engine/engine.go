package engine

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/gofrs/flock"
)

// Engine is a live embedded ClickHouse: one that this process owns (Start) or
// one that another process of the same user owns (Attach). Its methods may be
// called by several goroutines.
type Engine struct {
	config    Config
	dir       directory
	library   library
	passwords passwords

	mu    sync.Mutex
	state State

	owner *owner // nil when attached
}

// owner is what only the owning process has.
type owner struct {
	lock     *flock.Flock
	cancel   context.CancelFunc // ends supervision
	done     chan struct{}      // closed when the engine is down for good
	fell     chan struct{}      // closed when it has died for the first time
	patience context.Context    // ends when Close stops waiting for a clean end
	giveUp   context.CancelFunc
	close    sync.Once
	err      error
}

// Address is how one role reaches the engine: always on 127.0.0.1, without TLS.
type Address struct {
	Native   string // host:port of the native protocol
	HTTP     string // URL of the HTTP interface
	User     string
	Password string
}

// Start makes this process the owner of the engine on c.Dir: it locks the
// directory, fetches the library when there is none, runs the engine, waits
// until it answers, and from then on restarts it when it dies. ctx bounds the
// start alone. The errors that callers tell apart are ErrLocked, ErrNoLibrary,
// ErrChecksum and ErrPortTaken.
func Start(ctx context.Context, c Config) (*Engine, error) {
	if err := c.validate(); err != nil {
		return nil, err
	}
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	dir := directory(c.Dir)
	if err := dir.create(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(c.BackupDir, 0o700); err != nil {
		return nil, fmt.Errorf("make folder of backups: %w", err)
	}
	lock, err := dir.acquire(ctx)
	if err != nil {
		return nil, err
	}
	e, err := startOwned(ctx, c, dir, lock)
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return e, nil
}

func startOwned(ctx context.Context, c Config, dir directory, lock *flock.Flock) (*Engine, error) {
	if err := dir.removeState(); err != nil { // of an owner that was killed
		return nil, err
	}
	library, err := findLibrary(ctx, c)
	if err != nil {
		return nil, err
	}
	passwords, err := dir.makePasswords(c.roles())
	if err != nil {
		return nil, err
	}
	supervision, cancel := context.WithCancel(context.Background())
	patience, giveUp := context.WithCancel(context.Background())
	e := &Engine{config: c, dir: dir, library: library, passwords: passwords}
	e.owner = &owner{lock: lock, cancel: cancel, patience: patience, giveUp: giveUp, done: make(chan struct{}), fell: make(chan struct{})}
	p, state, err := e.boot(ctx)
	if err != nil {
		return nil, err
	}
	if err := e.publish(state); err != nil {
		e.stop(p)
		return nil, err
	}
	go e.supervise(supervision, p)
	return e, nil
}

// Attach joins the engine that another process of the same user owns on dir. It
// returns ErrNotRunning when there is none. The engine stays the owner's: Close
// on the result does nothing.
func Attach(ctx context.Context, dir string) (*Engine, error) {
	d := directory(dir)
	if !d.isLocked() {
		return nil, fmt.Errorf("attach to %s: %w", dir, ErrNotRunning)
	}
	state, err := d.readState()
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("attach to %s: still starting: %w", dir, ErrNotRunning)
	}
	if err != nil {
		return nil, fmt.Errorf("attach to %s: %w", dir, err)
	}
	passwords, err := d.readPasswords(state.Roles)
	if err != nil {
		return nil, fmt.Errorf("attach to %s: %w", dir, err)
	}
	if _, err := probe(ctx, state.address(RoleWriter, passwords), state.Nonce); err != nil {
		return nil, fmt.Errorf("attach to %s: %w: %w", dir, ErrNotRunning, err)
	}
	return &Engine{dir: d, passwords: passwords, state: state}, nil
}

// Address returns how role reaches the engine now. Ports change when the engine
// was restarted and another program had taken them, so ask again before each
// new connection. An unknown role yields an address nobody can log in with.
func (e *Engine) Address(role Role) Address {
	return e.State().address(role, e.passwords)
}

// Has reports whether the engine has a user for the role.
func (e *Engine) Has(role Role) bool { return slices.Contains(e.State().Roles, role) }

func (s State) address(role Role, known passwords) Address {
	return Address{
		Native:   net.JoinHostPort("127.0.0.1", strconv.Itoa(s.TCPPort)),
		HTTP:     "http://" + net.JoinHostPort("127.0.0.1", strconv.Itoa(s.HTTPPort)),
		User:     string(role),
		Password: known[role],
	}
}

// State returns what the owner last wrote down about the engine.
func (e *Engine) State() State {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.owner == nil { // the owner may have restarted it
		if state, err := e.dir.readState(); err == nil {
			e.state = state
		}
	}
	return e.state
}

// Restarts counts how often the engine died and was started again.
func (e *Engine) Restarts() int { return e.State().Restarts }

// BackupDir is the only folder that backups are written to and restored from.
func (e *Engine) BackupDir() string { return e.State().BackupDir }

// HasFallen reports whether the engine has died since this process started it. Who asks
// because a statement failed may be faster than the news: it is waited for so long.
func (e *Engine) HasFallen(within time.Duration) bool {
	if e.owner == nil {
		return false
	}
	select {
	case <-e.owner.fell:
		return true
	case <-time.After(within):
		return false
	}
}

// IsOwner reports whether this process owns the engine.
func (e *Engine) IsOwner() bool { return e.owner != nil }

func (e *Engine) publish(state State) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.state = state
	return e.dir.writeState(state)
}

// Close stops the engine cleanly and gives the directory up; it returns when
// the engine is gone. When ctx ends first the engine is killed, which loses no
// data, and the context's error is returned. On an attached engine it does
// nothing. Closing twice is allowed.
func (e *Engine) Close(ctx context.Context) error {
	if e.owner == nil {
		return nil
	}
	o := e.owner
	o.close.Do(func() {
		o.cancel()
		select {
		case <-o.done:
		case <-ctx.Done():
			o.err = fmt.Errorf("stop engine: %w", ctx.Err())
			o.giveUp()
			<-o.done
		}
		o.giveUp()
		o.err = errors.Join(o.err, e.dir.removeState(), o.lock.Close())
	})
	return o.err
}
