package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// State is what the owner of an engine writes down for others: where the engine
// listens now.
type State struct {
	OwnerPID  int       `json:"owner_pid"`
	EnginePID int       `json:"engine_pid"`
	TCPPort   int       `json:"tcp_port"`
	HTTPPort  int       `json:"http_port"`
	Version   string    `json:"version"` // of ClickHouse, such as 26.7.2.1
	Restarts  int       `json:"restarts"`
	StartedAt time.Time `json:"started_at"` // of this run of the engine, UTC
	Nonce     string    `json:"nonce"`
	BackupDir string    `json:"backup_dir"`
	Roles     []Role    `json:"roles"` // that have a user
}

func (d directory) writeState(s State) error {
	text, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("encode state: %w", err)
	}
	return writeFile(d.state(), append(text, '\n'))
}

func (d directory) readState() (State, error) {
	var s State
	text, err := os.ReadFile(d.state())
	if err != nil {
		return s, fmt.Errorf("read state: %w", err)
	}
	if err := json.Unmarshal(text, &s); err != nil {
		return s, fmt.Errorf("decode %s: %w", d.state(), err)
	}
	return s, nil
}

func (d directory) removeState() error {
	if err := os.Remove(d.state()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove state: %w", err)
	}
	return nil
}
