package jobs

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"bellwether/warehouse"
)

func TestTheLedgerAdvances(t *testing.T) {
	broken := warehouse.AlertEvent{RuleCode: "broken", TargetCode: "W-1-G03-a", AreaCode: "450302", PeriodYear: 2025, Severity: "warning", MessageZh: "未保持"}
	worse := broken
	worse.Severity = "critical"
	muffled, other := broken, worse
	muffled.MutedBy, other.MutedBy = "cause", "another cause"
	late := broken
	late.ObservedValue = new(float64)
	id := identify(broken)
	event := func(kind string, number uint64, a warehouse.AlertEvent) warehouse.AlertEvent {
		a.AlertID, a.Event, a.EventNumber = id, kind, number
		return a
	}
	entry := func(kind string, number uint64, a warehouse.AlertEvent) map[string]warehouse.AlertEvent {
		return map[string]warehouse.AlertEvent{id: event(kind, number, a)}
	}
	ok := map[string]bool{"broken": true}
	for _, c := range []struct {
		name      string
		known     map[string]warehouse.AlertEvent
		firing    []warehouse.AlertEvent
		evaluated map[string]bool
		want      []warehouse.AlertEvent
	}{
		{"a new alert opens", nil, []warehouse.AlertEvent{broken}, ok, []warehouse.AlertEvent{event(opened, 1, broken)}},
		{"an unchanged one is silent", entry(opened, 1, broken), []warehouse.AlertEvent{broken}, ok, nil},
		{"a figure that no message shows is no change", entry(opened, 1, broken), []warehouse.AlertEvent{late}, ok, nil},
		{"a graver one has changed", entry(opened, 1, broken), []warehouse.AlertEvent{worse}, ok, []warehouse.AlertEvent{event(changed, 2, worse)}},
		{"one that fires no more is resolved", entry(changed, 2, worse), nil, ok, []warehouse.AlertEvent{event(resolved, 3, worse)}},
		{"a resolved one stays resolved", entry(resolved, 3, worse), nil, ok, nil},
		{"one that comes back is reopened", entry(resolved, 3, worse), []warehouse.AlertEvent{broken}, ok, []warehouse.AlertEvent{event(reopened, 4, broken)}},
		{"a new one that another explains is muted", nil, []warehouse.AlertEvent{muffled}, ok, []warehouse.AlertEvent{event(muted, 1, muffled)}},
		{"a muted one is silent", entry(muted, 1, muffled), []warehouse.AlertEvent{muffled}, ok, nil},
		{"an open one that another explains is muted", entry(changed, 2, worse), []warehouse.AlertEvent{muffled}, ok, []warehouse.AlertEvent{event(muted, 3, muffled)}},
		{"one that another alert mutes now is told so", entry(muted, 1, muffled), []warehouse.AlertEvent{other}, ok, []warehouse.AlertEvent{event(muted, 2, other)}},
		{"a muted one opens when nothing mutes it", entry(muted, 1, muffled), []warehouse.AlertEvent{broken}, ok, []warehouse.AlertEvent{event(opened, 2, broken)}},
		{"a muted one that fires no more is resolved", entry(muted, 1, muffled), nil, ok, []warehouse.AlertEvent{event(resolved, 2, broken)}},
		{"a resolved one can come back muted", entry(resolved, 2, broken), []warehouse.AlertEvent{muffled}, ok, []warehouse.AlertEvent{event(muted, 3, muffled)}},
		{"a rule that could not be read resolves nothing", entry(opened, 1, broken), nil, nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, advance(c.known, oneForEach(c.firing), c.evaluated)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestTwoYearsOfOneAlertAreTheNewest(t *testing.T) {
	a, b := warehouse.AlertEvent{RuleCode: "off_track", PeriodYear: 2024}, warehouse.AlertEvent{RuleCode: "off_track", PeriodYear: 2025}
	events := advance(nil, oneForEach([]warehouse.AlertEvent{b, a}), nil)
	if len(events) != 1 || events[0].PeriodYear != 2025 {
		t.Errorf("got %+v", events)
	}
}

func TestEvaluatingTwiceAddsNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var firing []warehouse.AlertEvent
		for range rapid.IntRange(0, 20).Draw(t, "alerts") {
			firing = append(firing, warehouse.AlertEvent{
				RuleCode:   rapid.SampledFrom([]string{"broken", "off_track"}).Draw(t, "rule"),
				TargetCode: rapid.SampledFrom([]string{"", "W-1", "C-2"}).Draw(t, "target"),
				PeriodYear: rapid.Uint16Range(2020, 2030).Draw(t, "year"),
				MessageZh:  rapid.SampledFrom([]string{"一", "二"}).Draw(t, "message"),
			})
		}
		known := map[string]warehouse.AlertEvent{}
		for _, e := range advance(nil, oneForEach(firing), nil) {
			known[e.AlertID] = e
		}
		rules := map[string]bool{"broken": true, "off_track": true}
		if again := advance(known, oneForEach(firing), rules); again != nil {
			t.Fatalf("second evaluation adds %+v", again)
		}
	})
}
