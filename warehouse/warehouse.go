package warehouse

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"bellwether/warehouse/engine"
)

// Config says which ClickHouse to use: exactly one of Engine and DSN is set.
type Config struct {
	// Engine is the embedded engine.
	Engine *engine.Engine
	// DSN is the address of a server, such as
	// clickhouse://user@host:9440/?secure=true, or https://host:8443 where only
	// the HTTP interface is reachable.
	DSN string
	// Password of the user in DSN.
	Password string
	// AnalystUser and AnalystPassword are whom a server asks for when an analyst reads.
	// Without them the user in DSN reads, within limits that a query can raise.
	AnalystUser, AnalystPassword string
	// Database holds everything. Default: bellwether.
	Database string
	// Cluster is the name of a cluster whose tables are replicated and
	// distributed; empty is one server.
	Cluster string
	// Logger is told of batches that had to be finished or dropped and of
	// statements that are tried again. Default: nothing is logged.
	Logger *slog.Logger
}

// Role is who asks: the writer may do anything, the analyst may read views
// within limits.
type Role = engine.Role

// The roles of Query.
const (
	Writer  = engine.RoleWriter
	Analyst = engine.RoleAnalyst
)

// How long a claim holds unless it is renewed.
const defaultLeaseTime = 30 * time.Second

// Warehouse is a connection to one database. Its methods may be called by
// several goroutines.
type Warehouse struct {
	config   Config
	database string
	cluster  string
	logger   *slog.Logger
	options  *clickhouse.Options // of the writer
	writer   driver.Conn
	analyst  driver.Conn
	others   readers
	address  func() string // where the native protocol answers now

	leaseTime time.Duration
	atStep    func(step string) // told after each step of a load; tests stop the world here
}

// longestStatement is how long the writer waits for one statement. The driver counts
// from its beginning whatever progress comes in, and gives up after five minutes
// unless told otherwise; settling a country takes longer on a busy machine. A job's
// own time limit ends it through its context.
const longestStatement = 12 * time.Hour

// Open prepares the connections. It does not connect yet: the first statement
// does, so that Migrate can create a database that is not there.
func Open(c Config) (*Warehouse, error) {
	if (c.Engine == nil) == (c.DSN == "") {
		return nil, errors.New("open warehouse: want either an engine or a dsn")
	}
	w := &Warehouse{config: c, database: c.Database, cluster: c.Cluster, logger: c.Logger, leaseTime: defaultLeaseTime, atStep: func(string) {}}
	if w.database == "" {
		w.database = "bellwether"
	}
	if w.logger == nil {
		w.logger = slog.New(slog.DiscardHandler)
	}
	writer, analyst, err := w.connections(c)
	if err != nil {
		return nil, fmt.Errorf("open warehouse: %w", err)
	}
	w.options = writer
	if w.writer, err = clickhouse.Open(writer); err != nil {
		return nil, fmt.Errorf("open warehouse: %w", err)
	}
	if w.analyst, err = clickhouse.Open(analyst); err != nil {
		return nil, errors.Join(fmt.Errorf("open warehouse: %w", err), w.writer.Close())
	}
	return w, nil
}

func (w *Warehouse) connections(c Config) (writer, analyst *clickhouse.Options, err error) {
	if c.Engine != nil {
		w.address = func() string { return c.Engine.Address(Writer).Native }
		writer = w.embedded(c.Engine, Writer)
		writer.Settings, writer.ReadTimeout = writing(), longestStatement
		return writer, w.embedded(c.Engine, Analyst), nil
	}
	if writer, err = clickhouse.ParseDSN(c.DSN); err != nil {
		return nil, nil, err
	}
	if c.Password != "" {
		writer.Auth.Password = c.Password
	}
	writer.Auth.Database = w.database
	if writer.Protocol == clickhouse.Native && !isLoopback(writer.Addr[0]) {
		writer.Compression = &clickhouse.Compression{Method: clickhouse.CompressionLZ4}
	}
	w.address = func() string { return writer.Addr[0] }
	reader := *writer
	if c.AnalystUser != "" {
		reader.Auth.Username, reader.Auth.Password = c.AnalystUser, c.AnalystPassword
	} else {
		reader.Settings = readOnly()
		maps.Copy(reader.Settings, writer.Settings)
	}
	if writer.Settings == nil {
		writer.Settings = clickhouse.Settings{}
	}
	maps.Copy(writer.Settings, writing())
	if writer.ReadTimeout == 0 {
		writer.ReadTimeout = longestStatement
	}
	return writer, &reader, nil
}

// embedded asks for the engine's port at every dial, because it can change when
// the engine is started again.
func (w *Warehouse) embedded(e *engine.Engine, role Role) *clickhouse.Options {
	address := e.Address(role)
	return &clickhouse.Options{
		Addr: []string{address.Native},
		Auth: clickhouse.Auth{Database: w.database, Username: address.User, Password: address.Password},
		DialContext: func(ctx context.Context, _ string) (net.Conn, error) {
			var dialer net.Dialer
			return dialer.DialContext(ctx, "tcp", e.Address(role).Native)
		},
		MaxOpenConns: 16,
	}
}

// writing are the settings of the writer: an error comes back with the statement
// that caused it, and a file may hold more than a century of years. Expressions are
// not compiled to machine code: our views have thousands of them over few rows, and
// compiling takes longer than running.
func writing() clickhouse.Settings {
	return clickhouse.Settings{
		"compile_expressions":             0,
		"async_insert":                    0,
		"max_partitions_per_insert_block": 0,
		"distributed_foreground_insert":   1,
	}
}

// readOnly are the limits of the analyst on a server that has no user for it.
func readOnly() clickhouse.Settings {
	return clickhouse.Settings{
		"readonly":            2,
		"allow_ddl":           0,
		"max_execution_time":  30,
		"max_memory_usage":    1_000_000_000,
		"max_result_rows":     1_000_000,
		"compile_expressions": 0, // as for the writer
	}
}

func isLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Close closes the connections.
func (w *Warehouse) Close() error {
	return errors.Join(w.writer.Close(), w.analyst.Close(), w.others.close())
}

// Database is the name of the database.
func (w *Warehouse) Database() string { return w.database }

// Ping reports whether the warehouse answers.
func (w *Warehouse) Ping(ctx context.Context) error {
	if err := w.writer.Ping(ctx); err != nil {
		return fmt.Errorf("reach warehouse: %w", err)
	}
	return nil
}
