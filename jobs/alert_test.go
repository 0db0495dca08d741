package jobs

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestTheLedgerAdvances(t *testing.T) {
	broken := Alert{Rule: "broken", Target: "W-1-G03-a", Area: "450302", Year: 2025, Severity: "warning", MessageZh: "未保持"}
	worse := broken
	worse.Severity = "critical"
	late := broken
	late.Observed = new(float64)
	id := broken.ID()
	entry := func(kind string, number uint64, a Alert) map[string]Event {
		return map[string]Event{id: {ID: id, Number: number, Kind: kind, Alert: a}}
	}
	ok := map[string]bool{"broken": true}
	for _, c := range []struct {
		name      string
		known     map[string]Event
		firing    []Alert
		evaluated map[string]bool
		want      []Event
	}{
		{"a new alert opens", nil, []Alert{broken}, ok, []Event{{id, 1, opened, broken}}},
		{"an unchanged one is silent", entry(opened, 1, broken), []Alert{broken}, ok, nil},
		{"a figure that no message shows is no change", entry(opened, 1, broken), []Alert{late}, ok, nil},
		{"a graver one has changed", entry(opened, 1, broken), []Alert{worse}, ok, []Event{{id, 2, changed, worse}}},
		{"one that fires no more is resolved", entry(changed, 2, worse), nil, ok, []Event{{id, 3, resolved, worse}}},
		{"a resolved one stays resolved", entry(resolved, 3, worse), nil, ok, nil},
		{"one that comes back is reopened", entry(resolved, 3, worse), []Alert{broken}, ok, []Event{{id, 4, reopened, broken}}},
		{"a rule that could not be read resolves nothing", entry(opened, 1, broken), nil, nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, advance(c.known, c.firing, c.evaluated)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestTwoYearsOfOneAlertAreTheNewest(t *testing.T) {
	a, b := Alert{Rule: "off_track", Year: 2024}, Alert{Rule: "off_track", Year: 2025}
	events := advance(nil, []Alert{b, a}, nil)
	if len(events) != 1 || events[0].Alert.Year != 2025 {
		t.Errorf("got %+v", events)
	}
}

func TestEvaluatingTwiceAddsNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var firing []Alert
		for range rapid.IntRange(0, 20).Draw(t, "alerts") {
			firing = append(firing, Alert{
				Rule:      rapid.SampledFrom([]string{"broken", "off_track"}).Draw(t, "rule"),
				Target:    rapid.SampledFrom([]string{"", "W-1", "C-2"}).Draw(t, "target"),
				Year:      rapid.Uint16Range(2020, 2030).Draw(t, "year"),
				MessageZh: rapid.SampledFrom([]string{"一", "二"}).Draw(t, "message"),
			})
		}
		known := map[string]Event{}
		for _, e := range advance(nil, firing, nil) {
			known[e.ID] = e
		}
		rules := map[string]bool{"broken": true, "off_track": true}
		if again := advance(known, firing, rules); again != nil {
			t.Fatalf("second evaluation adds %+v", again)
		}
	})
}
