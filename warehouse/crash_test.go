package warehouse

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"bellwether/warehouse/engine"
	"bellwether/warehouse/warehousetest"
)

// The steps of a load at which the world may end, in their order. At "half" the
// first half of the figures has been sent.
var stepsOfALoad = []string{"open", "stage", "half", "check", "staged", "years", "gather", "history", "withdraw", "current", "commit", "drop"}

// What a loader process of these tests is told.
const (
	loaderDir      = "BELLWETHER_TEST_LOADER_DIR"
	loaderDatabase = "BELLWETHER_TEST_LOADER_DATABASE"
	loaderStep     = "BELLWETHER_TEST_LOADER_STEP"
)

// The two submissions of these tests. The second changes a figure, brings a new
// one, a new year and a missing one, and no longer holds another.
func firstSubmission() []figure {
	return []figure{
		{year: 2023, numerator: 10, value: 1}, {year: 2024, numerator: 20, value: 2}, {year: 2024, sex: "F", numerator: 5, value: 5},
		{year: 2024, area: "450302001", numerator: 7, value: 7}, {year: 2024, area: "450302002", isMissing: true},
	}
}

func secondSubmission() []figure {
	return []figure{
		{year: 2023, numerator: 10, value: 1}, {year: 2024, numerator: 20, value: 2.5}, {year: 2024, sex: "M", numerator: 4, value: 4},
		{year: 2024, area: "450302001", isMissing: true}, {year: 2024, area: "450302002", isMissing: true, note: "still missing"},
		{year: 2025, numerator: 30, value: 3},
	}
}

func complete(payload string) BatchInfo {
	i := info("health/annual")
	i.PayloadSHA256, i.IsComplete = payload, true
	return i
}

// shown is a hash of what the views show, and recorded one of everything in the
// history of committed figures; versions count by their order, because a batch
// that was dropped uses up a number.
const (
	shown = `select groupBitXor(cityHash64(area_code, indicator_code, sex, age_group, residence, category, source_code, period_year,
		period_start, period_end, ifNull(toString(numerator), 'null'), ifNull(toString(value), 'null'), obs_status, note, cell)) from core_observation`
	recorded = `select groupBitXor(cityHash64(area_code, sex, period_year, ifNull(toString(numerator), 'null'), ifNull(toString(value), 'null'), obs_status, note, is_withdrawn,
		length(arrayFilter(v -> v <= version, (select groupArray(version) from raw_commit final)))))
		from fct_observation final where version in (select version from raw_commit)`
)

