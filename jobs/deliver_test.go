package jobs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"bellwether/jobs/channel"
)

// silent is a channel for plans, which never send.
type silent struct{}

func (silent) Send(context.Context, channel.Message) error { return errors.New("nothing is sent here") }
func (silent) Check(context.Context) (string, error)       { return "", nil }

// keeper is one that keeps alerts itself.
type keeper struct{ silent }

func (keeper) Refresh(context.Context, []channel.Notice) error { return nil }

var firstDay = time.Date(2026, 3, 1, 6, 30, 0, 0, time.UTC)

// life makes the life of an alert from events such as "opened warning", a day apart.
func life(id string, events ...[2]string) []channel.Notice {
	var all []channel.Notice
	for i, e := range events {
		all = append(all, channel.Notice{
			AlertID: id, EventNumber: uint64(i + 1), Event: e[0], Severity: e[1], RuleCode: "volatile",
			Agencies: []string{"health"}, Domains: []string{"W-1"}, RecordedAt: firstDay.AddDate(0, 0, i),
		})
	}
	return all
}

func deskOf(c channel.Channel, agency string, routes ...Route) desk {
	return desk{&Outlet{Name: "duty", Channel: c, Routes: routes}, Receiver{Agency: agency}}
}

func TestWhatADeskIsToldOfTheLifeOfAnAlert(t *testing.T) {
	critical := Route{Severities: []string{"critical"}}
	for _, c := range []struct {
		name   string
		desk   desk
		life   []channel.Notice
		want   string
		isOpen bool
	}{
		{"another figure tells nothing, another severity does", deskOf(silent{}, ""),
			life("a", [2]string{opened, "warning"}, [2]string{changed, "warning"}, [2]string{changed, "critical"}), "[1 opened 3 changed]", true},
		{"people hear nothing of muting", deskOf(silent{}, ""),
			life("a", [2]string{opened, "warning"}, [2]string{muted, "warning"}, [2]string{opened, "warning"}, [2]string{resolved, "warning"}), "[1 opened 4 resolved]", false},
		{"one that was muted from the first was never told", deskOf(silent{}, ""),
			life("a", [2]string{muted, "warning"}, [2]string{resolved, "warning"}), "[]", false},
		{"who keeps alerts hears of muting", deskOf(keeper{}, ""),
			life("a", [2]string{opened, "warning"}, [2]string{muted, "warning"}, [2]string{resolved, "warning"}), "[1 opened 2 muted]", false},
		{"what a route has matched is followed to its end", deskOf(silent{}, "", critical),
			life("a", [2]string{opened, "critical"}, [2]string{changed, "warning"}, [2]string{resolved, "warning"}, [2]string{reopened, "warning"}), "[1 opened 2 changed 3 resolved]", false},
		{"it begins where a route matches", deskOf(silent{}, "", critical),
			life("a", [2]string{opened, "warning"}, [2]string{changed, "critical"}), "[2 changed]", true},
		{"another agency is not told", deskOf(silent{}, "education"), life("a", [2]string{opened, "critical"}), "[]", false},
		{"a route by domain and agency", deskOf(silent{}, "health", Route{Domains: []string{"W-2", "W-1"}, Agencies: []string{"health"}}),
			life("a", [2]string{opened, "notice"}), "[1 opened]", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			told, open := c.desk.told(c.life)
			var got []string
			for _, n := range told {
				got = append(got, fmt.Sprint(n.EventNumber, " ", n.Event))
			}
			if fmt.Sprint(got) != c.want || (open != nil) != c.isOpen {
				t.Errorf("told %v, open %v; want %s, open %v", got, open != nil, c.want, c.isOpen)
			}
		})
	}
}

// take records in the log that a desk was served until now.
func (l deliveryLog) take(d desk, m channel.Message, state string) {
	for _, n := range m.Notices {
		e, _ := l.entryOf(d, n)
		l.note(deliveryName{d.name(), n.AlertID, n.EventNumber, n.Occasion}, entry{state, e.attempt + 1, m.ID})
	}
}

func TestANewDeskIsToldOfWhatIsOpenAndOfNoHistory(t *testing.T) {
	l := newDeliveryLog()
	lives := [][]channel.Notice{
		life("over", [2]string{opened, "warning"}, [2]string{resolved, "warning"}),
		life("open", [2]string{opened, "warning"}, [2]string{changed, "critical"}),
	}
	d := deskOf(silent{}, "")
	p := l.planFor(d, lives, circumstances{now: firstDay.AddDate(0, 0, 5)})
	if len(p.messages) != 1 || len(p.messages[0].Notices) != 1 || p.messages[0].Notices[0].EventNumber != 2 {
		t.Fatalf("plan %+v", p)
	}
	l.starts[d.name()] = start{d.routesHash(), firstDay.AddDate(0, 0, 5)}
	l.take(d, p.messages[0], sent)
	if p := l.planFor(d, lives, circumstances{now: firstDay.AddDate(0, 0, 6)}); len(p.messages) != 0 || len(p.open) != 1 {
		t.Errorf("nothing has changed: %+v", p)
	}
}

// TestWhateverFailsEachEventIsTakenOnceAndInOrder over any nights, with a channel that
// takes, refuses, or takes and is not heard of again.
func TestWhateverFailsEachEventIsTakenOnceAndInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := deskOf(silent{}, "")
		l := newDeliveryLog()
		l.starts[d.name()] = start{d.routesHash(), firstDay.Add(-time.Hour)}
		lives := make([][]channel.Notice, rapid.IntRange(1, 4).Draw(t, "alerts"))
		sentOnce, unheard := map[string]int{}, map[string]string{}
		nights := rapid.IntRange(1, 12).Draw(t, "nights")
		for night := range nights + 1 {
			for i := range lives {
				if night < nights && rapid.Bool().Draw(t, "news") {
					event := [2]string{opened, "warning"}
					if len(lives[i])%2 == 1 {
						event[0] = resolved
					}
					n := life(fmt.Sprint(i), event)[0]
					n.EventNumber, n.RecordedAt = uint64(len(lives[i])+1), firstDay.AddDate(0, 0, night)
					lives[i] = append(lives[i], n)
				}
			}
			known := slices.DeleteFunc(slices.Clone(lives), func(l []channel.Notice) bool { return len(l) == 0 })
			for _, m := range l.planFor(d, known, circumstances{now: firstDay.AddDate(0, 0, night)}).messages {
				how := sent
				if night < nights {
					how = rapid.SampledFrom([]string{sent, failed, sending}).Draw(t, "how")
				}
				for _, n := range m.Notices {
					if id, ok := unheard[n.Key]; ok && id != m.ID {
						t.Fatalf("%s was sent as %s and again as %s", n.Key, id, m.ID)
					}
					unheard[n.Key] = m.ID
					if how == sent {
						sentOnce[n.Key]++
					}
				}
				l.take(d, m, how)
				if how != sent {
					break
				}
			}
		}
		for _, events := range lives {
			for _, n := range events {
				if sentOnce[d.key(n)] != 1 {
					t.Fatalf("event %d of %s was recorded as sent %d times", n.EventNumber, n.AlertID, sentOnce[d.key(n)])
				}
			}
		}
	})
}
