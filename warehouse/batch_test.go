package warehouse

import (
	"testing"
)

func TestALoadIsVisibleAfterItsCommit(t *testing.T) {
	w := open(t)
	commit := load(t, w, info("health/annual"), series("450302", map[uint16]float64{2023: 1.5, 2024: 1.6, 2025: 1.7}))
	if commit.Version != 1 || commit.VersionCount != 3 || commit.LoadedCount != 3 || len(commit.PeriodYears) != 3 {
		t.Errorf("commit is %+v", commit)
	}
	if n := ask[uint64](t, w, "select count() from core_observation"); n != 3 {
		t.Errorf("view shows %d figures, want 3", n)
	}
}
