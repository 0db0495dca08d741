package warehouse

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"bellwether/warehouse/warehousetest"
)

// here is the folder of backups of the engine that the tests share.
var here = Destination{}

// withBackup is a warehouse with two submissions, verdicts and a backup.
func withBackup(t *testing.T) (*Warehouse, BackupRecord) {
	t.Helper()
	warehousetest.Engine(t) // a server of somebody may have no folder for backups
	w := withTarget(t)
	load(t, w, info("health/annual"), []figure{{year: 2023, value: 3}, {year: 2024, value: 6}})
	load(t, w, complete("second"), secondSubmission())
	settle(t, w)
	record, err := w.Backup(t.Context(), here, "run")
	if err != nil {
		t.Fatal(err)
	}
	return w, record
}

// hashesOfViews are those of all that people read, but for the checks, which need the
// whole catalog; a script holds those against each other.
func hashesOfViews(t *testing.T, w *Warehouse) map[string]string {
	t.Helper()
	var views []struct {
		Name string `ch:"name"`
	}
	err := w.choose(t.Context(), &views, `select name from system.tables where database = currentDatabase() and engine = 'View'
		and (startsWith(name, 'core_') or startsWith(name, 'mart_')) and name != 'core_backup' and not match(name, '^mart_(check|finding)') order by name`)
	if err != nil {
		t.Fatal(err)
	}
	hashes := map[string]string{}
	for _, v := range views {
		hashes[v.Name] = ask[string](t, w, "select toString(tuple(count(), sum(cityHash64(tuple(*))))) from "+v.Name)
	}
	return hashes
}

func TestARestoredWarehouseIsTheOneThatWasBackedUp(t *testing.T) {
	w, record := withBackup(t)
	if record.State != BackupDone || record.Bytes == 0 {
		t.Errorf("the record is %+v", record)
	}
	want := hashesOfViews(t, w)
	if _, err := w.Restore(t.Context(), record.Name, here); !errors.Is(err, ErrNotEmpty) {
		t.Fatalf("over a warehouse that holds something: %v", err)
	}
	if err := w.onServer(t.Context(), "drop database if exists "+w.database+" sync"); err != nil {
		t.Fatal(err)
	}
	contents, err := w.Restore(t.Context(), record.Name, here)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(contents, func(c TableContent) bool { return c.Table == "fct_observation" && c.Rows > 5 }) {
		t.Errorf("it holds %+v", contents)
	}
	for name, hash := range hashesOfViews(t, w) {
		if hash != want[name] {
			t.Errorf("%s gives %s, before the loss it gave %s", name, hash, want[name])
		}
	}
	commit := load(t, w, info("health/annual"), []figure{{year: 2025, value: 9}})
	if commit.VersionCount != 1 {
		t.Errorf("a load afterwards commits %d versions", commit.VersionCount)
	}
}

func TestADrillFindsABackupThatIsWholeAndOneThatIsNot(t *testing.T) {
	w, record := withBackup(t)
	t.Run("whole", func(t *testing.T) {
		verified, err := w.Drill(t.Context(), record.Name, here, "run")
		if err != nil || verified.State != BackupVerified {
			t.Fatalf("got %+v, %v", verified, err)
		}
		if n := ask[uint64](t, w, "select count() from system.databases where startsWith(name, '"+w.database+scratchMark+"')"); n != 0 {
			t.Errorf("%d databases are left behind", n)
		}
	})
	t.Run("it says that it holds something else", func(t *testing.T) {
		forged := BackupRecord{
			Name: w.database + "-20200101T000000000Z", State: BackupBegun, RecordedAt: time.Now(),
			Contents: `[{"table":"fct_observation","rows":1,"hash":"7"}]`,
		}
		if err := w.AppendBackup(t.Context(), forged); err != nil {
			t.Fatal(err)
		}
		_, left, err := w.tables(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := w.execute(t.Context(), "backup database "+w.database+" except tables "+strings.Join(left, ", ")+" to "+here.of(forged.Name)); err != nil {
			t.Fatal(err)
		}
		var difference *DifferenceError
		if _, err := w.Drill(t.Context(), forged.Name, here, "run"); !errors.As(err, &difference) || !slices.Equal(difference.Tables, []string{"fct_observation"}) {
			t.Errorf("got %v", err)
		}
		if n := ask[uint64](t, w, "select count() from core_backup where name = '"+forged.Name+"' and state = 'failed' and message like '%fct_observation%'"); n != 1 {
			t.Error("the ledger does not say that the drill failed")
		}
	})
	t.Run("it was cut short", func(t *testing.T) {
		func() {
			defer func() { recover() }()
			w.atStep = func(step string) {
				if step == "begun" {
					panic("killed")
				}
			}
			w.Backup(t.Context(), here, "run")
		}()
		w.atStep = func(string) {}
		name := ask[string](t, w, "select name from core_backup where state = 'begun' and name not like '%-2020%'")
		backups, err := w.Backups(t.Context())
		if err != nil || len(backups) != 1 || backups[0].Name != record.Name {
			t.Fatalf("what can be restored: %+v, %v", backups, err)
		}
		if _, err := w.Drill(t.Context(), name, here, "run"); err == nil || !strings.Contains(err.Error(), "not found") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a bit is turned over", func(t *testing.T) {
		turnABit(t, filepath.Join(warehousetest.Engine(t).BackupDir(), record.Name))
		if record, err := w.Drill(t.Context(), record.Name, here, "run"); err == nil || record.State != BackupFailed {
			t.Errorf("got %+v, %v", record, err)
		}
	})
}

// turnABit changes the largest file of figures in a backup.
func turnABit(t *testing.T, folder string) {
	t.Helper()
	var largest string
	var size int64
	err := filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		found, err := entry.Info()
		if err == nil && strings.Contains(path, "fct_observation/") && strings.HasSuffix(path, ".bin") && found.Size() > size {
			largest, size = path, found.Size()
		}
		return err
	})
	if err != nil || largest == "" {
		t.Fatalf("found no data in %s: %v", folder, err)
	}
	text, err := os.ReadFile(largest)
	if err != nil {
		t.Fatal(err)
	}
	text[len(text)/2] ^= 0x55
	if err := os.WriteFile(largest, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestARestoreThatWasCutShortBeginsAnew(t *testing.T) {
	w, record := withBackup(t)
	wantShown, wantRecorded := ask[uint64](t, w, shown), ask[uint64](t, w, recorded)
	for _, at := range []string{"restored", "dropped", "renamed"} {
		t.Run(at, func(t *testing.T) {
			if err := w.onServer(t.Context(), "drop database if exists "+w.database+" sync"); err != nil {
				t.Fatal(err)
			}
			func() {
				defer func() { recover() }()
				w.atStep = func(step string) {
					if step == at {
						panic("killed")
					}
				}
				w.Restore(t.Context(), record.Name, here)
			}()
			w.atStep = func(string) {}
			_, err := w.Restore(t.Context(), record.Name, here)
			if at == "renamed" { // all was there already, but for the views
				if !errors.Is(err, ErrNotEmpty) {
					t.Fatalf("got %v", err)
				}
				_, err = w.Migrate(t.Context())
			}
			if err != nil {
				t.Fatal(err)
			}
			compare(t, w, wantShown, wantRecorded)
		})
	}
}
