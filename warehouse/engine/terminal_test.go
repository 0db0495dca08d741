package engine

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/creack/pty"
)

// With this variable set to a data directory the test program runs an engine
// that is tied to it by nothing but the terminal, as where the kernel knows no
// death signal.
const terminalVariable = "BELLWETHER_TEST_TERMINAL"

func runOnTerminal(dir directory) error {
	c, err := Config{Dir: string(dir), Library: libraryUnderTest()}.withDefaults()
	if err != nil {
		return err
	}
	e := &Engine{config: c, dir: dir, owner: &owner{}, passwords: passwords{RoleWriter: "w", RoleAnalyst: "a"}}
	if e.library, err = findLibrary(context.Background(), c); err != nil {
		return err
	}
	if err := dir.create(); err != nil {
		return err
	}
	state, err := e.choosePorts()
	if err != nil {
		return err
	}
	state.Nonce = "nonce"
	if err := dir.writeConfig(c, e.passwords, state.Nonce); err != nil {
		return err
	}
	command, err := e.command(state)
	if err != nil {
		return err
	}
	terminal, inside, err := pty.Open()
	if err != nil {
		return err
	}
	command.Stdin, command.Stdout, command.Stderr = inside, inside, inside
	command.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := command.Start(); err != nil {
		return err
	}
	inside.Close()
	p := &process{terminal: terminal}
	go p.screen.follow(terminal)
	if _, err := e.awaitReady(context.Background(), p, state); err != nil {
		return err
	}
	fmt.Println(command.Process.Pid)
	select {} // until it is killed
}

func TestTheEngineEndsWhenItsTerminalCloses(t *testing.T) {
	requireLibrary(t)
	owner := exec.Command(os.Args[0])
	owner.Env = append(os.Environ(), terminalVariable+"="+t.TempDir())
	output, err := owner.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := owner.Start(); err != nil {
		t.Fatal(err)
	}
	line, _ := bufio.NewReader(output).ReadString('\n')
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatalf("other process: %s", line)
	}
	if err := owner.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	owner.Wait()
	eventually(t, "the engine ends", func() bool { return isGone(pid) })
}
