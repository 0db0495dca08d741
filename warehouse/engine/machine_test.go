package engine

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// The real package, from nothing. It moves 180 MB, hence not with -short.
func TestTheRealPackageArrivesThroughNPM(t *testing.T) {
	if testing.Short() {
		skip(t, "downloads the engine")
	}
	var downloaded, unpacked int64
	c := Config{CacheDir: filepath.Join(t.TempDir(), "cache"), Progress: func(stage string, done, total int64) {
		switch stage {
		case StageDownload:
			downloaded = max(downloaded, done)
		case StageUnpack:
			unpacked = max(unpacked, done)
		}
	}}
	path, err := Fetch(t.Context(), c)
	if errors.Is(err, ErrNoLibrary) {
		skip(t, err.Error())
	}
	if err != nil {
		t.Fatal(err)
	}
	pin, err := pinned()
	if err != nil {
		t.Fatal(err)
	}
	if downloaded != pin.Size || unpacked != pin.Unpacked {
		t.Errorf("want %d and %d bytes, got %d and %d", pin.Size, pin.Unpacked, downloaded, unpacked)
	}
	if err := pin.checkFully(t.Context(), c.CacheDir); err != nil {
		t.Error(err)
	}
	wantAnswer(t, start(t, Config{Library: path}), "select 'alive'", "alive")
}

