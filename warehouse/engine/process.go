package engine

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/creack/pty"
)

// process is one run of the engine on its pseudo-terminal.
type process struct {
	terminal *os.File
	pid      int
	screen   screen
	kill     func() error
	ended    chan struct{} // closed when the process is gone
	outcome  string        // how it ended, such as "signal: killed", valid then
	drained  chan struct{} // closed when all it printed is on the screen
}

// launch starts command on a terminal of its own, which ends with this process.
func launch(command *exec.Cmd) (*process, error) {
	terminal, inside, err := pty.Open()
	if err != nil {
		return nil, fmt.Errorf("open terminal: %w", err)
	}
	command.Stdin, command.Stdout, command.Stderr = inside, inside, inside
	command.SysProcAttr = childAttributes()

	p := &process{terminal: terminal, ended: make(chan struct{}), drained: make(chan struct{})}
	started := make(chan error)
	go func() {
		// Linux sends the death signal when the thread that forked ends, so
		// that thread has to live as long as the child.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := command.Start()
		inside.Close()
		started <- err
		if err == nil {
			command.Wait() // its error says no more than the outcome
			p.outcome = command.ProcessState.String()
			close(p.ended)
		}
	}()
	if err := <-started; err != nil {
		terminal.Close()
		return nil, fmt.Errorf("start engine: %w", err)
	}
	p.pid, p.kill = command.Process.Pid, command.Process.Kill
	go func() {
		p.screen.follow(terminal)
		close(p.drained)
	}()
	return p, nil
}

// stop asks the engine to end, and kills it when it has not by the end of ctx.
// It asks again and again because the engine drops what was typed before its
// prompt came up.
func (p *process) stop(ctx context.Context) {
	defer p.terminal.Close()
	again := time.NewTicker(250 * time.Millisecond)
	defer again.Stop()
	for {
		p.terminal.WriteString("exit\n") // fails only when the engine has ended by itself
		select {
		case <-p.ended:
			return
		case <-ctx.Done():
			p.kill()
			<-p.ended
			return
		case <-again.C:
		}
	}
}

// lastWords says how an ended engine ended, and why as far as it printed it.
func (p *process) lastWords() string {
	select {
	case <-p.drained:
	case <-time.After(time.Second): // a descendant holds the terminal open
	}
	return fmt.Sprintf("%s: %s", p.outcome, p.screen.complaint())
}

// screen keeps the last of what the engine printed, for error messages. The
// engine stands still when nobody reads its terminal.
type screen struct {
	mu   sync.Mutex
	text []byte
}

const screenSize = 16 << 10

func (s *screen) follow(terminal *os.File) {
	chunk := make([]byte, 4096)
	for {
		n, err := terminal.Read(chunk)
		s.mu.Lock()
		s.text = append(s.text, chunk[:n]...)
		s.text = s.text[max(0, len(s.text)-screenSize):]
		s.mu.Unlock()
		if err != nil { // EIO once the engine has ended
			return
		}
	}
}

// exception returns the last line in which ClickHouse reported an exception.
func (s *screen) exception() (line string, found bool) {
	for _, line := range slices.Backward(s.lines()) {
		if at := strings.Index(line, "Code: "); at >= 0 {
			return line[at:], true
		}
	}
	return "", false
}

// complaint returns the last exception, or else the end of what was printed.
func (s *screen) complaint() string {
	if line, found := s.exception(); found {
		return line
	}
	lines := s.lines()
	return strings.Join(lines[max(0, len(lines)-5):], "; ")
}

func (s *screen) lines() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.FieldsFunc(string(s.text), func(r rune) bool { return r == '\n' || r == '\r' })
}