// runLoader is a loader process: it loads the second submission and dies where
// it was told to.
func runLoader(dir string) {
	ctx := context.Background()
	e, err := engine.Attach(ctx, dir)
	if err != nil {
		panic(err)
	}
	w, err := Open(Config{Engine: e, Database: os.Getenv(loaderDatabase)})
	if err != nil {
		panic(err)
	}
	die := func(step string) {
		if step == os.Getenv(loaderStep) {
			syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	}
	w.atStep = die
	var tb testing.T // for the helpers; a failure of theirs ends this process anyway
	b, err := w.Begin(ctx, complete("second"))
	if err != nil {
		panic(err)
	}
	figures := secondSubmission()
	for i, half := range [][]figure{figures[:3], figures[3:]} {
		r := observationsFrom(&tb, 2+3*i, half)
		if err := b.Observations(r); err != nil {
			panic(err)
		}
		r.Release()
		die("half")
	}
	n := int64(len(figures))
	if _, err := b.Commit(ctx, Counts{Read: n, Loaded: n}); err != nil {
		panic(err)
	}
}

// ownEngine starts an engine that a test may kill.
func ownEngine(t *testing.T) (*engine.Engine, string) {
	t.Helper()
	warehousetest.Engine(t) // skips where there is none
	dir := t.TempDir()
	e, err := engine.Start(t.Context(), engine.Config{Dir: dir, Library: os.Getenv("BELLWETHER_ENGINE_LIB")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return e, dir
}

// undisturbed returns what views show after the first and after the second
// submission, and what is recorded then, when nothing dies.
func undisturbed(t *testing.T, e *engine.Engine) (first, second, history uint64) {
	t.Helper()
	w := withFirstSubmission(t, e, "undisturbed")
	first = ask[uint64](t, w, shown)
	commit := load(t, w, complete("second"), secondSubmission())
	if commit.VersionCount != 5 || commit.WithdrawnCount != 1 {
		t.Fatalf("the second submission commits %d versions with %d withdrawals, want 5 with 1", commit.VersionCount, commit.WithdrawnCount)
	}
	return first, ask[uint64](t, w, shown), ask[uint64](t, w, recorded)
}

func withFirstSubmission(t *testing.T, e *engine.Engine, database string) *Warehouse {
	t.Helper()
	w := openWith(t, Config{Engine: e, Database: database})
	if _, err := w.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	load(t, w, complete("first"), firstSubmission())
	return w
}

func TestALoaderKilledAtAnyStepLeavesNothingHalf(t *testing.T) {
	e, dir := ownEngine(t)
	first, second, history := undisturbed(t, e)
	for _, step := range stepsOfALoad {
		t.Run(step, func(t *testing.T) {
			w := withFirstSubmission(t, e, "killed_at_"+step)
			killLoader(t, dir, w.database, step)
			if got := ask[uint64](t, w, shown); got != first && got != second {
				t.Error("views show a part of the load")
			}
			loadUntilDone(t, w)
			compare(t, w, second, history)
		})
	}
}

func TestARecoveryKilledAtAnyStepIsRecovered(t *testing.T) {
	e, dir := ownEngine(t)
	_, second, history := undisturbed(t, e)
	w := withFirstSubmission(t, e, "killed_again")
	for _, step := range []string{"staged", "years", "gather", "history", "withdraw", "current"} {
		killLoader(t, dir, w.database, step)
	}
	loadUntilDone(t, w)
	compare(t, w, second, history)
}

func TestAnEngineKilledAtAnyStepLosesNothing(t *testing.T) {
	undisturbedEngine, _ := ownEngine(t)
	first, second, history := undisturbed(t, undisturbedEngine)
	for _, step := range stepsOfALoad {
		if step == "half" {
			continue // no step of this process
		}
		t.Run(step, func(t *testing.T) {
			e, _ := ownEngine(t) // one each: an engine that dies often is started again ever later
			w := withFirstSubmission(t, e, "bellwether")
			isKilled := false
			w.atStep = func(at string) {
				if at == step && !isKilled {
					isKilled = true
					if err := syscall.Kill(e.State().EnginePID, syscall.SIGKILL); err != nil {
						t.Error(err)
					}
				}
			}
			if _, err := tryLoad(t, w, complete("second"), secondSubmission()); err != nil {
				t.Logf("the load ended with: %v", err)
				if got := ask[uint64](t, w, shown); got != first && got != second {
					t.Error("views show a part of the load")
				}
			}
			loadUntilDone(t, w)
			compare(t, w, second, history)
		})
	}
}

func killLoader(t *testing.T, dir, database, step string) {
	t.Helper()
	loader := exec.CommandContext(t.Context(), os.Args[0])
	loader.Env = append(os.Environ(), loaderDir+"="+dir, loaderDatabase+"="+database, loaderStep+"="+step)
	output, err := loader.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || !exit.Sys().(syscall.WaitStatus).Signaled() {
		t.Fatalf("the loader was to be killed at %s, and ended with %v: %s", step, err, output)
	}
}

// loadUntilDone does what the next run would: nothing when the payload is
// known after all, otherwise the load once more.
func loadUntilDone(t *testing.T, w *Warehouse) {
	t.Helper()
	b, err := w.Begin(t.Context(), complete("second")) // the lease of the dead: on one machine that is known at once
	if err != nil {
		t.Fatal(err)
	}
	hasFinished := b.HasFinished()
	if err := b.Abandon(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, isKnown, err := w.FindCommit(t.Context(), "second", "health/annual", "h1", "{}")
	if err != nil {
		t.Fatal(err)
	}
	if !isKnown && hasFinished {
		t.Error("a batch was carried through, and it is not known")
	}
	if !isKnown {
		load(t, w, complete("second"), secondSubmission())
	}
	if n := ask[uint64](t, w, "select count() from raw_commit final where payload_sha256 = 'second'"); n != 1 {
		t.Errorf("the submission was committed %d times", n)
	}
}

func compare(t *testing.T, w *Warehouse, wantShown, wantRecorded uint64) {
	t.Helper()
	if got := ask[uint64](t, w, shown); got != wantShown {
		t.Error("views show something else than after an undisturbed load")
	}
	if got := ask[uint64](t, w, recorded); got != wantRecorded {
		t.Error("the history is another than after an undisturbed load")
	}
	if left := ask[uint64](t, w, "select count() from system.tables where database = currentDatabase() and name like 'raw_stage_%'"); left != 0 {
		t.Errorf("%d staging tables are left", left)
	}
}

func TestASecondLoaderIsRefusedByName(t *testing.T) {
	w := open(t)
	b, err := w.Begin(t.Context(), info("health/annual"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = openOn(t, w.database).Begin(t.Context(), info("education/annual"))
	var held *HeldError
	if !errors.As(err, &held) || !strings.Contains(held.Holder, fmt.Sprint("process ", os.Getpid())) {
		t.Errorf("the second loader got %v", err)
	}
	if err := b.Abandon(t.Context()); err != nil {
		t.Fatal(err)
	}
	load(t, w, info("education/annual"), firstSubmission())
}

func TestALeaseIsRenewedWhileItIsHeldAndRunsOutAfterwards(t *testing.T) {
	w, other := open(t), (*Warehouse)(nil)
	other = openOn(t, w.database)
	w.leaseTime = 600 * time.Millisecond
	lease, err := w.Claim(t.Context(), DaemonLease)
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(1500 * time.Millisecond)
	if _, err := other.Claim(t.Context(), DaemonLease); err == nil {
		t.Fatal("a lease that is renewed was given to another")
	}
	lease.lose(errors.New("the holder stops renewing")) // as a process does that hangs
	time.Sleep(time.Second)
	taken, err := other.Claim(t.Context(), DaemonLease)
	if err != nil {
		t.Fatalf("a lease that ran out is still held: %v", err)
	}
	if err := taken.Release(t.Context()); err != nil {
		t.Error(err)
	}
}
