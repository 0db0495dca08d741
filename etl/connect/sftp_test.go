package connect_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bellwether/etl"
	"bellwether/etl/connect"
)

// names are the file names of a pull, in order, and what it left out.
func names(pull etl.Pull) string {
	var all []string
	for _, p := range pull.Payloads {
		all = append(all, p.FileName)
	}
	for _, left := range pull.LeftOut {
		all = append(all, left.FileName+"="+string(left.Reason))
	}
	return strings.Join(all, " ")
}

func pulled(t *testing.T, s connect.SFTP, last etl.Bookmark) etl.Pull {
	t.Helper()
	pull, err := s.Fetch(t.Context(), last)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pull.Close() })
	return pull
}

func TestSFTPBringsFilesAndLeavesThemAlone(t *testing.T) {
	s := openSSH(t)
	s.Pattern = "*.csv"
	old := time.Now().Add(-time.Hour)
	put(t, s.Path, "b.csv", "two", old)
	put(t, s.Path, "a.csv", "one", old)
	put(t, s.Path, "other.xlsx", "x", old)
	put(t, s.Path, ".a.csv.part", "x", old)
	put(t, s.Path, "huge.csv", strings.Repeat("x", 2000), old)
	s.MaxBytes = 1000
	pull := pulled(t, s, etl.Bookmark{})
	if got, want := names(pull), "a.csv b.csv huge.csv=too_large"; got != want {
		t.Fatalf("got %s, want %s", got, want)
	}
	const sumOfOne = "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed"
	p := pull.Payloads[0]
	if text, err := os.ReadFile(p.Path); err != nil || string(text) != "one" || p.SHA256 != sumOfOne || p.Size != 3 {
		t.Errorf("got %+v with %q, %v", p, text, err)
	}
	if want := "sftp://" + s.Address + s.Path + "/a.csv"; p.Location != want || strings.Contains(p.Location, s.UserName+"@") {
		t.Errorf("location %s, want %s", p.Location, want)
	}
	left, err := os.ReadDir(s.Path)
	if err != nil || len(left) != 5 {
		t.Errorf("the directory of the agency holds %d files, want 5 (%v)", len(left), err)
	}
	if found, err := s.Check(t.Context()); err != nil || !strings.Contains(found, "files: 3") {
		t.Errorf("got %q, %v", found, err)
	}
}

func TestSFTPTransfersNothingWhenTheFilesAreThoseOfTheLastPull(t *testing.T) {
	s := openSSH(t)
	put(t, s.Path, "a.csv", "one", time.Now().Add(-time.Hour))
	first := pulled(t, s, etl.Bookmark{})
	if again := pulled(t, s, first.Bookmark); len(again.Payloads) != 0 || again.Bookmark != first.Bookmark || again.Remark == "" {
		t.Errorf("got %+v, want nothing", again)
	}
	put(t, s.Path, "a.csv", "corrected", time.Now().Add(-time.Minute))
	if again := pulled(t, s, first.Bookmark); names(again) != "a.csv" {
		t.Errorf("got %s, want the corrected file", names(again))
	}
}

func TestSFTPLeavesAFileThatIsStillWrittenTo(t *testing.T) {
	s := openSSH(t)
	s.StableFor = 300 * time.Millisecond
	put(t, s.Path, "done.csv", "one", time.Now())
	growing := filepath.Join(s.Path, "growing.csv")
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			case <-time.After(20 * time.Millisecond):
				os.WriteFile(growing, []byte(strings.Repeat("x", i)), 0o600) // a failure would show below
			}
		}
	}()
	for _, err := os.Stat(growing); err != nil; _, err = os.Stat(growing) {
		time.Sleep(10 * time.Millisecond)
	}
	pull := pulled(t, s, etl.Bookmark{})
	close(stop)
	<-stopped
	if got, want := names(pull), "done.csv growing.csv=file_growing"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := names(pulled(t, s, pull.Bookmark)), "done.csv growing.csv"; got != want {
		t.Errorf("afterwards got %s, want %s", got, want)
	}
}

