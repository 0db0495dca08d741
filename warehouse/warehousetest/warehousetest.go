package warehousetest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"bellwether/warehouse/access"
	"bellwether/warehouse/engine"
)

const (
	dsnVariable     = "BELLWETHER_TEST_DSN"
	libraryVariable = "BELLWETHER_ENGINE_LIB"
	requireVariable = "BELLWETHER_REQUIRE"
)

// Databases that one test process can hold at a time. The analyst's grants are
// fixed when the engine starts, so their names are as well.
const databaseCount = 256

// Main runs a package's tests and stops the engine they shared. Call it from
// TestMain, first: the test program is also the engine's child.
func Main(m *testing.M) {
	engine.RunChild()
	code := m.Run()
	if err := shared.stop(); err != nil {
		fmt.Fprintln(os.Stderr, "stop engine:", err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// shared is the one engine of this test process.
var shared server

type server struct {
	mu        sync.Mutex
	dir       string
	engine    *engine.Engine
	err       error    // of the only attempt to start
	databases []string // names not in use
}

// Engine returns the engine that the tests of this process share. It skips the
// test when there is none to be had, and always with BELLWETHER_TEST_DSN.
func Engine(tb testing.TB) *engine.Engine {
	tb.Helper()
	if os.Getenv(dsnVariable) != "" {
		skip(tb, "this test needs the embedded engine, and "+dsnVariable+" is set")
	}
	e, err := shared.start()
	if errors.Is(err, engine.ErrNoLibrary) {
		skip(tb, err.Error())
	}
	if err != nil {
		tb.Fatalf("start engine: %v", err)
	}
	return e
}

func (s *server) start() (*engine.Engine, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.engine != nil || s.err != nil {
		return s.engine, s.err
	}
	if s.dir, s.err = os.MkdirTemp("", "bellwether-test-"); s.err != nil {
		return nil, s.err
	}
	prefix := "bw_test_" + randomHex()
	for i := range databaseCount {
		s.databases = append(s.databases, fmt.Sprintf("%s_%03d", prefix, i))
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute) // a first fetch on a slow line
	defer cancel()
	allowed, err := access.List()
	if err != nil {
		s.err = err
		return nil, err
	}
	s.engine, s.err = engine.Start(ctx, engine.Config{
		Dir:           filepath.Join(s.dir, "engine"),
		Library:       os.Getenv(libraryVariable),
		MoreDatabases: s.databases,
		Access:        allowed,
	})
	return s.engine, s.err
}

func (s *server) stop() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dir == "" {
		return nil
	}
	var err error
	if s.engine != nil {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		err = s.engine.Close(ctx)
	}
	return errors.Join(err, os.RemoveAll(s.dir))
}

// Database creates a private database named bw_test_ and something random,
// dropped when the test ends, and returns its name. The analyst of the shared
// engine may read its core_, mart_, alert_ and dim_ objects.
func Database(tb testing.TB) string {
	tb.Helper()
	options := serverOptions(tb)
	name := shared.takeName()
	admin := open(tb, options)
	ctx := context.WithoutCancel(tb.Context())
	if err := admin.Exec(ctx, "create database "+name); err != nil {
		tb.Fatalf("create database: %v", err)
	}
	tb.Cleanup(func() {
		if err := admin.Exec(ctx, "drop database if exists "+name+" sync"); err != nil {
			tb.Errorf("drop database: %v", err)
		}
		shared.giveBack(name)
	})
	return name
}

func (s *server) takeName() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.databases) == 0 { // another server, or more tests at a time than foreseen
		return "bw_test_" + randomHex()
	}
	name := s.databases[0]
	s.databases = s.databases[1:]
	return name
}

func (s *server) giveBack(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.databases = append(s.databases, name)
}

// Conn opens a connection to database as the writer, closed when the test ends.
func Conn(tb testing.TB, database string) driver.Conn {
	tb.Helper()
	options := serverOptions(tb)
	options.Auth.Database = database
	return open(tb, options)
}

// AnalystConn opens a connection to database as the analyst of the shared
// engine, closed when the test ends.
func AnalystConn(tb testing.TB, database string) driver.Conn {
	tb.Helper()
	options := optionsFor(Engine(tb).Address(engine.RoleAnalyst))
	options.Auth.Database = database
	return open(tb, options)
}

// serverOptions are the writer's, on the shared engine or the server of the DSN.
func serverOptions(tb testing.TB) *clickhouse.Options {
	tb.Helper()
	dsn := os.Getenv(dsnVariable)
	if dsn == "" {
		return optionsFor(Engine(tb).Address(engine.RoleWriter))
	}
	options, err := clickhouse.ParseDSN(dsn)
	if err != nil {
		tb.Fatalf("parse %s: %v", dsnVariable, err)
	}
	return options
}

func optionsFor(a engine.Address) *clickhouse.Options {
	return &clickhouse.Options{
		Addr: []string{a.Native},
		Auth: clickhouse.Auth{Username: a.User, Password: a.Password},
	}
}

func open(tb testing.TB, options *clickhouse.Options) driver.Conn {
	tb.Helper()
	connection, err := clickhouse.Open(options)
	if err != nil {
		tb.Fatalf("open connection: %v", err)
	}
	tb.Cleanup(func() { connection.Close() })
	return connection
}

func skip(tb testing.TB, reason string) {
	tb.Helper()
	if os.Getenv(requireVariable) == "all" {
		tb.Fatalf("%s=all: %s", requireVariable, reason)
	}
	tb.Skip(reason)
}

func randomHex() string {
	var bytes [4]byte
	rand.Read(bytes[:]) // never fails
	return hex.EncodeToString(bytes[:])
}