// A clickhouse program is stood in for by a script that runs the same engine
// with the arguments the program would get.
func TestAClickhouseProgramRunsInThePlaceOfTheLibrary(t *testing.T) {
	requireLibrary(t)
	c, err := Config{Library: libraryUnderTest()}.withDefaults()
	if err != nil {
		t.Fatal(err)
	}
	found, err := findLibrary(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if found.IsProgram {
		skip(t, "the engine under test is a program already")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	script := fmt.Sprintf(`#!/bin/sh
[ "$1" = local ] || exit 1
shift
[ "$1" = --version ] && echo "ClickHouse local version 26.7.2.1." && exit
%s='%s' exec '%s' "$@"
`, childLibrary, found.Path, self)
	writeTest(t, filepath.Join(dir, "clickhouse"), []byte(script))
	t.Setenv("PATH", dir+":/usr/bin:/bin") // no npm here, or an offline one
	e := start(t, Config{CacheDir: filepath.Join(dir, "cache"), NPM: filepath.Join(dir, "npm")})
	if e.library.Source != SourcePath {
		t.Errorf("want the program on PATH, got %+v", e.library)
	}
	fill(t, e)
	wantAnswer(t, e, total, "499500")
}

func TestAnEngineThatCannotLoadIsQuoted(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "libchdb.so")
	writeTest(t, broken, []byte("\x7fELF broken"))
	_, err := Start(t.Context(), Config{Dir: filepath.Join(t.TempDir(), "engine"), Library: broken})
	if err == nil || !strings.Contains(err.Error(), broken) {
		t.Errorf("want the loader's words, got %v", err)
	}
}

// boot decides by these words whether another try makes sense.
func TestTheEngineSaysWhatItCouldNotHave(t *testing.T) {
	running := start(t, Config{})
	fresh := directory(t.TempDir())
	if err := fresh.create(); err != nil {
		t.Fatal(err)
	}
	for complaint, dir := range map[string]directory{complaintPort: fresh, complaintData: running.dir} {
		t.Run(complaint, func(t *testing.T) {
			e := &Engine{config: running.config, dir: dir, library: running.library, passwords: running.passwords}
			state := running.State() // its ports are taken
			if complaint == complaintData {
				for _, port := range []*int{&state.TCPPort, &state.HTTPPort} {
					free, err := listen(0)
					if err != nil {
						t.Fatal(err)
					}
					*port = free
				}
			}
			if _, err := e.bootOnce(t.Context(), &state); err == nil || !strings.Contains(err.Error(), complaint) {
				t.Errorf("want %q, got %v", complaint, err)
			}
		})
	}
	wantAnswer(t, running, "select 'alive'", "alive")
}

func TestAnOwnerWaitsForTheEngineOfItsPredecessor(t *testing.T) {
	predecessor := start(t, Config{})
	fill(t, predecessor)
	predecessor.owner.lock.Close() // as if its process had died a moment ago
	var closing sync.WaitGroup
	closing.Go(func() {
		time.Sleep(time.Second)
		stop(t, predecessor)
	})
	successor := start(t, Config{Dir: string(predecessor.dir)})
	closing.Wait()
	wantAnswer(t, successor, total, "499500")
}

func TestARestartTakesAnotherPortWhenItsOwnIsGone(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	taken := listener.Addr().(*net.TCPAddr).Port
	if port, err := choosePort(0, taken); err != nil || port == taken {
		t.Errorf("want another port than %d, got %d, error %v", taken, port, err)
	}
	if _, err := choosePort(taken, taken); !errors.Is(err, ErrPortTaken) {
		t.Errorf("a given port: want ErrPortTaken, got %v", err)
	}
	listener.Close()
	if port, err := choosePort(0, taken); err != nil || port != taken {
		t.Errorf("want port %d again, got %d, error %v", taken, port, err)
	}
}

func TestInspectFindsWhatStartWouldUse(t *testing.T) {
	e := start(t, Config{})
	c := Config{Dir: string(e.dir), Library: libraryUnderTest()}
	report, err := Inspect(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if report.Library != e.library.Path || report.LibraryFault != nil {
		t.Errorf("library: want %s, got %s, fault %v", e.library.Path, report.Library, report.LibraryFault)
	}
	if report.Owner == nil || report.Owner.PID != os.Getpid() {
		t.Errorf("owner: want this process, got %+v", report.Owner)
	}
	if report.State == nil || report.State.EnginePID != e.State().EnginePID {
		t.Errorf("state: want %+v, got %+v", e.State(), report.State)
	}
	if report.DirFreeBytes <= 0 || report.CacheFreeBytes <= 0 || report.MaxMemoryBytes <= 0 {
		t.Errorf("machine: got %+v", report)
	}
}

func TestInspectOfNothingChangesNothing(t *testing.T) {
	empty := t.TempDir()
	t.Setenv("PATH", empty)
	c := Config{Dir: filepath.Join(empty, "engine"), CacheDir: filepath.Join(empty, "cache")}
	report, err := Inspect(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if report.LibraryFault == nil || report.Owner != nil || report.State != nil || report.NPM != "" {
		t.Errorf("got %+v", report)
	}
	if entries, err := os.ReadDir(empty); err != nil || len(entries) != 0 {
		t.Errorf("made %v, error %v", entries, err)
	}
}

// Root may do everything, so root runs this test program again as nobody.
func TestANormalUserRunsTheEngineAndIsToldOfReadOnlyDirectories(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("the other tests run as a normal user already")
	}
	requireLibrary(t)
	c, err := Config{Library: libraryUnderTest()}.withDefaults()
	if err != nil {
		t.Fatal(err)
	}
	found, err := findLibrary(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	library, err := os.Open(found.Path) // root's cache is closed to nobody; an open file is not
	if err != nil {
		t.Fatal(err)
	}
	defer library.Close()
	const nobody = 65534
	home, program := openHome(t, nobody)
	link := filepath.Join(home, "libchdb.so")
	if err := os.Symlink("/proc/self/fd/3", link); err != nil {
		t.Fatal(err)
	}

	run := func(dir string) (string, error) {
		command := exec.Command(program)
		config := fmt.Sprintf(`{"Dir": %q, "Library": %q}`, dir, link)
		command.Env = []string{ownerVariable + "=" + config, "HOME=" + home}
		command.ExtraFiles = []*os.File{library} // becomes 3, in the engine's child too
		command.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
		output, err := command.CombinedOutput() // its standard input ends at once, so it stops
		return string(output), err
	}
	if output, err := run(filepath.Join(home, "engine")); err != nil || output != "ready\n" {
		t.Errorf("own directory: %v: %s", err, output)
	}
	closed := filepath.Join(home, "closed")
	if err := os.Mkdir(closed, 0o555); err != nil {
		t.Fatal(err)
	}
	if output, err := run(filepath.Join(closed, "engine")); err == nil || !strings.Contains(output, "permission denied") {
		t.Errorf("read-only directory: %v: %s", err, output)
	}
}

// openHome returns a directory of user, and a copy of this program that user may run.
func openHome(t *testing.T, user int) (home, program string) {
	t.Helper()
	home, err := os.MkdirTemp("", "bellwether-nobody-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(home) })
	program = filepath.Join(home, "program")
	source, err := os.Open(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	target, err := os.OpenFile(program, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.Copy(target, source)
	if err := errors.Join(err, target.Close(), os.Chown(home, user, user)); err != nil {
		t.Fatal(err)
	}
	return home, program
}
