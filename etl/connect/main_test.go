package connect_test

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// TestMain stops the servers that tests have started.
func TestMain(m *testing.M) {
	code := m.Run()
	if database.started {
		if err := database.stop(); err != nil {
			fmt.Fprintln(os.Stderr, "stop PostgreSQL:", err)
			code = max(code, 1)
		}
	}
	os.Exit(code)
}

// program is the path of a program of a Debian package. Without it the test is
// skipped, or fails when nothing may be skipped.
func program(t *testing.T, name, debianPackage string, places ...string) string {
	t.Helper()
	if path, err := exec.LookPath(name); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			return real
		}
	}
	for _, place := range places {
		found, _ := filepath.Glob(filepath.Join(place, name)) // the pattern is sound
		if len(found) > 0 {
			return slices.Max(found)
		}
	}
	message := fmt.Sprintf("%s is not installed; Debian has it in %s", name, debianPackage)
	if os.Getenv("BELLWETHER_REQUIRE") == "all" {
		t.Fatal("BELLWETHER_REQUIRE=all: " + message)
	}
	t.Skip(message)
	return ""
}

// freePort is a port of loopback that nobody listens on.
func freePort(t *testing.T) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}

// awaitPort waits until a server accepts connections.
func awaitPort(t *testing.T, port int, log string) {
	t.Helper()
	for range 200 {
		conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			conn.Close()
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	text, _ := os.ReadFile(log) // what there is of it
	t.Fatalf("nobody answers on port %d; its log: %s", port, text)
}
