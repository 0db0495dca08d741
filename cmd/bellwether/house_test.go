package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"bellwether/warehouse"
	"bellwether/warehouse/engine"
)

// figuresOfANight is how many figures a file of these tests holds: 20 indicators and
// 15 years, all of them changed each night.
const figuresOfANight = 20 * 15

// house is a daemon of its own that is killed again and again, with the folder it
// reads from and the program that it tells of alerts.
type house struct {
	t       *testing.T
	program string
	dir     string
	daemon  *exec.Cmd
	ended   chan error // of the daemon
	fell    int        // how often it ended by itself
	log     *os.File
	hook    string // address of the program

	mu       sync.Mutex
	messages map[string]string // what was taken, by message and key: its body
	told     map[string]int    // how often each alert and event was told, by its key
	isDown   bool
	conflict string
}

func openHouse(t *testing.T) *house {
	t.Helper()
	needEngine(t)
	h := &house{t: t, dir: t.TempDir(), messages: map[string]string{}, told: map[string]int{}}
	h.program = filepath.Join(h.dir, "bellwether")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", h.program, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	hook := httptest.NewServer(http.HandlerFunc(h.take))
	t.Cleanup(hook.Close)
	h.hook = hook.URL
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	h.write("config.yaml", `
data_dir: `+filepath.Join(h.dir, "data")+`
http: {listen: `+listener.Addr().String()+`}
log: {level: info}
sources:
  - name: night
    form: public/sdmx
    accept_new_indicators: true
    directory: {path: `+filepath.Join(h.dir, "inbox")+`, pattern: "*.csv", stable: 0s}
    schedule: "@every 1s"
    retry_wait: 1s
evaluate: {schedule: "@every 10s"}
deliver:
  schedule: "@every 2s"
  channels:
    - name: duty
      webhook: {url: "${HOOK_URL}", secret: "${HOOK_SECRET}"}
backup: {schedule: "", drill_schedule: ""}
`)
	if err := os.Mkdir(filepath.Join(h.dir, "inbox"), 0o700); err != nil {
		t.Fatal(err)
	}
	if h.log, err = os.Create(filepath.Join(h.dir, "log")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		h.end(syscall.SIGKILL)
		h.log.Close()
	})
	return h
}

// needProc skips a test that looks at other processes where the system does not show them.
func needProc(t *testing.T) {
	t.Helper()
	if _, err := os.Stat("/proc/self/status"); err == nil {
		return
	}
	if os.Getenv("BELLWETHER_REQUIRE") == "all" {
		t.Fatal("there is no /proc, and BELLWETHER_REQUIRE=all")
	}
	t.Skip("there is no /proc to look at other processes in")
}

// write puts a file in place at once, as a clerk's program does.
func (h *house) write(name, text string) {
	h.t.Helper()
	path := filepath.Join(h.dir, name)
	if err := os.WriteFile(path+".part", []byte(text), 0o600); err != nil {
		h.t.Fatal(err)
	}
	if err := os.Rename(path+".part", path); err != nil {
		h.t.Fatal(err)
	}
}

// submit hands in the file of a night, in which each figure is the number of the night.
func (h *house) submit(night int) {
	var text strings.Builder
	text.WriteString("DATAFLOW,REF_AREA,INDICATOR,SEX,TIME_PERIOD,OBS_VALUE,UNIT_MEASURE\n")
	for i := range figuresOfANight {
		fmt.Fprintf(&text, "UNICEF:NIGHTS(1.0),CHN,NIGHT_%02d,_T,%d,%d,PCNT\n", i/15, 2010+i%15, night)
	}
	h.write(fmt.Sprintf("inbox/night_%04d.csv", night), text.String())
}

