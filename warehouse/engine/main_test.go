package engine

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"go.uber.org/goleak"
)

// The test program plays more parts: the engine's child, and, with this variable
// set to a Config in JSON, another process that owns an engine.
const ownerVariable = "BELLWETHER_TEST_OWNER"

func TestMain(m *testing.M) {
	RunChild()
	if text, isOwner := os.LookupEnv(ownerVariable); isOwner {
		if err := runOwner(text); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	if dir, isTerminal := os.LookupEnv(terminalVariable); isTerminal {
		if err := runOnTerminal(directory(dir)); err != nil {
			fmt.Println(err)
		}
		os.Exit(1)
	}
	goleak.VerifyTestMain(m)
}

// runOwner owns an engine until its standard input ends.
func runOwner(text string) error {
	var c Config
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		return err
	}
	e, err := Start(context.Background(), c)
	if err != nil {
		return err
	}
	fmt.Println("ready")
	bufio.NewReader(os.Stdin).ReadString('\n')
	return e.Close(context.Background())
}

// startOwner runs another process that owns the engine of c. Closing the
// returned function's process is up to the test; it is killed at the end.
func startOwner(t *testing.T, c Config) *exec.Cmd {
	t.Helper()
	requireLibrary(t)
	text, err := json.Marshal(map[string]any{"Dir": c.Dir, "Library": c.Library})
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), ownerVariable+"="+string(text))
	command.Stderr = os.Stderr
	if _, err := command.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { command.Process.Kill(); command.Wait() })
	line, _ := bufio.NewReader(output).ReadString('\n')
	if line != "ready\n" {
		t.Fatalf("other process: %s", line)
	}
	return command
}

// libraryUnderTest is the library the tests run, as main would configure it.
func libraryUnderTest() string { return os.Getenv("BELLWETHER_ENGINE_LIB") }

// requireLibrary fetches the library when the machine has none yet.
func requireLibrary(t *testing.T) {
	t.Helper()
	c, err := Config{Library: libraryUnderTest()}.withDefaults()
	if err != nil {
		t.Fatal(err)
	}
	_, err = findLibrary(t.Context(), c)
	if errors.Is(err, ErrNoLibrary) {
		skip(t, err.Error())
	}
	if err != nil {
		t.Fatal(err)
	}
}

func skip(t *testing.T, reason string) {
	t.Helper()
	if os.Getenv("BELLWETHER_REQUIRE") == "all" {
		t.Fatalf("BELLWETHER_REQUIRE=all: %s", reason)
	}
	t.Skip(reason)
}

// start runs an engine on a directory of its own until the test ends. Unless the test says
// who may read what, the analyst reads views.
func start(t *testing.T, c Config) *Engine {
	t.Helper()
	requireLibrary(t)
	if c.Access == nil {
		for _, layer := range []string{"core_*", "mart_*", "alert_*", "dim_*"} {
			c.Access = append(c.Access, Access{Role: RoleAnalyst, Object: layer})
		}
	}
	if c.Dir == "" {
		c.Dir = filepath.Join(t.TempDir(), "engine")
	}
	if c.Library == "" {
		c.Library = libraryUnderTest()
	}
	e, err := Start(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, e) })
	return e
}

func stop(t *testing.T, e *Engine) {
	t.Helper()
	if err := e.Close(context.Background()); err != nil {
		t.Errorf("close: %v", err)
	}
}

func connect(t *testing.T, a Address) driver.Conn {
	t.Helper()
	connection, err := clickhouse.Open(&clickhouse.Options{
		Addr:        []string{a.Native},
		Auth:        clickhouse.Auth{Username: a.User, Password: a.Password},
		DialTimeout: 5 * time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { connection.Close() })
	return connection
}

// do runs statements as the writer and fails the test when one fails.
func do(t *testing.T, e *Engine, statements ...string) {
	t.Helper()
	connection := connect(t, e.Address(RoleWriter))
	defer connection.Close() // a clean stop waits for open ones
	for _, statement := range statements {
		if err := connection.Exec(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

// ask returns the one string that query yields.
func ask(t *testing.T, a Address, query string) (string, error) {
	t.Helper()
	connection := connect(t, a)
	defer connection.Close() // a clean stop waits for open ones
	var answer string
	err := connection.QueryRow(t.Context(), query).Scan(&answer)
	return answer, err
}

// wantAnswer fails the test unless the writer gets want.
func wantAnswer(t *testing.T, e *Engine, query, want string) {
	t.Helper()
	if got, err := ask(t, e.Address(RoleWriter), query); err != nil || got != want {
		t.Errorf("%s: want %q, got %q, error %v", query, want, got, err)
	}
}

// eventually waits for a condition of another process. The limit only ends a
// test that hangs.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for limit := time.Now().Add(time.Minute); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatalf("not within a minute: %s", what)
		}
	}
}

// exceptionCode is ClickHouse's number of the error, 0 when it is none of its.
func exceptionCode(err error) int32 {
	var exception *clickhouse.Exception
	if errors.As(err, &exception) {
		return exception.Code
	}
	return 0
}
