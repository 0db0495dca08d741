package warehouse

import (
	"errors"
	"fmt"
	"sync"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// ErrNoUser means that there is no user for a role.
var ErrNoUser = errors.New("there is no such user")

// readers are the connections of users besides writer and analyst, opened when they
// are first asked for.
type readers struct {
	mu   sync.Mutex
	open map[Role]driver.Conn
}

func (w *Warehouse) connection(role Role) (driver.Conn, error) {
	switch role {
	case Writer:
		return w.writer, nil
	case Analyst, "":
		return w.analyst, nil
	}
	e := w.config.Engine
	if e == nil {
		return nil, fmt.Errorf("%s: %w here: users of a server log in there themselves", role, ErrNoUser)
	}
	if !e.Has(role) {
		return nil, fmt.Errorf("%s: %w", role, ErrNoUser)
	}
	w.others.mu.Lock()
	defer w.others.mu.Unlock()
	if c, ok := w.others.open[role]; ok {
		return c, nil
	}
	c, err := clickhouse.Open(w.embedded(e, role))
	if err != nil {
		return nil, fmt.Errorf("connect as %s: %w", role, err)
	}
	if w.others.open == nil {
		w.others.open = map[Role]driver.Conn{}
	}
	w.others.open[role] = c
	return c, nil
}

func (r *readers) close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	var faults []error
	for _, c := range r.open {
		faults = append(faults, c.Close())
	}
	return errors.Join(faults...)
}
