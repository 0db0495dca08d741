package connect_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bellwether/etl"
	"bellwether/etl/connect"
)

func put(t *testing.T, directory, name, text string, written time.Time) {
	t.Helper()
	path := filepath.Join(directory, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path, written, written); err != nil {
		t.Fatal(err)
	}
}

func TestDirectoryGivesFinishedFilesInOrderAndLeavesThemAlone(t *testing.T) {
	directory, now := t.TempDir(), time.Date(2025, 3, 1, 9, 0, 0, 0, time.UTC)
	put(t, directory, "b.csv", "two", now.Add(-time.Hour))
	put(t, directory, "a.csv", "one", now.Add(-time.Hour))
	put(t, directory, "new.csv", "half", now.Add(-time.Second))
	put(t, directory, "other.xlsx", "x", now.Add(-time.Hour))
	put(t, directory, ".hidden.csv", "x", now.Add(-time.Hour))
	put(t, directory, "~$a.csv", "x", now.Add(-time.Hour))
	if err := os.Mkdir(filepath.Join(directory, "c.csv"), 0o700); err != nil {
		t.Fatal(err)
	}
	source := connect.Directory{Path: directory, Pattern: "*.csv", StableFor: 10 * time.Second, SourceCode: "health",
		Submitter: "卫健局", Now: func() time.Time { return now }}
	pull, err := source.Fetch(t.Context(), etl.Bookmark{})
	if err != nil {
		t.Fatal(err)
	}
	payloads := pull.Payloads
	if len(payloads) != 2 || payloads[0].FileName != "a.csv" || payloads[1].FileName != "b.csv" {
		t.Fatalf("got %+v, want a.csv and b.csv", payloads)
	}
	const sumOfOne = "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed"
	if p := payloads[0]; p.SHA256 != sumOfOne || p.Size != 3 || p.SourceCode != "health" || p.Submitter != "卫健局" || !p.RetrievedAt.Equal(now) {
		t.Errorf("got %+v", p)
	}
	if left := pull.LeftOut; len(left) != 1 || left[0].FileName != "new.csv" || left[0].Reason != etl.FileGrowing || !strings.Contains(left[0].Detail, "1s") {
		t.Errorf("got %+v, want new.csv to wait", left)
	}
	if _, err := os.Stat(filepath.Join(directory, "a.csv")); err != nil {
		t.Errorf("the agency's file is gone: %v", err)
	}
}

func TestDirectorySaysWhichFilesItCouldNotTakeAndTakesTheOthers(t *testing.T) {
	directory, now := t.TempDir(), time.Date(2025, 3, 1, 9, 0, 0, 0, time.UTC)
	put(t, directory, "good.csv", "one", now.Add(-time.Hour))
	put(t, directory, "tomorrow.csv", "clock", now.Add(time.Hour))
	put(t, directory, "secret.csv", "x", now.Add(-time.Hour))
	unreadable := filepath.Join(directory, "secret.csv")
	if err := os.Chmod(unreadable, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := os.ReadFile(unreadable); err == nil { // root reads everything but a file that is a loop
		if err := os.Remove(unreadable); err != nil {
			t.Fatal(err)
		}
	}
	source := connect.Directory{Path: directory, StableFor: time.Minute, Now: func() time.Time { return now }}
	pull, err := source.Fetch(t.Context(), etl.Bookmark{})
	if err != nil {
		t.Fatal(err)
	}
	if len(pull.Payloads) != 1 || pull.Payloads[0].FileName != "good.csv" {
		t.Errorf("got %+v, want good.csv", pull.Payloads)
	}
	for _, left := range pull.LeftOut {
		want := map[string]etl.PullReason{"tomorrow.csv": etl.FileGrowing, "secret.csv": etl.FileUnreadable}[left.FileName]
		if left.Reason != want || left.Detail == "" {
			t.Errorf("got %s, want %s with a detail", left, want)
		}
	}
	if len(pull.LeftOut) == 0 {
		t.Error("nothing was said of the file that is dated tomorrow")
	}
}

func TestAFileThatGoesAwayBetweenListingAndReadingIsSaid(t *testing.T) {
	directory := t.TempDir()
	put(t, directory, "a.csv", "one", time.Now().Add(-time.Hour))
	put(t, directory, "b.csv", "two", time.Now().Add(-time.Hour))
	source := connect.Directory{Path: directory, Now: func() time.Time {
		os.Remove(filepath.Join(directory, "b.csv")) // while a.csv is looked at
		return time.Now()
	}}
	pull, err := source.Fetch(t.Context(), etl.Bookmark{})
	if err != nil || len(pull.Payloads) != 1 || len(pull.LeftOut) != 1 || pull.LeftOut[0].Reason != etl.FileVanished {
		t.Errorf("got %+v, %v, want b.csv left out as vanished", pull, err)
	}
}

func TestDirectoryThatIsNotThereIsAnErrorWithItsReason(t *testing.T) {
	source := connect.Directory{Path: filepath.Join(t.TempDir(), "none"), Now: time.Now}
	var failed *etl.PullError
	if _, err := source.Fetch(t.Context(), etl.Bookmark{}); !errors.As(err, &failed) || failed.Reason != etl.NotThere {
		t.Errorf("got %v", err)
	}
}