func TestACompanionSaysThatAFileIsFinished(t *testing.T) {
	s := openSSH(t)
	s.Done = ".done"
	put(t, s.Path, "a.csv", "one", time.Now())
	put(t, s.Path, "a.csv.done", "", time.Now())
	put(t, s.Path, "b.csv", "half", time.Now())
	put(t, s.Path, "c.csv", "written anew", time.Now())
	put(t, s.Path, "c.csv.done", "of the file before", time.Now().Add(-time.Hour))
	if got, want := names(pulled(t, s, etl.Bookmark{})), "a.csv b.csv=file_growing c.csv=file_growing"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestEveryFailureOfSFTPHasItsReason(t *testing.T) {
	good := openSSH(t)
	_, otherHost := newKey(t, "")
	otherKey, _ := newKey(t, "")
	lockedKey, _ := newKey(t, "passphrase")
	for name, one := range map[string]struct {
		change func(s *connect.SFTP)
		want   etl.PullReason
	}{
		"another host key":       {func(s *connect.SFTP) { s.HostKey = otherHost }, etl.HostKeyChanged},
		"no host key":            {func(s *connect.SFTP) { s.HostKey = "" }, etl.HostKeyChanged},
		"a host key of no sense": {func(s *connect.SFTP) { s.HostKey = "ssh-rsa AAAA" }, etl.HostKeyChanged},
		"another client key":     {func(s *connect.SFTP) { s.Key = connect.NewSecret("", otherKey) }, etl.AccessDenied},
		"a key without its word": {func(s *connect.SFTP) { s.Key = connect.NewSecret("", lockedKey) }, etl.SecretMissing},
		"a key that is not there": {func(s *connect.SFTP) {
			s.Key = connect.NewSecret("", "/nowhere/key")
		}, etl.SecretMissing},
		"no such directory": {func(s *connect.SFTP) { s.Path += "/none" }, etl.NotThere},
		"nobody listens":    {func(s *connect.SFTP) { s.Address = "127.0.0.1:1" }, etl.Unreachable},
		"too slow": {func(s *connect.SFTP) {
			s.StableFor, s.TimeLimit = time.Minute, 2*time.Second
		}, etl.TimeLimit},
	} {
		t.Run(name, func(t *testing.T) {
			s := good
			put(t, s.Path, "a.csv", "one", time.Now().Add(-time.Hour))
			one.change(&s)
			_, err := s.Fetch(t.Context(), etl.Bookmark{})
			var failed *etl.PullError
			if !errors.As(err, &failed) || failed.Reason != one.want {
				t.Errorf("got %v, want %s", err, one.want)
			}
			if files, err := os.ReadDir(s.Spool); err != nil || len(files) != 0 {
				t.Errorf("%d files are left in the spool directory (%v)", len(files), err)
			}
		})
	}
}

func TestAChangedHostKeyIsNamedByItsFingerprint(t *testing.T) {
	s := openSSH(t)
	_, s.HostKey = newKey(t, "")
	_, err := s.Fetch(t.Context(), etl.Bookmark{})
	if err == nil || !strings.HasPrefix(err.Error(), "host_key_changed: ") || strings.Count(err.Error(), "SHA256:") != 2 {
		t.Errorf("got %v, want both fingerprints", err)
	}
	s = passwordServer(t, "x")
	s.HostKey = ecdsaLine(t)
	if _, err := s.Fetch(t.Context(), etl.Bookmark{}); err == nil || !strings.HasPrefix(err.Error(), "host_key_changed: ") || !strings.Contains(err.Error(), "ecdsa") {
		t.Errorf("a server without a key of the pinned kind: got %v", err)
	}
}

func TestSFTPAnswersADialogueWithThePasswordAndNeverShowsIt(t *testing.T) {
	const password = "hunter2-of-sftp"
	s := passwordServer(t, password)
	put(t, s.Path, "a.csv", "one", time.Now())
	s.Password = connect.NewSecret("", secret(t, password))
	if got := names(pulled(t, s, etl.Bookmark{})); got != "a.csv" {
		t.Errorf("got %s", got)
	}
	s.Password = connect.NewSecret("hunter2-wrong", "")
	_, err := s.Fetch(t.Context(), etl.Bookmark{})
	var failed *etl.PullError
	if !errors.As(err, &failed) || failed.Reason != etl.AccessDenied || strings.Contains(fmt.Sprintf("%v %+v", err, s), "hunter2") {
		t.Errorf("got %v with %+v", err, s)
	}
}

// TestEveryFetchEndsWithItsContext and leaves no file behind.
func TestEveryFetchEndsWithItsContext(t *testing.T) {
	slow := openSSH(t)
	slow.StableFor, slow.TimeLimit = time.Minute, time.Hour
	put(t, slow.Path, "a.csv", "one", time.Now())
	asleep := query(t, "select pg_sleep(60)")
	for name, one := range map[string]struct {
		fetch func(context.Context, etl.Bookmark) (etl.Pull, error)
		spool string
	}{"SFTP": {slow.Fetch, slow.Spool}, "PostgreSQL": {asleep.Fetch, asleep.Spool}} {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(300*time.Millisecond, cancel)
		if _, err := one.fetch(ctx, etl.Bookmark{}); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: got %v, want the cancellation", name, err)
		}
		if files, err := os.ReadDir(one.spool); err != nil || len(files) != 0 {
			t.Errorf("%s: %d files are left in the spool directory (%v)", name, len(files), err)
		}
	}
}
