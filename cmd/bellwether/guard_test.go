package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

func TestABindThatOthersReachWantsCredentialsAndTLS(t *testing.T) {
	for _, c := range []struct {
		name, yaml string
		want       []string // part of each fault, none when it is fine
	}{
		{"this machine", "{listen: '127.0.0.1:9477'}", nil},
		{"this machine by IPv6", "{listen: '[::1]:9477'}", nil},
		{"every address", "{listen: ':9477'}", []string{"open to other machines; want username", "want cert_file"}},
		{"a name that is not this machine", "{listen: 'stat.example:9477', behind_tls: true}", []string{"want username"}},
		{"with a token in the clear", "{listen: '0.0.0.0:9477', token_file: t}", []string{"want cert_file"}},
		{"with a token behind TLS", "{listen: '0.0.0.0:9477', token_file: t, behind_tls: true}", nil},
		{"with all", "{listen: '0.0.0.0:9477', username: u, password_file: p, cert_file: c, key_file: k}", nil},
		{"a password of nobody", "{listen: '127.0.0.1:1', password_file: p}", []string{"go together"}},
		{"a certificate without key", "{listen: '127.0.0.1:1', cert_file: c}", []string{"go together"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			config, _, err := LoadConfig("c.yaml", fakeEnvironment(nil, map[string]string{"c.yaml": "http: " + c.yaml + "\n"}))
			if err != nil {
				t.Fatal(err)
			}
			faults := config.HTTP.faults()
			if len(faults) != len(c.want) || (config.Validate() == nil) != (c.want == nil) {
				t.Fatalf("faults %v, of all %v", faults, config.Validate())
			}
			for i, want := range c.want {
				if !strings.Contains(faults[i].Error(), want) {
					t.Errorf("fault %q, want %q in it", faults[i], want)
				}
			}
		})
	}
}

// guarded is a server with a user and a token, and a clock of its own.
func guarded(t *testing.T) (ask func(change func(*http.Request)) (int, string), g *guard) {
	t.Helper()
	g = newGuard(HTTPConfig{Username: "prometheus", Password: "pass", Token: "tok"})
	handler := newHandler(prometheus.NewRegistry(), g, func(context.Context) error { return errors.New("warehouse down") })
	return func(change func(*http.Request)) (int, string) {
		r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
		change(r)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		return w.Code, w.Body.String()
	}, g
}

func TestOnlyTheCredentialsOpenTheMetrics(t *testing.T) {
	ask, _ := guarded(t)
	for name, c := range map[string]struct {
		change func(*http.Request)
		want   int
	}{
		"none":                  {func(*http.Request) {}, 401},
		"the user":              {func(r *http.Request) { r.SetBasicAuth("prometheus", "pass") }, 200},
		"another password":      {func(r *http.Request) { r.SetBasicAuth("prometheus", "pas") }, 401},
		"another user":          {func(r *http.Request) { r.SetBasicAuth("", "pass") }, 401},
		"the token":             {func(r *http.Request) { r.Header.Set("Authorization", "Bearer tok") }, 200},
		"the token of nobody":   {func(r *http.Request) { r.Header.Set("Authorization", "Bearer ") }, 401},
		"the token as password": {func(r *http.Request) { r.SetBasicAuth("prometheus", "tok") }, 401},
		"the token as it is":    {func(r *http.Request) { r.Header.Set("Authorization", "tok") }, 401},
	} {
		t.Run(name, func(t *testing.T) {
			if got, body := ask(c.change); got != c.want {
				t.Errorf("got %d %s, want %d", got, body, c.want)
			}
		})
	}
	if code, body := ask(func(r *http.Request) { r.URL.Path = "/healthz" }); code != 200 {
		t.Errorf("/healthz answers %d %s", code, body)
	}
	if _, body := ask(func(r *http.Request) { r.URL.Path = "/readyz" }); strings.Contains(body, "warehouse") {
		t.Errorf("/readyz tells a stranger %q", body)
	}
	if _, body := ask(func(r *http.Request) { r.URL.Path = "/readyz"; r.SetBasicAuth("prometheus", "pass") }); !strings.Contains(body, "warehouse down") {
		t.Errorf("/readyz tells us %q", body)
	}
}

