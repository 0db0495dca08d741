package connect_test

import (
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"bellwether/etl"
	"bellwether/etl/connect"
)

// withSecrets gives a source every kind of credential.
func withSecrets(t *testing.T, h connect.HTTP) connect.HTTP {
	h.Token = connect.NewSecret("", secret(t, "hunter2"))
	h.Headers = []connect.Field{{Name: "X-API-Key", Value: connect.NewSecret("hunter2", "")}, {Name: "Accept", Value: connect.NewSecret("text/csv", "")}}
	h.Query = []connect.Field{{Name: "subscription", Value: connect.NewSecret("hunter2", "")}}
	return h
}

func TestARedirectToAnotherHostTakesNoCredentialsWithIt(t *testing.T) {
	received := make(chan string, 1)
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		received <- fmt.Sprint(r.URL, r.Header)
		fmt.Fprint(w, "a\n1\n")
	}))
	t.Cleanup(other.Close)
	h := withSecrets(t, source(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-API-Key") != "hunter2" || r.URL.Query().Get("subscription") != "hunter2" {
			t.Errorf("the host itself got %v, %s", r.Header, r.URL)
		}
		http.Redirect(w, r, other.URL+"/copy.csv", http.StatusFound)
	}))
	if _, err := h.Fetch(t.Context(), etl.Bookmark{}); err != nil {
		t.Fatal(err)
	}
	if got := <-received; strings.Contains(got, "hunter2") || !strings.Contains(got, "text/csv") {
		t.Errorf("another host got %s", got)
	}
}

func TestARedirectOnTheSameHostKeepsTheCredentials(t *testing.T) {
	h := withSecrets(t, source(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/moved.csv" {
			http.Redirect(w, r, "/moved.csv", http.StatusMovedPermanently)
			return
		}
		if r.Header.Get("X-API-Key") != "hunter2" || r.Header.Get("Authorization") != "Bearer hunter2" {
			t.Errorf("got %v", r.Header)
		}
	}))
	pull, err := h.Fetch(t.Context(), etl.Bookmark{})
	if err != nil || pull.Payloads[0].FileName != "moved.csv" {
		t.Errorf("got %+v, %v", pull, err)
	}
}

func TestARedirectFromHTTPSToHTTPIsNotFollowed(t *testing.T) {
	open := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(open.Close)
	server := httptest.NewTLSServer(http.RedirectHandler(open.URL, http.StatusFound))
	t.Cleanup(server.Close)
	h := source(t, nil)
	h.URL, h.CAFile = server.URL, certificateOf(t, server)
	if got := pulledFor(t, h); got != etl.RedirectRefused {
		t.Errorf("got %s", got)
	}
}

func certificateOf(t *testing.T, server *httptest.Server) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ca.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestACertificateIsTrustedOnlyWhenItsFileSaysSo(t *testing.T) {
	var asked atomic.Int32
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { asked.Add(1) }))
	t.Cleanup(server.Close)
	h := source(t, nil)
	h.URL = server.URL
	if got := pulledFor(t, h); got != etl.CertificateUntrusted || asked.Load() != 0 {
		t.Errorf("got %s, and the server was asked %d times", got, asked.Load())
	}
	h.CAFile = certificateOf(t, server)
	pull, err := h.Fetch(t.Context(), etl.Bookmark{})
	if err = errors.Join(err, pull.Close()); err != nil || asked.Load() != 1 {
		t.Errorf("got %v, and the server was asked %d times", err, asked.Load())
	}
	h.CAFile = secret(t, "no certificate")
	if got := pulledFor(t, h); got != etl.CertificateUntrusted {
		t.Errorf("got %s", got)
	}
}

func TestEveryRefusalHasItsReason(t *testing.T) {
	for status, want := range map[int]etl.PullReason{
		400: etl.RequestRefused, 401: etl.AccessDenied, 403: etl.AccessDenied, 404: etl.NotThere, 410: etl.NotThere,
		429: etl.ServerError, 500: etl.ServerError, 503: etl.ServerError,
	} {
		h := source(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(status) })
		if got := pulledFor(t, h); got != want {
			t.Errorf("%d: got %s, want %s", status, got, want)
		}
		if _, err := h.Check(t.Context()); err == nil || !strings.HasPrefix(err.Error(), string(want)) {
			t.Errorf("%d: the check says %v", status, err)
		}
	}
	h := source(t, nil)
	h.URL = "http://127.0.0.1:1/"
	if got := pulledFor(t, h); got != etl.Unreachable {
		t.Errorf("got %s", got)
	}
	h.Token = connect.NewSecret("", "/nowhere/token")
	if got := pulledFor(t, h); got != etl.SecretMissing {
		t.Errorf("got %s", got)
	}
}

// TestRetryAfterMayBeADate also holds that a pause beyond the time limit is not
// waited for.
func TestRetryAfterMayBeADate(t *testing.T) {
	now := time.Date(2025, 3, 1, 9, 0, 0, 0, time.UTC)
	var asked atomic.Int32
	h := source(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		w.Header().Set("Retry-After", now.Add(time.Hour).Format(http.TimeFormat))
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	h.Now = func() time.Time { return now }
	if got := pulledFor(t, h); got != etl.ServerError || asked.Load() != 1 {
		t.Errorf("got %s after %d questions, want to stop at the first", got, asked.Load())
	}
}

func TestNoErrorQuotesAPasswordInItsEncodedForm(t *testing.T) {
	h := source(t, func(w http.ResponseWriter, r *http.Request) {
		http.Error(w, r.Header.Get("Authorization"), http.StatusUnauthorized)
	})
	h.UserName, h.Password = "user", connect.NewSecret("pass", "")
	if _, err := h.Fetch(t.Context(), etl.Bookmark{}); err == nil || !strings.HasSuffix(err.Error(), "Basic ******") {
		t.Errorf("got %v", err)
	}
}

func TestNoErrorQuotesASecret(t *testing.T) {
	h := withSecrets(t, source(t, func(w http.ResponseWriter, r *http.Request) {
		http.Error(w, "bad token "+r.Header.Get("Authorization")+" in "+r.URL.String(), http.StatusForbidden)
	}))
	_, err := h.Fetch(t.Context(), etl.Bookmark{})
	var failed *etl.PullError
	if !errors.As(err, &failed) || !strings.Contains(err.Error(), "bad token Bearer ******") {
		t.Errorf("got %v", err)
	}
	_, checked := h.Check(t.Context())
	for _, text := range []string{fmt.Sprint(err), fmt.Sprint(checked), fmt.Sprintf("%v %+v %#v", h, h, h.Token)} {
		if strings.Contains(text, "hunter2") {
			t.Errorf("shown: %s", text)
		}
	}
}
