package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

var soak = flag.Duration("soak", 15*time.Second, "how long the daemon is kept under load while its memory is watched")

// spans is into how many parts a soak is divided, each with a line of the table.
const spans = 10

// memorySpan is what a process held during one span, in MiB.
type memorySpan struct{ sum, most, looks float64 }

func (m *memorySpan) look(mib float64) {
	m.sum, m.most, m.looks = m.sum+mib, max(m.most, mib), m.looks+1
}

func (m memorySpan) mean() float64 { return m.sum / max(m.looks, 1) }

// TestMemoryStaysFlatUnderLoad hands in a revision of every figure each second, with an
// evaluation every ten and a delivery every two, and asks questions all the while. After
// the first third neither daemon nor engine may go on growing; a run shorter than ten
// minutes is too short to tell, and only shows the table. -soak 20m is the real one.
func TestMemoryStaysFlatUnderLoad(t *testing.T) {
	needProc(t)
	h := openHouse(t)
	h.start()
	h.awaitService()
	w, e := h.attach(time.Minute)
	defer w.Close()
	var daemon, data [spans]memorySpan
	begun, night := time.Now(), 0
	for time.Since(begun) < *soak {
		night++
		h.submit(night)
		if _, err := number(t.Context(), w, halfVisible); err != nil {
			t.Fatal(err)
		}
		span := min(int(time.Since(begun)*spans / *soak), spans-1)
		daemon[span].look(residentMiB(t, h.daemon.Process.Pid))
		data[span].look(residentMiB(t, e.State().EnginePID))
		time.Sleep(time.Second)
	}
	h.waitFor(w, "every file is loaded", fmt.Sprintf("select toUInt64(count() = %d) from core_commit", night))
	for i := range spans {
		t.Logf("%s: daemon %.0f (%.0f) MiB, engine %.0f (%.0f) MiB", *soak*time.Duration(i+1)/spans, daemon[i].mean(), daemon[i].most, data[i].mean(), data[i].most)
	}
	t.Logf("%d files, %d figures, none lost; %d restarts", night, night*figuresOfANight, e.Restarts())
	if e.Restarts() > 0 || h.fell > 0 {
		t.Error("daemon or engine was started again")
	}
	for name, spent := range map[string][spans]memorySpan{"daemon": daemon, "engine": data} {
		if early, late := spent[spans/3].mean(), spent[spans-1].mean(); *soak >= 10*time.Minute && late > 1.25*early+32 {
			t.Errorf("the %s grew from %.0f to %.0f MiB", name, early, late)
		}
	}
}

// residentMiB is what a process holds in memory now.
func residentMiB(t *testing.T, pid int) float64 {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "status"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) == 3 && fields[0] == "VmRSS:" {
			kib, err := strconv.ParseFloat(fields[1], 64)
			if err != nil {
				t.Fatal(err)
			}
			return kib / 1024
		}
	}
	t.Fatalf("process %d says nothing of its memory", pid)
	return 0
}
