package channel

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

const someSecret = "hunter2-SEC"

func holds(text string) Secret { return func() (string, error) { return text, nil } }

func outage(count int) Message {
	m := Message{ID: "m1", Receiver: "health", To: []string{"clerk@example.cn"}}
	for i := range count {
		m.Notices = append(m.Notices, Notice{
			AlertID: fmt.Sprint("a", i), EventNumber: 1, Event: Opened, Key: fmt.Sprint("k", i), RuleCode: "stale", RuleZh: "数据源异常", RuleEn: "Stale",
			Severity: "warning", AreaCode: "450302", Breakdown: fmt.Sprint("source=s", i), PeriodYear: 2025,
			Agencies: []string{"health"}, AgencyZh: "区卫生健康局", AgencyEn: "District health bureau",
			MessageZh: fmt.Sprintf("数据源异常：第 %d 个 <指标>", i), MessageEn: "Stale: one indicator", CauseZh: "没有新数据", CauseEn: "nothing new came",
			OpenedAt: time.Unix(1_700_000_000, 0).UTC(), RecordedAt: time.Unix(1_700_000_000, 0).UTC(),
		})
	}
	return m
}

// serveWeb starts a server over TLS and returns how to reach it with a key in the address.
func serveWeb(t *testing.T, handler http.HandlerFunc) Web {
	t.Helper()
	server := httptest.NewTLSServer(handler)
	t.Cleanup(server.Close)
	return Web{
		Address: holds(server.URL + "/send?key=" + someSecret), CAFile: writePEM(t, server.Certificate()), TimeLimit: 10 * time.Second,
	}
}

// writePEM writes a certificate to a file.
func writePEM(t *testing.T, certificate *x509.Certificate) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ca.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Raw})
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestAnOutageIsOneSection of one line for each of the first alerts, however many there are.
func TestAnOutageIsOneSection(t *testing.T) {
	text := outage(400).plain(weComLimit)
	if strings.Count(text, "第 ") != briefly || !strings.Contains(text, "：400 条") || !strings.Contains(text, "另有 395 条") {
		t.Errorf("got:\n%s", text)
	}
	if got, want := outage(400).Subject(), "监测预警：警告 400 条"; got != want {
		t.Errorf("subject %q, want %q", got, want)
	}
}

// TestATextKeepsToItsLimitAndCountsWhatItLeavesOut for any mix of alerts.
func TestATextKeepsToItsLimitAndCountsWhatItLeavesOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var m Message
		for i := range rapid.IntRange(1, 60).Draw(t, "alerts") {
			m.Notices = append(m.Notices, Notice{
				AlertID: fmt.Sprint(i), Event: rapid.SampledFrom(eventOrder).Draw(t, "event"),
				Severity: rapid.SampledFrom(severities).Draw(t, "severity"), RuleCode: rapid.SampledFrom([]string{"stale", "volatile", "broken"}).Draw(t, "rule"),
				AgencyZh: strings.Repeat("局", rapid.IntRange(0, 200).Draw(t, "agency")), MessageZh: strings.Repeat("数", rapid.IntRange(1, 900).Draw(t, "letters")),
			})
		}
		if text := m.markdown(weComLimit); len(text) > weComLimit {
			t.Fatalf("%d bytes", len(text))
		}
		shown := 0
		for _, s := range m.sections() {
			shown += len(s.notices)
		}
		if shown != len(m.Notices) {
			t.Fatalf("the sections hold %d of %d alerts", shown, len(m.Notices))
		}
	})
}
