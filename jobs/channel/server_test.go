package channel

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/http"
	"net/http/httptest"
	netmail "net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// postOffice is a mail server with STARTTLS and one account.
type postOffice struct {
	letters []string
	refuse  error
}

func (p *postOffice) NewSession(*smtp.Conn) (smtp.Session, error) { return &counter{office: p}, nil }

type counter struct {
	office *postOffice
	known  bool
}

func (c *counter) AuthMechanisms() []string { return []string{sasl.Plain} }

func (c *counter) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "bureau" || password != someSecret {
			return smtp.ErrAuthFailed
		}
		c.known = true
		return nil
	}), nil
}

func (c *counter) Mail(string, *smtp.MailOptions) error {
	if !c.known {
		return smtp.ErrAuthRequired
	}
	return c.office.refuse
}

func (c *counter) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (c *counter) Reset()                               {}
func (c *counter) Logout() error                        { return nil }

func (c *counter) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	c.office.letters = append(c.office.letters, string(text))
	return err
}

// openPostOffice starts the server with a certificate of its own authority.
func openPostOffice(t *testing.T) (*postOffice, SMTP) {
	t.Helper()
	web := httptest.NewTLSServer(nil) // lends its certificate, which is good for 127.0.0.1
	web.Close()
	office := &postOffice{}
	server := smtp.NewServer(office)
	server.Domain, server.TLSConfig = "mail.example.cn", &tls.Config{Certificates: web.TLS.Certificates}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go server.Serve(listener)
	t.Cleanup(func() { server.Close() })
	return office, SMTP{
		Address: listener.Addr().String(), Security: StartTLS, CAFile: writePEM(t, web.Certificate()), UserName: "bureau",
		Password: holds(someSecret), From: "监测组 <alerts@example.cn>", TimeLimit: 10 * time.Second, Now: time.Now,
	}
}

func TestAMailIsADigestInTwoFormsThatIsTheSameWhenSentAgain(t *testing.T) {
	office, smtp := openPostOffice(t)
	if _, err := smtp.Check(t.Context()); err != nil || len(office.letters) != 0 {
		t.Fatalf("check: %v, %d letters", err, len(office.letters))
	}
	for range 2 {
		if err := smtp.Send(t.Context(), outage(30)); err != nil {
			t.Fatal(err)
		}
	}
	if len(office.letters) != 2 {
		t.Fatalf("%d letters", len(office.letters))
	}
	var ids []string
	for _, text := range office.letters {
		letter, err := netmail.ReadMessage(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, letter.Header.Get("Message-ID"))
		subject, err := new(mime.WordDecoder).DecodeHeader(letter.Header.Get("Subject"))
		if err != nil || subject != "监测预警：警告 30 条" {
			t.Errorf("subject %q %v", subject, err)
		}
		parts := partsOf(t, letter)
		if !strings.Contains(parts["text/plain"], "原因：没有新数据") || !strings.Contains(parts["text/plain"], "另有 10 条") {
			t.Errorf("text:\n%s", parts["text/plain"])
		}
		if html := parts["text/html"]; !strings.Contains(html, "&lt;指标&gt;") || !strings.Contains(html, "District health bureau") {
			t.Errorf("html:\n%s", html)
		}
	}
	if ids[0] != "<m1@example.cn>" || ids[0] != ids[1] {
		t.Errorf("ids %q", ids)
	}
}

// partsOf decodes the forms of a mail, by media type.
func partsOf(t *testing.T, letter *netmail.Message) map[string]string {
	t.Helper()
	kind, parameters, err := mime.ParseMediaType(letter.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("the mail is %s: %v", kind, err)
	}
	parts := map[string]string{}
	for reader := multipart.NewReader(letter.Body, parameters["boundary"]); ; {
		part, err := reader.NextRawPart()
		if err == io.EOF {
			return parts
		}
		if err != nil {
			t.Fatal(err)
		}
		kind, _, _ := mime.ParseMediaType(part.Header.Get("Content-Type"))
		text, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			t.Fatal(err)
		}
		parts[kind] = string(text)
	}
}

