package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"bellwether/jobs/channel"
	"bellwether/warehouse"
)

// program is somebody's program that is told over a webhook, and is down at times.
type program struct {
	isDown   bool
	messages []channel.Message
	keys     []string
}

func (p *program) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if p.isDown {
		http.Error(w, "closed for the night", http.StatusServiceUnavailable)
		return
	}
	text, _ := io.ReadAll(r.Body)
	var m channel.Message
	if err := json.Unmarshal(text, &m); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	p.messages, p.keys = append(p.messages, m), append(p.keys, r.Header.Get(channel.IdempotencyHeader))
}

// told are the events that the program knows, as alert and event.
func (p *program) told() []string {
	var all []string
	for _, m := range p.messages {
		for _, n := range m.Notices {
			all = append(all, n.AlertID+" "+n.Event)
		}
	}
	return all
}

// newDeliverer tells the program, through a webhook.
func (b *bench) newDeliverer(p *program, metrics *Metrics) *Deliverer {
	b.t.Helper()
	server := httptest.NewServer(p)
	b.t.Cleanup(server.Close)
	address := func() (string, error) { return server.URL, nil }
	hook := channel.Webhook{Web: channel.Web{Address: address, TimeLimit: 10 * time.Second}}
	return &Deliverer{
		Warehouse: b.warehouse, Metrics: metrics, Tries: 3, FirstWait: time.Millisecond,
		Outlets: []*Outlet{{Name: "duty", Channel: hook, Receivers: []Receiver{{}}}},
	}
}

// happens appends events to the ledger of alerts, in the order of their numbers.
func (b *bench) happens(alert string, number uint64, event, severity string) {
	b.t.Helper()
	b.must(b.warehouse.AppendAlertEvents(b.t.Context(), []warehouse.AlertEvent{{
		AlertID: alert, EventNumber: number, Event: event, RuleCode: "stale", AreaCode: "450302", PeriodYear: 2025, Severity: severity,
		Evidence: `{"agency_code":"health"}`, MessageZh: "数据源异常：" + alert, MessageEn: "Stale: " + alert, RecordedAt: time.Now(),
	}}))
}

// TestAnotherChannelStandsInForOneThatIsDown and hears of nothing else, of nothing twice,
// and of the end of what it has heard of; the one that was down loses nothing.
func TestAnotherChannelStandsInForOneThatIsDown(t *testing.T) {
	b := newBench(t)
	mail, second := &program{}, &program{}
	d := b.newDeliverer(mail, nil)
	standIn := b.newDeliverer(second, nil).Outlets[0]
	standIn.Name, standIn.StandsFor = "second", "duty"
	d.Outlets = append([]*Outlet{standIn}, d.Outlets...) // whose turn comes last all the same
	deliver := func(wantFault bool, wantMail, wantSecond string) {
		t.Helper()
		if _, err := d.Deliver(t.Context(), "run"); (err != nil) != wantFault {
			t.Fatalf("got %v", err)
		}
		if got := fmt.Sprint(mail.told()); got != wantMail {
			t.Errorf("the channel was told %s, want %s", got, wantMail)
		}
		if got := fmt.Sprint(second.told()); got != wantSecond {
			t.Errorf("the stand-in was told %s, want %s", got, wantSecond)
		}
	}
	b.happens("a", 1, opened, "warning")
	deliver(false, "[a opened]", "[]")
	mail.isDown = true
	b.happens("b", 1, opened, "critical")
	deliver(true, "[a opened]", "[b opened]")
	if m := second.messages[0]; m.InsteadOf != "duty" || !strings.Contains(m.Subject(), "（代 duty）") {
		t.Errorf("the stand-in does not say for whom: %+v", m)
	}
	b.happens("c", 1, opened, "notice") // behind what waits for the channel
	b.happens("a", 2, resolved, "warning")
	second.isDown = true
	deliver(true, "[a opened]", "[b opened]")
	second.isDown = false
	deliver(true, "[a opened]", "[b opened c opened a resolved]")
	deliver(true, "[a opened]", "[b opened c opened a resolved]")
	mail.isDown = false
	b.happens("d", 1, opened, "warning")
	b.happens("b", 2, resolved, "critical")
	deliver(false, "[a opened b opened c opened a resolved d opened b resolved]", "[b opened c opened a resolved b resolved]")
	deliver(false, "[a opened b opened c opened a resolved d opened b resolved]", "[b opened c opened a resolved b resolved]")
	if n := b.count("core_delivery where state != 'sent'"); n != 0 {
		t.Errorf("%d deliveries wait", n)
	}
}

func TestAChannelThatIsDownForNightsLosesNothingAndIsToldNothingTwice(t *testing.T) {
	b := newBench(t)
	p := &program{}
	d := b.newDeliverer(p, nil)
	deliver := func(wantFault bool) {
		t.Helper()
		_, err := d.Deliver(t.Context(), "run")
		if (err != nil) != wantFault {
			t.Fatalf("got %v", err)
		}
	}
	deliver(false)
	p.isDown = true
	b.happens("a", 1, opened, "warning")
	deliver(true)
	b.happens("b", 1, opened, "critical")
	b.happens("a", 2, resolved, "warning")
	deliver(true)
	deliver(true)
	if n := b.count("core_delivery where state = 'failed' and attempt = 9 and reason_code = 'delivery_failing' and error like '%closed for the night%'"); n != 1 {
		t.Errorf("%d deliveries have failed for nine tries, want 1", n)
	}
	planned, err := d.Try(t.Context())
	b.must(err)
	if len(planned) != 2 {
		t.Errorf("planned %+v", planned)
	}
	p.isDown = false
	deliver(false)
	deliver(false)
	if got, want := fmt.Sprint(p.told()), "[a opened b opened a resolved]"; got != want {
		t.Errorf("told %s, want %s", got, want)
	}
	if n := p.messages[0].Notices[0]; n.AgencyZh != "区卫生健康局" || n.RuleZh != "数据源异常" {
		t.Errorf("notice %+v", n)
	}
	if got, all := b.count("fct_delivery where state = 'sent'"), b.count("core_delivery"); got != 3 || all != 3 {
		t.Errorf("%d of %d are sent, want 3", got, all)
	}

	// Killed after the program took the message and before the log has it as sent.
	b.happens("c", 1, opened, "notice")
	d.Outlets[0].Channel = killed{d.Outlets[0].Channel}
	func() {
		defer func() { recover() }()
		deliver(false)
	}()
	if n := b.count("core_delivery where alert_id = 'c' and state = 'sending'"); n != 1 {
		t.Fatalf("%d deliveries are left as sending", n)
	}
	d.Outlets[0].Channel = d.Outlets[0].Channel.(killed).Channel
	deliver(false)
	deliver(false)
	last := len(p.keys) - 1
	if got := strings.Join(p.told()[3:], " "); got != "c opened c opened" || p.keys[last] != p.keys[last-1] || p.keys[last] == p.keys[0] {
		t.Errorf("told %s with the keys %q", got, p.keys)
	}
	if p.messages[last].Notices[0].Key != p.messages[last-1].Notices[0].Key || b.count("fct_delivery where alert_id = 'c' and state = 'sent'") != 1 {
		t.Error("the alert has another key, or is logged as sent twice")
	}
}

// killed is a channel whose process dies once the message was taken.
type killed struct{ channel.Channel }

func (k killed) Send(ctx context.Context, m channel.Message) error {
	if err := k.Channel.Send(ctx, m); err != nil {
		return err
	}
	panic("killed")
}
