package engine

import (
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// A full disk is a small one: a tmpfs, which only root may mount.
func TestAFullDiskFailsTheInsertAndNothingElse(t *testing.T) {
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=48m"); err != nil {
		skip(t, "cannot mount a small disk: "+err.Error())
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, 0); err != nil {
			t.Errorf("unmount: %v", err)
		}
	})
	e := start(t, Config{Dir: filepath.Join(dir, "engine")})
	fill(t, e)
	pid := e.State().EnginePID
	err := connect(t, e.Address(RoleWriter)).Exec(t.Context(),
		"insert into bellwether.core_x select rand64() from numbers(20000000)")
	if exceptionCode(err) != 243 {
		t.Errorf("want exception 243, got %v", err)
	}
	if e.State().EnginePID != pid {
		t.Error("the engine was restarted")
	}
	do(t, e, "truncate table bellwether.core_x", "insert into bellwether.core_x values (7)")
	wantAnswer(t, e, total, "7")
}
