package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"bellwether/warehouse"
)

var nights = flag.Int("nights", 4, "nights in which daemon or engine are killed")

// halfVisible counts, at one moment, the nights that show some of their figures and not
// all: what a view shows is of one night, and whole.
const halfVisible = `select if(count() in (0, 300) and uniqExact(value) <= 1, 0, 1)::UInt64 from core_observation where indicator_code like '%:NIGHT_%'`

// TestDaemonAndEngineKilledAtRandomMomentsLoseNothing kills daemon or engine each night at
// a moment of its own, while a file is read, verdicts are settled, alerts evaluated and
// told. Afterwards every file is loaded as a whole, no run is without an end, and
// every alert was told, none in two messages. -nights has it go on for longer.
func TestDaemonAndEngineKilledAtRandomMomentsLoseNothing(t *testing.T) {
	h := openHouse(t)
	seed := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(seed, 0))
	t.Logf("seed %d", seed)
	first := random.IntN(2)
	looks, halves, killedDaemons, killedEngines := 0, 0, 0, 0
	h.start()
	h.attach(time.Minute)
	for night := 1; night <= *nights; night++ {
		h.submit(night)
		h.mu.Lock()
		h.isDown = random.IntN(3) == 0
		h.mu.Unlock()
		w, e := h.attach(time.Minute)
		moment := time.Now().Add(time.Duration(random.IntN(6000)) * time.Millisecond)
		for time.Now().Before(moment) {
			if half, err := number(t.Context(), w, halfVisible); err == nil {
				looks++
				halves += int(half)
			}
			time.Sleep(20 * time.Millisecond)
		}
		if (night+first)%2 == 0 {
			killedDaemons++
			h.end(syscall.SIGKILL)
			h.start()
		} else {
			killedEngines++
			if err := syscall.Kill(e.State().EnginePID, syscall.SIGKILL); err != nil {
				t.Logf("engine of night %d: %v", night, err)
			}
		}
		w.Close()
	}
	h.mu.Lock()
	h.isDown = false
	h.mu.Unlock()
	w, _ := h.attach(2 * time.Minute)
	defer w.Close()
	h.waitFor(w, "every file is loaded", fmt.Sprintf(`select toUInt64(
		(select count() from core_commit where loaded_count = %[1]d and read_count = %[1]d) = %[2]d
		and (select uniqExact(value) = 1 and max(value) = %[2]d and count() = %[1]d from core_observation where indicator_code like '%%:NIGHT_%%'))`, figuresOfANight, *nights))
	h.waitFor(w, "every alert is told", `select toUInt64(
		(select count() from mart_alert where state = 'open') > 0
		and (select count() from core_delivery where state != 'sent') = 0
		and (select count() from mart_alert where state = 'open' and alert_id not in (select alert_id from core_delivery)) = 0)`)
	if halves > 0 {
		t.Errorf("%d of %d looks saw a file half", halves, looks)
	}
	h.finish(w, looks, killedDaemons, killedEngines)
}

// TestADaemonWhoseEngineDiesAtItsBeginningBeginsAnew kills the first three engines before
// they answer.
func TestADaemonWhoseEngineDiesAtItsBeginningBeginsAnew(t *testing.T) {
	needProc(t)
	h := openHouse(t)
	h.start()
	for killed := map[string]bool{}; len(killed) < 3; time.Sleep(time.Millisecond) {
		lists, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", h.daemon.Process.Pid))
		if err != nil {
			t.Fatal(err)
		}
		for _, list := range lists {
			text, _ := os.ReadFile(list) // a thread that has ended has none
			for _, child := range strings.Fields(string(text)) {
				if pid, err := strconv.Atoi(child); err == nil && !killed[child] && syscall.Kill(pid, syscall.SIGKILL) == nil {
					killed[child] = true
				}
			}
		}
		if len(h.ended) > 0 {
			t.Fatalf("the daemon ended: %v\n%s", <-h.ended, h.said())
		}
	}
	h.awaitService()
	if !strings.Contains(h.said(), "beginning anew") {
		t.Errorf("the daemon was not disturbed:\n%s", h.said())
	}
}

// account says how far the files have come, for who looks into a failure.
func (h *house) account(w *warehouse.Warehouse) string {
	var said strings.Builder
	for _, question := range []string{
		"select 'files known: ' || toString(uniqExact(payload_sha256)) || ', commits: ' || toString((select count() from core_commit)) from raw_payload",
		"select 'values shown: ' || toString(groupArray((value, n))) from (select value, count() as n from core_observation where indicator_code like '%:NIGHT_%' group by value order by value)",
		"select 'last commits: ' || toString(groupArray((version, file_name, read_count, loaded_count, version_count))) from (select c.*, p.file_name from core_commit as c left join raw_payload as p on p.payload_sha256 = c.payload_sha256 order by c.version desc limit 12)",
		"select 'commits of another size: ' || toString(groupArray((version, read_count, loaded_count, rejected_count, version_count))) from core_commit where loaded_count != 300 or read_count != 300 or version_count != 300",
	} {
		result, err := w.Query(h.t.Context(), warehouse.Question{SQL: question, Role: warehouse.Writer})
		if err != nil {
			fmt.Fprintln(&said, err)
			continue
		}
		for row, err := range result.Rows() {
			fmt.Fprintln(&said, row, err)
		}
	}
	return said.String()
}

// finish stops the daemon and accounts for all runs.
func (h *house) finish(w *warehouse.Warehouse, looks, killedDaemons, killedEngines int) {
	h.t.Helper()
	versions, _ := number(h.t.Context(), w, "select sum(version_count) from core_commit")
	if want := float64(figuresOfANight * *nights); versions != want {
		h.t.Errorf("%v versions were written, want %v: %d for each night", versions, want, figuresOfANight)
	}
	if stray, err := number(h.t.Context(), w, "select count() from system.tables where database = currentDatabase() and startsWith(name, 'raw_stage_')"); err != nil || stray > 1 {
		h.t.Errorf("%v staging tables are left", stray)
	}
	if err := h.end(syscall.SIGTERM); err != nil {
		h.t.Errorf("the daemon ended with %v", err)
	}
	h.start() // closes the runs of the one before
	again, _ := h.attach(time.Minute)
	defer again.Close()
	h.waitFor(again, "the runs of former daemons have an end", `select toUInt64(count() = 0) from core_run where state = 'running' and started_at < now() - 20`)
	runs, _ := number(h.t.Context(), again, "select count() from core_run")
	cut, _ := number(h.t.Context(), again, "select count() from core_run where state in ('interrupted', 'failed')")
	events, _ := number(h.t.Context(), again, "select count() from fct_alert")
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.conflict != "" {
		h.t.Error(h.conflict)
	}
	if len(h.told) == 0 {
		h.t.Error("nobody was told of anything")
	}
	h.t.Logf("%d nights, daemon killed %d times (and ended by itself %d times), engine %d times: %v runs in the ledger, %v of them cut short or failed, each with its end; %d looks, none saw a file half; %v events of alerts, %d told in %d messages, none twice",
		*nights, killedDaemons, h.fell, killedEngines, runs, cut, looks, events, len(h.told), len(h.messages))
}
