package warehouse

import (
	"context"
	"fmt"
	"strings"
	"testing"
)

func TestNothingIsHalfVisibleWhileLoadsRun(t *testing.T) {
	w := open(t)
	// A query that is planned at the very moment of the step "current" sees that
	// table twice, before and after it, and may give a figure twice; both times it
	// is the committed figure.
	look := strings.Replace(shown, "from core_observation", "from (select distinct * from core_observation)", 1)
	committed := map[uint64]bool{ask[uint64](t, w, look): true}
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
	for i := range 20 {
		submission := firstSubmission()
		if i%2 == 1 {
			submission = secondSubmission()
		}
		load(t, w, complete(fmt.Sprint(i)), submission)
		committed[ask[uint64](t, w, look)] = true
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
	t.Logf("%d looks while %d loads ran", looks, 20)
}