func TestWhoGuessesHasToWait(t *testing.T) {
	ask, g := guarded(t)
	now := time.Now()
	g.now = func() time.Time { return now }
	for i := range mostFailures {
		if code, _ := ask(func(r *http.Request) { r.SetBasicAuth("prometheus", fmt.Sprint(i)) }); code != 401 {
			t.Fatalf("guess %d is answered %d", i, code)
		}
	}
	right := func(r *http.Request) { r.SetBasicAuth("prometheus", "pass") }
	if code, _ := ask(right); code != 429 {
		t.Errorf("after %d guesses the right one is answered %d, want 429", mostFailures, code)
	}
	if code, _ := ask(func(r *http.Request) { right(r); r.RemoteAddr = "10.0.0.9:1" }); code != 200 {
		t.Errorf("another address is answered %d, want 200", code)
	}
	now = now.Add(failureSpan)
	if code, _ := ask(right); code != 200 {
		t.Errorf("a minute later it is answered %d, want 200", code)
	}
	for i := range 3 * mostStrangers {
		g.failed(fmt.Sprint(i))
	}
	if len(g.failures) > mostStrangers {
		t.Errorf("the failures of %d addresses are remembered", len(g.failures))
	}
}

func TestRequestsAreLimited(t *testing.T) {
	free, entered := make(chan struct{}), make(chan struct{}, mostAtOnce)
	handler := limit(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		entered <- struct{}{}
		<-free
	}))
	done := make(chan struct{})
	for range mostAtOnce {
		go func() {
			handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
			done <- struct{}{}
		}()
	}
	for range mostAtOnce {
		<-entered
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	if w.Code != 503 {
		t.Errorf("one more request is answered %d, want 503", w.Code)
	}
	close(free)
	for range mostAtOnce {
		<-done
	}
	var fault error
	reader := limit(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, fault = io.ReadAll(r.Body) }))
	reader.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/", strings.NewReader(strings.Repeat("x", mostBodyBytes+1))))
	var tooLarge *http.MaxBytesError
	if !errors.As(fault, &tooLarge) {
		t.Errorf("a body that is too large gives %v", fault)
	}
}

func TestTheListenerSpeaksTLSAndLimitsHeaders(t *testing.T) {
	example := httptest.NewTLSServer(http.NotFoundHandler()) // has a certificate for 127.0.0.1
	pair := example.TLS.Certificates[0]
	example.Close()
	dir := t.TempDir()
	c := HTTPConfig{Listen: "127.0.0.1:0", CertFile: filepath.Join(dir, "cert.pem"), KeyFile: filepath.Join(dir, "key.pem")}
	key, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{
		c.CertFile: {Type: "CERTIFICATE", Bytes: pair.Certificate[0]}, c.KeyFile: {Type: "PRIVATE KEY", Bytes: key},
	} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	listener, err := c.listen()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- serveHTTP(ctx, listener, newHandler(prometheus.NewRegistry(), newGuard(c), func(context.Context) error { return nil }))
	}()
	roots := x509.NewCertPool()
	roots.AddCert(example.Certificate())
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}}
	get := func(header string) (*http.Response, error) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://"+listener.Addr().String()+"/readyz", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("X-Long", header)
		return client.Do(r)
	}
	response, err := get("")
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != 200 || response.TLS == nil || response.TLS.Version < tls.VersionTLS12 {
		t.Errorf("got %d, TLS %+v", response.StatusCode, response.TLS)
	}
	if response, err = get(strings.Repeat("x", 4*mostHeaderBytes)); err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("a header of %d bytes is answered %d", 4*mostHeaderBytes, response.StatusCode)
	}
	client.CloseIdleConnections()
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	c.KeyFile = c.CertFile
	if _, err := c.listen(); err == nil || !strings.Contains(err.Error(), "http.cert_file and http.key_file") {
		t.Errorf("a certificate for a key gives %v", err)
	}
}
