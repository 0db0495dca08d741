package engine

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Limits of one start. A first answer takes about a second, also after a crash;
// a machine under load and a large directory need room.
const (
	readyWithin   = 3 * time.Minute
	unlockWithin  = 15 * time.Second
	probeInterval = 30 * time.Millisecond
	stopWithin    = 20 * time.Second
)

// How the engine says, on its terminal, that it could not have what it needs.
const (
	complaintPort = "Address already in use"
	complaintData = "Cannot lock file"
)

// boot starts the engine and returns when it answers as ours. Ports that were
// asked for stay; free ones are chosen again when another program was faster.
// Data still locked by the engine of an owner that has just died is waited for.
func (e *Engine) boot(ctx context.Context) (*process, State, error) {
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	mayBeLocked := time.Now().Add(unlockWithin)
	for attempt := 1; ; attempt++ {
		state, err := e.choosePorts()
		if err != nil {
			return nil, state, err
		}
		p, err := e.bootOnce(ctx, &state)
		if err == nil {
			return p, state, nil
		}
		retry := strings.Contains(err.Error(), complaintPort) && attempt < 5 ||
			strings.Contains(err.Error(), complaintData) && time.Now().Before(mayBeLocked)
		if !retry || ctx.Err() != nil {
			return nil, state, err
		}
		time.Sleep(200 * time.Millisecond)
	}
}

func (e *Engine) bootOnce(ctx context.Context, state *State) (*process, error) {
	state.Nonce = randomHex()
	if err := e.dir.writeConfig(e.config, e.passwords, state.Nonce); err != nil {
		return nil, err
	}
	command, err := e.command(*state)
	if err != nil {
		return nil, err
	}
	p, err := launch(command)
	if err != nil {
		return nil, err
	}
	state.OwnerPID, state.EnginePID = os.Getpid(), p.pid
	state.StartedAt = time.Now().UTC()
	state.Version, err = e.awaitReady(ctx, p, *state)
	if err != nil {
		p.kill()
		p.stop(ctx)
		return nil, err
	}
	return p, nil
}

// command is this program as the engine's child, or the clickhouse program.
func (e *Engine) command(s State) (*exec.Cmd, error) {
	args := []string{
		"--path=" + e.dir.data(),
		"--config-file=" + e.dir.config(),
		"--listen_host=127.0.0.1",
		"--tcp_port=" + strconv.Itoa(s.TCPPort),
		"--http_port=" + strconv.Itoa(s.HTTPPort),
		"--interactive", "--history_file=/dev/null", "--disable_suggestion",
		"--query", "SYSTEM START LISTEN TCP; SYSTEM START LISTEN HTTP",
	}
	environment := childEnvironment(os.Environ())
	var command *exec.Cmd
	if e.library.IsProgram {
		command = exec.Command(e.library.Path, append([]string{"local"}, args...)...)
	} else {
		self, err := os.Executable()
		if err != nil {
			return nil, fmt.Errorf("find own program: %w", err)
		}
		command = exec.Command(self, args...)
		environment = append(environment, childLibrary+"="+e.library.Path)
	}
	command.Args[0] = "clickhouse"
	command.Env = environment
	command.Dir = e.dir.userFiles()
	return command, nil
}

// childEnvironment leaves out what would log the engine's own session in as
// somebody else, and sets the time zone, which config.xml cannot.
func childEnvironment(environment []string) []string {
	kept := []string{"TZ=UTC"}
	for _, variable := range environment {
		if !strings.HasPrefix(variable, "CLICKHOUSE_") && !strings.HasPrefix(variable, "TZ=") {
			kept = append(kept, variable)
		}
	}
	return kept
}

// choosePorts keeps the ports of the last run where they are still free.
func (e *Engine) choosePorts() (State, error) {
	last := e.State()
	state := State{Restarts: last.Restarts, BackupDir: e.config.BackupDir, Roles: e.config.roles()}
	var err error
	if state.TCPPort, err = choosePort(e.config.TCPPort, last.TCPPort); err != nil {
		return state, err
	}
	state.HTTPPort, err = choosePort(e.config.HTTPPort, last.HTTPPort)
	return state, err
}

func choosePort(fixed, last int) (int, error) {
	if fixed != 0 {
		_, err := listen(fixed)
		return fixed, err
	}
	if port, err := listen(last); err == nil {
		return port, nil
	}
	return listen(0)
}

// listen reports whether the port is free, and which one it was when asked for 0.
func listen(port int) (int, error) {
	listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if errors.Is(err, syscall.EADDRINUSE) {
		return 0, fmt.Errorf("%w: 端口 %d 已被占用 / port %[2]d on 127.0.0.1", ErrPortTaken, port)
	}
	if err != nil {
		return 0, fmt.Errorf("listen on port %d: %w", port, err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}
