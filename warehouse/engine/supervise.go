package engine

import (
	"context"
	"sync"
	"time"
)

// Back-off between restarts: doubled after each failure, forgotten once the
// engine has lived for a minute.
const (
	restartFirst = 200 * time.Millisecond
	restartMost  = 30 * time.Second
	restartCalm  = time.Minute
)

// supervise keeps the engine alive until ctx ends, then stops it.
func (e *Engine) supervise(ctx context.Context, p *process) {
	defer close(e.owner.done)
	delay := restartFirst
	hasFallen := sync.OnceFunc(func() { close(e.owner.fell) })
	for {
		born := time.Now()
		select {
		case <-ctx.Done():
			e.stop(p)
			return
		case <-p.ended:
		}
		hasFallen()
		e.config.Logger.Error("engine died", "pid", p.pid, "cause", p.lastWords())
		p.terminal.Close()
		if time.Since(born) > restartCalm {
			delay = restartFirst
		}
		if p = e.restart(ctx, &delay); p == nil {
			return
		}
	}
}

// restart tries until the engine runs; it returns nil when ctx ends first.
func (e *Engine) restart(ctx context.Context, delay *time.Duration) *process {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(*delay):
		}
		*delay = min(2**delay, restartMost)
		p, state, err := e.boot(ctx)
		if err == nil {
			state.Restarts++
			if err = e.publish(state); err == nil {
				e.config.Logger.Warn("engine restarted", "pid", p.pid, "restarts", state.Restarts)
				return p
			}
			e.stop(p)
		}
		if ctx.Err() == nil {
			e.config.Logger.Error("engine restart failed", "cause", err, "again_in", *delay)
		}
	}
}

// stop ends the engine cleanly unless Close lost patience.
func (e *Engine) stop(p *process) {
	ctx, cancel := context.WithTimeout(e.owner.patience, stopWithin)
	defer cancel()
	p.stop(ctx)
}
