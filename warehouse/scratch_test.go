package warehouse

import (
	"testing"
)

func TestAScratchHoldsItsExtentAndLeavesTheOriginalAlone(t *testing.T) {
	w := withTarget(t)
	load(t, w, info("health/annual"), []figure{
		{year: 2022, value: 3}, {year: 2023, value: 4}, {year: 2024, value: 6}, {area: "CHN", indicator: "who:X", year: 2024, value: 1},
	})
	for _, test := range []struct {
		name   string
		extent Extent
		want   uint64
	}{
		{"monitored areas", Extent{}, 3},
		{"monitored areas through a year", Extent{Through: 2023}, 2},
		{"series of a publisher, whatever the area", Extent{Indicators: []string{"who:%"}}, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			scratch, drop, err := w.Scratch(t.Context(), test.extent)
			if err != nil {
				t.Fatal(err)
			}
			if n := ask[uint64](t, scratch, "select count() from core_observation"); n != test.want {
				t.Errorf("it shows %d figures, want %d", n, test.want)
			}
			load(t, scratch, info("health/annual"), []figure{{year: 2025, value: 9}})
			settle(t, scratch)
			if verdict := ask[string](t, scratch, "select any(verdict) from mart_target_yearly where period_year = 2025 and value > 5"); verdict != "achieved" {
				t.Errorf("the verdict on what was tried is %q", verdict)
			}
			if err := drop(t.Context()); err != nil {
				t.Fatal(err)
			}
			if n := ask[uint64](t, w, "select count() from core_observation"); n != 4 {
				t.Errorf("the original shows %d figures, want 4", n)
			}
			if n := ask[uint64](t, w, "select count() from system.databases where name = '"+scratch.Database()+"'"); n != 0 {
				t.Error("the scratch is still there")
			}
		})
	}
}

func TestScratchesThatAKilledProcessLeftAreDropped(t *testing.T) {
	w := withTarget(t)
	old := w.database + scratchMark + "1000000000"
	inUse := w.database + scratchMark + "by_hand"
	for _, name := range []string{old, inUse} {
		if err := w.execute(t.Context(), "create database "+name); err != nil {
			t.Fatal(err)
		}
	}
	defer func() {
		if err := w.dropDatabase(t.Context(), inUse); err != nil {
			t.Error(err)
		}
	}()
	_, drop, err := w.Scratch(t.Context(), Extent{})
	if err != nil {
		t.Fatal(err)
	}
	if err := drop(t.Context()); err != nil {
		t.Error(err)
	}
	if n := ask[uint64](t, w, "select count() from system.databases where name in ('"+old+"', '"+inUse+"')"); n != 1 {
		t.Errorf("%d of the old and the foreign one are there, want the foreign one", n)
	}
}
