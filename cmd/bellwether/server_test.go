package main

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"bellwether/jobs"
)

func TestTheDaemonSaysWhetherItLivesAndWhetherItIsReady(t *testing.T) {
	registry := prometheus.NewRegistry()
	jobs.NewMetrics(registry)
	jobs.RegisterProcess(registry, "v1", "abc", "go1", func() int { return 0 })
	var fault error
	server := httptest.NewServer(newHandler(registry, newGuard(HTTPConfig{}), func(context.Context) error { return fault }))
	defer server.Close()
	for _, c := range []struct {
		name, path string
		fault      error
		status     int
		body       string
	}{
		{"alive", "/healthz", errors.New("warehouse down"), 200, "ok"},
		{"ready", "/readyz", nil, 200, "ready"},
		{"not ready while the warehouse is down", "/readyz", errors.New("warehouse down"), 503, "warehouse down"},
		{"metrics", "/metrics", nil, 200, `bellwether_build_info{commit="abc",go_version="go1",version="v1"} 1`},
		{"nothing else", "/", nil, 404, "not found"},
	} {
		t.Run(c.name, func(t *testing.T) {
			fault = c.fault
			response, err := server.Client().Get(server.URL + c.path)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			body, err := io.ReadAll(response.Body)
			if err != nil {
				t.Fatal(err)
			}
			if response.StatusCode != c.status || !strings.Contains(string(body), c.body) {
				t.Errorf("got %d %q", response.StatusCode, body)
			}
		})
	}
}

func TestTheServerEndsWithItsContext(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- serveHTTP(ctx, listener, http.NotFoundHandler()) }()
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
