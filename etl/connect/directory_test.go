package connect_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

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
	payloads, waiting, err := source.Fetch(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(payloads) != 2 || payloads[0].FileName != "a.csv" || payloads[1].FileName != "b.csv" {
		t.Fatalf("got %+v, want a.csv and b.csv", payloads)
	}
	const sumOfOne = "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed"
	if p := payloads[0]; p.SHA256 != sumOfOne || p.Size != 3 || p.SourceCode != "health" || p.Submitter != "卫健局" || !p.RetrievedAt.Equal(now) {
		t.Errorf("got %+v", p)
	}
	if len(waiting) != 1 || waiting[0].FileName != "new.csv" || !strings.Contains(waiting[0].Reason, "1s") {
		t.Errorf("got %+v, want new.csv to wait", waiting)
	}
	if _, err := os.Stat(filepath.Join(directory, "a.csv")); err != nil {
		t.Errorf("the agency's file is gone: %v", err)
	}
}

func TestDirectoryThatIsNotThereIsAnError(t *testing.T) {
	source := connect.Directory{Path: filepath.Join(t.TempDir(), "none"), Now: time.Now}
	if _, _, err := source.Fetch(t.Context()); err == nil {
		t.Error("got no error")
	}
}
