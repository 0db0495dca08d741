package engine

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestASecondOwnerIsToldWhoTheFirstIs(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "engine")
	owner := startOwner(t, Config{Dir: dir})
	_, err := Start(t.Context(), Config{Dir: dir, Library: libraryUnderTest()})
	var locked *LockedError
	if !errors.Is(err, ErrLocked) || !errors.As(err, &locked) {
		t.Fatalf("want ErrLocked, got %v", err)
	}
	host, _ := os.Hostname()
	if h := locked.Holder; h.PID != owner.Process.Pid || h.Host != host || h.Since.IsZero() {
		t.Errorf("want process %d on %s, got %+v", owner.Process.Pid, host, h)
	}
	if _, err := Attach(t.Context(), dir); err != nil {
		t.Errorf("the refused start hurt the first owner: %v", err)
	}
}

func TestASecondStartInOneProcessIsRefused(t *testing.T) {
	e := start(t, Config{})
	if _, err := Start(t.Context(), Config{Dir: string(e.dir), Library: libraryUnderTest()}); !errors.Is(err, ErrLocked) {
		t.Errorf("want ErrLocked, got %v", err)
	}
	wantAnswer(t, e, "select 'alive'", "alive")
}

func TestAttachFollowsTheEngineOfAnotherProcess(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "engine")
	startOwner(t, Config{Dir: dir})
	attached, err := Attach(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if attached.IsOwner() {
		t.Error("an attached engine claims to be owned")
	}
	fill(t, attached)

	killHard(t, attached.State().EnginePID)
	eventually(t, "the owner restarts it", func() bool { return attached.Restarts() == 1 })
	wantAnswer(t, attached, total, "499500")

	stop(t, attached)
	wantAnswer(t, attached, total, "499500")
}

func TestAttachWithoutAnEngineSaysSo(t *testing.T) {
	stopped := start(t, Config{})
	stop(t, stopped)
	for _, dir := range []string{string(stopped.dir), filepath.Join(t.TempDir(), "missing"), t.TempDir()} {
		if _, err := Attach(t.Context(), dir); !errors.Is(err, ErrNotRunning) {
			t.Errorf("want ErrNotRunning, got %v", err)
		}
	}
}

func TestACleanStopLeavesTheDataAndNothingThatRuns(t *testing.T) {
	e := start(t, Config{})
	fill(t, e)
	pid := e.State().EnginePID
	stop(t, e)
	stop(t, e) // twice is once
	if !isGone(pid) {
		t.Error("the engine still runs")
	}
	if _, err := os.Stat(e.dir.state()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the state file is still there: %v", err)
	}
	again := start(t, Config{Dir: string(e.dir)})
	wantAnswer(t, again, total, "499500")
}

func TestCloseThatMayNotWaitKillsTheEngine(t *testing.T) {
	requireLibrary(t)
	e, err := Start(t.Context(), Config{Dir: filepath.Join(t.TempDir(), "engine"), Library: libraryUnderTest()})
	if err != nil {
		t.Fatal(err)
	}
	pid := e.State().EnginePID
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if err := e.Close(over); err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("want the context's error or none, got %v", err)
	}
	if !isGone(pid) {
		t.Error("the engine still runs")
	}
}

func TestATakenPortIsNamed(t *testing.T) {
	requireLibrary(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	taken := listener.Addr().(*net.TCPAddr).Port
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	for _, c := range []Config{{TCPPort: taken}, {HTTPPort: taken}} {
		c.Dir, c.Library = filepath.Join(t.TempDir(), "engine"), libraryUnderTest()
		_, err := Start(t.Context(), c)
		if !errors.Is(err, ErrPortTaken) || !strings.Contains(err.Error(), port) {
			t.Errorf("want ErrPortTaken with port %s, got %v", port, err)
		}
		if directory(c.Dir).isLocked() {
			t.Error("a failed start keeps the directory locked")
		}
	}
}

func TestGivenPortsAreUsed(t *testing.T) {
	tcp, err := listen(0)
	if err != nil {
		t.Fatal(err)
	}
	http, err := listen(0)
	if err != nil {
		t.Fatal(err)
	}
	e := start(t, Config{TCPPort: tcp, HTTPPort: http})
	if s := e.State(); s.TCPPort != tcp || s.HTTPPort != http {
		t.Errorf("want ports %d and %d, got %+v", tcp, http, s)
	}
	wantAnswer(t, e, "select 'alive'", "alive")
}

func TestAnyDirectoryNameWorks(t *testing.T) {
	for _, name := range []string{"with spaces", "秀峰区 妇女儿童", `<a&b>"'`} {
		t.Run(name, func(t *testing.T) {
			e := start(t, Config{Dir: filepath.Join(t.TempDir(), name, "engine")})
			fill(t, e)
			wantAnswer(t, e, total, "499500")
			do(t, e, "backup database bellwether to File('full')")
			if _, err := os.Stat(filepath.Join(e.BackupDir(), "full")); err != nil {
				t.Errorf("backup: %v", err)
			}
		})
	}
}

func TestADirectoryThatCannotBeUsedIsNamed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{file, filepath.Join(file, "below"), "/proc/bellwether"} {
		_, err := Start(t.Context(), Config{Dir: dir})
		if err == nil || !strings.Contains(err.Error(), dir) && !strings.Contains(err.Error(), file) {
			t.Errorf("want an error that names %s, got %v", dir, err)
		}
	}
}

func TestConfigNamesAllItsFaults(t *testing.T) {
	_, err := Start(t.Context(), Config{TCPPort: -1, HTTPPort: 70000, Database: "core_*"})
	if err == nil {
		t.Fatal("want an error")
	}
	for _, fault := range []string{"engine directory", "-1", "70000", `"core_*"`} {
		if !strings.Contains(err.Error(), fault) {
			t.Errorf("want %s in %q", fault, err)
		}
	}
}
