package warehouse

import (
	"context"
	"fmt"
	"testing"
)

// A query looks at several tables one after the other. The engine waits before
// each look for as long as it is told, so that whole loads, and every step of
// them, fall between two looks of one query.
func TestNothingIsHalfVisibleWhileLoadsRun(t *testing.T) {
	for _, pause := range []int{0, 20, 80} {
		t.Run(fmt.Sprintf("%dms", pause), func(t *testing.T) {
			watchLoads(t, fmt.Sprintf("%s settings merge_tree_storage_snapshot_sleep_ms = %d", shown, pause))
		})
	}
}

// watchLoads holds every answer against the states that were committed. A figure
// that is seen twice cancels itself out in the hash of the answer, so it counts
// as missing.
func watchLoads(t *testing.T, look string) {
	const loads = 8
	w := open(t)
	committed := map[uint64]bool{ask[uint64](t, w, shown): true}
	stop, ended := make(chan struct{}), make(chan error, 1)
	seen := map[uint64]int{}
	go func() {
		for {
			select {
			case <-stop:
				ended <- nil
				return
			default:
			}
			var got uint64
			if err := w.analyst.QueryRow(context.Background(), look).Scan(&got); err != nil {
				ended <- err
				return
			}
			seen[got]++
		}
	}()
	for i := range loads {
		submission := firstSubmission()
		if i%2 == 1 {
			submission = secondSubmission()
		}
		for year := range uint16(20) { // each is a part of its own, so the copy takes a while
			submission = append(submission, figure{year: 1990 + year, numerator: float64(i), value: float64(i)})
		}
		load(t, w, complete(fmt.Sprint(i)), submission)
		committed[ask[uint64](t, w, shown)] = true
	}
	close(stop)
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	looks := 0
	for state, n := range seen {
		looks += n
		if !committed[state] {
			t.Errorf("%d looks showed a state that was never committed", n)
		}
	}
	t.Logf("%d looks while %d loads ran", looks, loads)
}
