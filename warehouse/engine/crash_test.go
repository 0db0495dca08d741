package engine

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func fill(t *testing.T, e *Engine) {
	t.Helper()
	do(t, e,
		"create database bellwether",
		"create table bellwether.core_x (a UInt64) engine = MergeTree order by a",
		"insert into bellwether.core_x select number from numbers(1000)",
	)
}

const total = "select toString(sum(a)) from bellwether.core_x" // 499500 once filled

func TestAKilledEngineComesBackWithItsData(t *testing.T) {
	e := start(t, Config{})
	fill(t, e)
	for kills := 1; kills <= 2; kills++ {
		killHard(t, e.State().EnginePID)
		eventually(t, "restart", func() bool { return e.Restarts() == kills })
		wantAnswer(t, e, total, "499500")
	}
}

func TestAKilledEngineFailsTheQueryAndAnswersTheNext(t *testing.T) {
	e := start(t, Config{})
	fill(t, e)
	failed := make(chan error)
	go func() {
		_, err := ask(t, e.Address(RoleWriter), "select toString(sum(sleepEachRow(0.1))) from numbers(100) settings max_block_size = 1, function_sleep_max_microseconds_per_block = 0")
		failed <- err
	}()
	eventually(t, "the query runs", func() bool {
		running, err := ask(t, e.Address(RoleWriter), "select toString(count()) from system.processes where query like 'select toString(sum(sleep%'")
		return err == nil && running == "1"
	})
	killHard(t, e.State().EnginePID)
	if err := <-failed; err == nil {
		t.Error("the query of a killed engine has a result")
	}
	eventually(t, "restart", func() bool { return e.Restarts() == 1 })
	wantAnswer(t, e, total, "499500")
}

func TestAClosedEngineStaysDown(t *testing.T) {
	e := start(t, Config{})
	pid := e.State().EnginePID
	killHard(t, pid)
	stop(t, e) // while it is being restarted
	eventually(t, "the engine ends", func() bool { return isGone(pid) })
	if isLocked := e.dir.isLocked(); isLocked {
		t.Error("the directory is still locked")
	}
}

func TestTheEngineDiesWithItsOwnerAndKeepsItsData(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "engine")
	owner := startOwner(t, Config{Dir: dir})
	attached, err := Attach(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	fill(t, attached)
	pid := attached.State().EnginePID

	died := time.Now()
	if err := owner.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the engine ends", func() bool { return isGone(pid) })
	t.Logf("the engine was gone %v after its owner", time.Since(died))

	if _, err := Attach(t.Context(), dir); err == nil {
		t.Error("attached to an engine whose owner is dead")
	}
	wantAnswer(t, start(t, Config{Dir: dir}), total, "499500")
}

func killHard(t *testing.T, pid int) {
	t.Helper()
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
}

// isGone reports whether a process has ended; a zombie that nobody reaps yet has.
func isGone(pid int) bool {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return syscall.Kill(pid, 0) != nil
	}
	_, state, _ := strings.Cut(string(stat), ") ")
	return strings.HasPrefix(state, "Z")
}