func TestAMailServerThatTakesNothingHasAReason(t *testing.T) {
	office, sound := openPostOffice(t)
	wrong := sound
	wrong.Password = holds("another")
	expectFault(t, wrong.Send(t.Context(), outage(1)), Denied)
	_, err := wrong.Check(t.Context())
	expectFault(t, err, Denied)

	stranger := sound
	stranger.CAFile = ""
	expectFault(t, stranger.Send(t.Context(), outage(1)), Untrusted)

	office.refuse = &smtp.SMTPError{Code: 550, Message: "no such place " + someSecret}
	expectFault(t, sound.Send(t.Context(), outage(1)), Refused)
	office.refuse = &smtp.SMTPError{Code: 451, Message: "try later"}
	expectFault(t, sound.Send(t.Context(), outage(1)), Failing)

	dead := sound
	dead.Address = "127.0.0.1:1"
	expectFault(t, dead.Send(t.Context(), outage(1)), Unreachable)
}

// startAlertmanager starts a real one on loopback. Without it the test is skipped,
// or fails when nothing may be skipped.
func startAlertmanager(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("prometheus-alertmanager")
	if err != nil {
		if path, err = exec.LookPath("alertmanager"); err != nil {
			message := "there is no Alertmanager; Debian has it in prometheus-alertmanager"
			if os.Getenv("BELLWETHER_REQUIRE") == "all" {
				t.Fatal("BELLWETHER_REQUIRE=all: " + message)
			}
			t.Skip(message)
		}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	dir := t.TempDir()
	config := filepath.Join(dir, "alertmanager.yml")
	if err := os.WriteFile(config, []byte("route: {receiver: nobody}\nreceivers: [{name: nobody}]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(path, "--config.file="+config, "--storage.path="+dir, "--web.listen-address="+address, "--cluster.listen-address=")
	command.Stdout, command.Stderr = log, log
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { command.Process.Kill(); command.Wait(); log.Close() })
	for range 200 {
		if answer, err := http.Get("http://" + address + "/-/ready"); err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return "http://" + address
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	text, _ := os.ReadFile(log.Name())
	t.Fatalf("Alertmanager is not ready; its log: %s", text)
	return ""
}

// standing are the alerts that Alertmanager has as active, as alertname/severity/indicator.
func standing(t *testing.T, address string) map[string]string {
	t.Helper()
	answer, err := http.Get(address + "/api/v2/alerts?active=true")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var alerts []struct{ Labels, Annotations map[string]string }
	if err := json.NewDecoder(answer.Body).Decode(&alerts); err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, a := range alerts {
		found[fmt.Sprintf("%s/%s/%s/%s", a.Labels["alertname"], a.Labels["severity"], a.Labels["indicator"], a.Labels["agency"])] = a.Annotations["summary_zh"]
	}
	return found
}

func TestAlertmanagerHoldsWhatIsOpenAndLetsGoOfWhatHasEnded(t *testing.T) {
	address := startAlertmanager(t)
	manager := Alertmanager{Web: Web{Address: holds(address), TimeLimit: 10 * time.Second}, Hold: time.Hour, Now: time.Now}
	if _, err := manager.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	alert := Notice{
		AlertID: "a", EventNumber: 1, Event: Opened, RuleCode: "volatile", Severity: "warning", IndicatorCode: "girls_percent", AreaCode: "450302",
		Agencies: []string{"education"}, Plans: []string{"women"}, MessageZh: "女童入学率波动较大",
		OpenedAt: time.Now().Add(-time.Hour), RecordedAt: time.Now().Add(-time.Hour),
	}
	tell := func(n Notice) {
		t.Helper()
		if err := manager.Send(t.Context(), Message{ID: "m", Notices: []Notice{n}}); err != nil {
			t.Fatal(err)
		}
	}
	expect := func(keys ...string) {
		t.Helper()
		found := standing(t, address)
		for _, key := range keys {
			if found[key] != alert.MessageZh {
				t.Errorf("%s does not stand in %v", key, found)
			}
		}
		if len(found) != len(keys) {
			t.Errorf("%d alerts stand: %v", len(found), found)
		}
	}
	tell(alert)
	if err := manager.Refresh(t.Context(), []Notice{alert}); err != nil {
		t.Fatal(err)
	}
	expect("volatile/warning/girls_percent/education")
	graver := alert
	graver.EventNumber, graver.Event, graver.Severity, graver.FormerSeverity = 2, Changed, "critical", "warning"
	graver.RecordedAt = time.Now()
	tell(graver)
	expect("volatile/critical/girls_percent/education")
	ended := graver
	ended.EventNumber, ended.Event, ended.FormerSeverity, ended.RecordedAt = 3, Resolved, "", time.Now()
	tell(ended)
	expect()
}
