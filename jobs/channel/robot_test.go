package channel

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// hmacOf is the signature as the documents of the messengers compute it.
func hmacOf(key, text string) string {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// TestTheSignaturesAreThoseOfTheDocuments holds fixed ones, computed with
// Python's hmac module as the documents show it.
func TestTheSignaturesAreThoseOfTheDocuments(t *testing.T) {
	if got, want := sign("this is secret", "1577262236757\nthis is secret"), dingTalkSample; got != want {
		t.Errorf("钉钉: %s, want %s", got, want)
	}
	if got, want := sign("1599360473\nthis is secret", ""), feishuSample; got != want {
		t.Errorf("飞书: %s, want %s", got, want)
	}
}

// robotServer checks what comes the way a messenger does, and answers within HTTP 200.
func robotServer(t *testing.T, dialect Dialect, now time.Time, got *string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var body struct {
			MsgType, Msg_Type, Timestamp, Sign string
			Markdown                           struct{ Content, Title, Text string }
			Content                            struct{ Text string }
		}
		text, _ := io.ReadAll(r.Body)
		if err := json.Unmarshal(text, &body); err != nil {
			t.Error(err)
		}
		isSigned := true
		switch query := r.URL.Query(); dialect {
		case WeCom:
			*got = body.Markdown.Content
		case DingTalk:
			at := query.Get("timestamp")
			isSigned = at == "1700000000123" && query.Get("sign") == hmacOf(someSecret, at+"\n"+someSecret)
			*got = body.Markdown.Text
		case Feishu:
			isSigned = body.Timestamp == "1700000000" && body.Sign == hmacOf(body.Timestamp+"\n"+someSecret, "")
			*got = body.Content.Text
		}
		if r.URL.Query().Get("key") != someSecret || !isSigned {
			io.WriteString(w, `{"errcode":310000,"errmsg":"sign not match `+someSecret+`"}`)
			return
		}
		io.WriteString(w, map[Dialect]string{
			WeCom: `{"errcode":0,"errmsg":"ok"}`, DingTalk: `{"errcode":0,"errmsg":"ok"}`, Feishu: `{"code":0,"msg":"success","data":{}}`,
		}[dialect])
	}
}

func TestARobotIsToldAsItsMessengerWants(t *testing.T) {
	now := time.UnixMilli(1_700_000_000_123)
	for _, dialect := range []Dialect{WeCom, DingTalk, Feishu} {
		t.Run(string(dialect), func(t *testing.T) {
			var got string
			robot := Robot{Web: serveWeb(t, robotServer(t, dialect, now, &got)), Dialect: dialect, Now: func() time.Time { return now }}
			if dialect != WeCom {
				robot.Secret = holds(someSecret)
			}
			if err := robot.Send(t.Context(), outage(3)); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(got, "监测预警：警告 3 条") || !strings.Contains(got, "数据源异常（区卫生健康局）：3 条") {
				t.Errorf("got:\n%s", got)
			}
			if found, err := robot.Check(t.Context()); err != nil || strings.Contains(found, someSecret) {
				t.Errorf("check: %s %v", found, err)
			}
			if dialect == WeCom {
				return
			}
			robot.Secret = holds("another")
			got = ""
			expectFault(t, robot.Send(t.Context(), outage(1)), Denied)
		})
	}
}

// expectFault wants an error of the reason that shows no secret.
func expectFault(t *testing.T, err error, reason Reason) {
	t.Helper()
	var fault *Error
	if !errors.As(err, &fault) || fault.Reason != reason {
		t.Errorf("got %v, want %s", err, reason)
	}
	if err != nil && strings.Contains(err.Error(), someSecret) {
		t.Errorf("the error shows a secret: %v", err)
	}
}

