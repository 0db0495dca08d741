package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"bellwether/warehouse/access"
	"bellwether/warehouse/engine"
)

// engineConfig is the part of the configuration that the engine needs.
func (a *app) engineConfig() (engine.Config, error) {
	allowed, err := access.List(a.config.Engine.Reporters...)
	if err != nil {
		return engine.Config{}, err
	}
	return engine.Config{
		Dir:            a.config.DataDir,
		CacheDir:       a.config.Engine.CacheDir,
		Library:        a.config.Engine.Library,
		TCPPort:        a.config.Engine.TCPPort,
		HTTPPort:       a.config.Engine.HTTPPort,
		MaxMemoryBytes: a.config.Engine.MemoryMiB << 20,
		Database:       a.config.Warehouse.Database,
		Access:         allowed,
		BackupDir:      a.config.Backup.Directory,
		Logger:         a.logger,
	}, nil
}

// engineWait is how long another process may take to start the engine or to be
// done with it.
const engineWait = 8 * time.Second

// openEngine starts the embedded engine, or joins it when another command or
// the daemon has it running. Another process that is only just starting it is
// waited for; the daemon, which wants the engine for itself, waits until a
// command is done with it.
func (a *app) openEngine(ctx context.Context) (*engine.Engine, error) {
	config, err := a.engineConfig()
	if err != nil {
		return nil, err
	}
	p := a.newProgress()
	config.Progress = p.report
	defer p.close()
	for deadline := time.Now().Add(engineWait); ; {
		e, err := engine.Start(ctx, config)
		if !errors.Is(err, engine.ErrLocked) {
			return e, err
		}
		if !a.ownsEngine {
			joined, attachErr := engine.Attach(ctx, config.Dir)
			if attachErr == nil || !errors.Is(attachErr, engine.ErrNotRunning) {
				return joined, attachErr
			}
		}
		if time.Now().After(deadline) {
			return nil, err
		}
		select {
		case <-time.After(500 * time.Millisecond):
		case <-ctx.Done():
			return nil, fmt.Errorf("wait for the engine: %w", ctx.Err())
		}
	}
}