// take is the program that is told of alerts. It has to get the same body with the
// same identity, however often.
func (h *house) take(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	var m struct {
		ID     string `json:"message_id"`
		Alerts []struct {
			Key string `json:"idempotency_key"`
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if err != nil || json.Unmarshal(body, &m) != nil || h.isDown {
		http.Error(w, "closed for the night", http.StatusServiceUnavailable)
		return
	}
	if _, isKnown := h.messages[m.ID]; isKnown { // sent again after a kill: the program drops it
		return
	}
	h.messages[m.ID] = string(body)
	for _, a := range m.Alerts {
		if h.told[a.Key]++; h.told[a.Key] > 1 {
			h.conflict = "an event was told in two messages: " + string(body)
		}
	}
}

func (h *house) start() {
	h.t.Helper()
	h.daemon = exec.Command(h.program, "--config", filepath.Join(h.dir, "config.yaml"), "serve")
	h.daemon.Env = append(os.Environ(), "HOOK_SECRET=of-the-test", "HOOK_URL="+h.hook)
	h.daemon.Stdout, h.daemon.Stderr = h.log, h.log
	if err := h.daemon.Start(); err != nil {
		h.t.Fatal(err)
	}
	ended, daemon := make(chan error, 1), h.daemon
	h.ended = ended
	go func() { ended <- daemon.Wait() }()
}

// restart starts a daemon again that has ended by itself, as systemd does.
func (h *house) restart() {
	h.t.Helper()
	select {
	case err := <-h.ended:
		h.t.Logf("the daemon ended by itself: %v", err)
		h.fell++
		h.start()
	default:
	}
}

// end sends the daemon a signal and waits until it is gone.
func (h *house) end(signal os.Signal) error {
	if h.daemon == nil {
		return nil
	}
	h.daemon.Process.Signal(signal)
	h.daemon = nil
	return <-h.ended
}

// attach opens the warehouse of the running daemon, or gives up after a while.
func (h *house) attach(patience time.Duration) (*warehouse.Warehouse, *engine.Engine) {
	h.t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(100 * time.Millisecond) {
		e, err := engine.Attach(h.t.Context(), filepath.Join(h.dir, "data"))
		if err == nil {
			w, err := warehouse.Open(warehouse.Config{Engine: e, Database: "bellwether"})
			if err != nil {
				h.t.Fatal(err)
			}
			return w, e
		}
		h.restart()
		if time.Now().After(deadline) {
			text, _ := os.ReadFile(h.log.Name())
			h.t.Fatalf("the engine does not answer: %v\n%s", err, text[max(0, len(text)-4000):])
		}
	}
}

// number is the only value of an answer, a UInt64; an error when nothing answers just now.
func number(ctx context.Context, w *warehouse.Warehouse, question string) (n float64, err error) {
	result, err := w.Query(ctx, warehouse.Question{SQL: question, Role: warehouse.Writer})
	if err != nil {
		return 0, err
	}
	for row, err := range result.Rows() {
		if err != nil {
			return 0, err
		}
		n, _ := row[0].(uint64)
		return float64(n), nil
	}
	return 0, errors.New("there is no answer")
}

// awaitService waits until the daemon serves.
func (h *house) awaitService() {
	h.t.Helper()
	deadline := time.Now().Add(2 * time.Minute)
	for !strings.Contains(h.said(), "msg=serving") {
		select {
		case err := <-h.ended:
			h.t.Fatalf("the daemon ended: %v\n%s", err, h.said())
		case <-time.After(100 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			h.t.Fatalf("the daemon does not serve\n%s", h.said())
		}
	}
}

// said is what the daemon has logged.
func (h *house) said() string {
	text, err := os.ReadFile(h.log.Name())
	if err != nil {
		h.t.Fatal(err)
	}
	return string(text)
}

// waitFor waits until a question answers 1.
func (h *house) waitFor(w *warehouse.Warehouse, what, question string) {
	h.t.Helper()
	for deadline := time.Now().Add(3 * time.Minute); ; time.Sleep(500 * time.Millisecond) {
		n, err := number(h.t.Context(), w, question)
		if err == nil && n == 1 {
			return
		}
		h.restart()
		if time.Now().After(deadline) {
			text, _ := os.ReadFile(h.log.Name())
			h.t.Fatalf("waited in vain until %s: %v, %v\n%s\n%s", what, n, err, h.account(w), text[max(0, len(text)-4000):])
		}
	}
}