func TestAnAnswerWithinHTTP200IsReadForItsCode(t *testing.T) {
	for _, c := range []struct {
		answer string
		reason Reason
	}{
		{`{"errcode":93000,"errmsg":"invalid webhook url"}`, Denied},
		{`{"errcode":45009,"errmsg":"api freq out of limit"}`, Failing},
		{`{"errcode":40058,"errmsg":"markdown.content exceed max length"}`, Refused},
		{`{"code":19021,"msg":"sign match fail or timestamp is not within one hour from current time"}`, Denied},
		{`{"code":11232,"msg":"frequency limited"}`, Failing},
		{`<html>` + someSecret, Refused},
		{`{}`, Refused},
	} {
		t.Run(c.answer, func(t *testing.T) {
			web := serveWeb(t, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, c.answer) })
			robot := Robot{Web: web, Dialect: WeCom, Now: time.Now, Secret: holds(someSecret)}
			expectFault(t, robot.Send(t.Context(), outage(1)), c.reason)
		})
	}
}

func TestAWebhookIsSignedAndNamesTheMessage(t *testing.T) {
	var keys []string
	web := serveWeb(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mac := hmac.New(sha256.New, []byte(someSecret))
		mac.Write(body)
		if r.Header.Get(SignatureHeader) != "sha256="+hex.EncodeToString(mac.Sum(nil)) {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		var m Message
		if err := json.Unmarshal(body, &m); err != nil || len(m.Notices) != 2 || m.Notices[1].Key != "k1" {
			t.Errorf("%v: %s", err, body)
		}
		keys = append(keys, r.Header.Get(IdempotencyHeader))
		w.WriteHeader(http.StatusAccepted)
	})
	hook := Webhook{Web: web, Secret: holds(someSecret)}
	for range 2 {
		if err := hook.Send(t.Context(), outage(2)); err != nil {
			t.Fatal(err)
		}
	}
	if len(keys) != 2 || keys[0] != "m1" || keys[0] != keys[1] {
		t.Errorf("keys %q", keys)
	}
	hook.Secret = holds("another")
	expectFault(t, hook.Send(t.Context(), outage(2)), Denied)
}

// TestWhatGoesWrongHasAReasonAndShowsNoSecret for every way to fail before an answer.
func TestWhatGoesWrongHasAReasonAndShowsNoSecret(t *testing.T) {
	status := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", "https://elsewhere.example/")
			w.WriteHeader(code)
			io.WriteString(w, r.URL.String())
		}
	}
	for code, reason := range map[int]Reason{403: Denied, 404: Refused, 302: Refused, 429: Failing, 503: Failing} {
		expectFault(t, Webhook{Web: serveWeb(t, status(code))}.Send(t.Context(), outage(1)), reason)
	}
	sound := serveWeb(t, status(200))
	stranger := sound
	stranger.CAFile = ""
	expectFault(t, Webhook{Web: stranger}.Send(t.Context(), outage(1)), Untrusted)
	_, err := Webhook{Web: stranger}.Check(t.Context())
	expectFault(t, err, Untrusted)

	slow := serveWeb(t, func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body) // a server sees that a client has gone once it has read everything
		<-r.Context().Done()
	})
	slow.TimeLimit = 50 * time.Millisecond
	expectFault(t, Webhook{Web: slow}.Send(t.Context(), outage(1)), TooSlow)

	dead := sound
	dead.Address = holds("https://127.0.0.1:1/" + someSecret)
	expectFault(t, Webhook{Web: dead}.Send(t.Context(), outage(1)), Unreachable)
	dead.Address = holds("ftp://" + someSecret)
	expectFault(t, Webhook{Web: dead}.Send(t.Context(), outage(1)), SecretMissing)
	dead.Address = func() (string, error) { return "", errors.New("no such file") }
	expectFault(t, Webhook{Web: dead}.Send(t.Context(), outage(1)), SecretMissing)
}

const (
	dingTalkSample = "hmPWwU+7lVdm3ZZz0r9tSfx0L4Q26jWOZr9+Gs6EZQM="
	feishuSample   = "/eYKrXQBzTjUZJ3s6NX16VxGbTwmK7AEs8/FnvC1CSw="
)
