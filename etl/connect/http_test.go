package connect_test

import (
	"context"
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

// source is an address on a real server of this test.
func source(t *testing.T, handler http.HandlerFunc) connect.HTTP {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return connect.HTTP{URL: server.URL + "/data/return.json?key=secret", SourceCode: "civil_affairs", Spool: t.TempDir(),
		MaxBytes: 1 << 20, TimeLimit: 10 * time.Second, Retry: connect.Retry{Attempts: 3, FirstWait: time.Millisecond},
		Now: time.Now}
}

func secret(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte(text+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestHTTPKeepsTheBytesAndSaysWhatTheyAre(t *testing.T) {
	h := source(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.Header().Set("ETag", `"v1"`)
		fmt.Fprint(w, `{"year":2024}`)
	})
	pull, err := h.Fetch(t.Context(), etl.Bookmark{})
	if err != nil {
		t.Fatal(err)
	}
	payload := pull.Payloads[0]
	bytes, err := os.ReadFile(payload.Path)
	if err != nil || string(bytes) != `{"year":2024}` {
		t.Errorf("got %q, %v", bytes, err)
	}
	if payload.FileName != "return.json" || payload.MediaType != "application/json" || payload.Size != 13 || len(payload.SHA256) != 64 {
		t.Errorf("got %+v", payload)
	}
	if strings.Contains(payload.Location, "secret") {
		t.Errorf("the location %s shows the key", payload.Location)
	}
	if pull.Bookmark.ETag != `"v1"` {
		t.Errorf("got %+v, want the tag", pull.Bookmark)
	}
	if err := pull.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(payload.Path); !os.IsNotExist(err) {
		t.Errorf("the spooled file is left: %v", err)
	}
}

func TestHTTPDoesNotFetchTheSameAnswerTwice(t *testing.T) {
	h := source(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") == `"v1"` && r.Header.Get("If-Modified-Since") == "Sat, 01 Mar 2025 00:00:00 GMT" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		t.Errorf("got headers %v", r.Header)
	})
	last := etl.Bookmark{ETag: `"v1"`, LastModified: "Sat, 01 Mar 2025 00:00:00 GMT"}
	pull, err := h.Fetch(t.Context(), last)
	if err != nil || len(pull.Payloads) != 0 || pull.Bookmark != last || pull.Remark == "" {
		t.Errorf("got %+v, %v, want nothing and the bookmark as it was", pull, err)
	}
}

func TestHTTPTriesAgainWhenTheServerIsBusyAndWaitsAsAsked(t *testing.T) {
	var asked atomic.Int32
	h := source(t, func(w http.ResponseWriter, r *http.Request) {
		switch asked.Add(1) {
		case 1:
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusTooManyRequests)
		case 2:
			w.WriteHeader(http.StatusBadGateway)
		default:
			fmt.Fprint(w, "[]")
		}
	})
	began := time.Now()
	if _, err := h.Fetch(t.Context(), etl.Bookmark{}); err != nil {
		t.Fatal(err)
	}
	if asked.Load() != 3 || time.Since(began) < time.Second {
		t.Errorf("asked %d times in %s, want 3 times and a second's pause", asked.Load(), time.Since(began))
	}
}

func TestHTTPTriesAgainWhenTheAnswerBreaksOff(t *testing.T) {
	var asked atomic.Int32
	h := source(t, func(w http.ResponseWriter, r *http.Request) {
		if asked.Add(1) == 1 {
			w.Header().Set("Content-Length", "100")
			fmt.Fprint(w, "half")
			return
		}
		fmt.Fprint(w, "whole")
	})
	pull, err := h.Fetch(t.Context(), etl.Bookmark{})
	if err != nil || pull.Payloads[0].Size != 5 {
		t.Errorf("got %+v, %v", pull, err)
	}
	files, err := os.ReadDir(h.Spool)
	if err != nil || len(files) != 1 {
		t.Errorf("%d files are left in the spool directory, want 1 (%v)", len(files), err)
	}
}

func TestHTTPGivesUpOnARefusalAndQuotesIt(t *testing.T) {
	var asked atomic.Int32
	h := source(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		http.Error(w, "令牌已过期", http.StatusUnauthorized)
	})
	_, err := h.Fetch(t.Context(), etl.Bookmark{})
	if err == nil || !strings.Contains(err.Error(), "401") || !strings.Contains(err.Error(), "令牌已过期") || strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v", err)
	}
	if asked.Load() != 1 {
		t.Errorf("asked %d times, want once", asked.Load())
	}
}

func TestHTTPRefusesAnAnswerThatIsTooLarge(t *testing.T) {
	for name, handler := range map[string]http.HandlerFunc{
		"announced": func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, strings.Repeat("x", 1000)) },
		"not announced": func(w http.ResponseWriter, r *http.Request) {
			for range 100 {
				fmt.Fprint(w, strings.Repeat("x", 1000))
				w.(http.Flusher).Flush()
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := source(t, handler)
			h.MaxBytes = 999
			if _, err := h.Fetch(t.Context(), etl.Bookmark{}); err == nil || !strings.Contains(err.Error(), "larger than 999") {
				t.Errorf("got %v", err)
			}
			if files, err := os.ReadDir(h.Spool); err != nil || len(files) != 0 {
				t.Errorf("%d files are left in the spool directory (%v)", len(files), err)
			}
		})
	}
}

func TestHTTPShowsItsCredentialsFromFilesAndWords(t *testing.T) {
	for name, one := range map[string]struct {
		set  func(h *connect.HTTP)
		want string
	}{
		"bearer": {func(h *connect.HTTP) { h.Token = connect.NewSecret("", secret(t, "abc")) }, "Bearer abc"},
		"basic":  {func(h *connect.HTTP) { h.UserName, h.Password = "user", connect.NewSecret("pass", "") }, "Basic dXNlcjpwYXNz"},
	} {
		t.Run(name, func(t *testing.T) {
			got := ""
			h := source(t, func(w http.ResponseWriter, r *http.Request) { got = r.Header.Get("Authorization") })
			one.set(&h)
			if _, err := h.Fetch(t.Context(), etl.Bookmark{}); err != nil || got != one.want {
				t.Errorf("got %q, %v, want %q", got, err, one.want)
			}
		})
	}
}

func TestHTTPStopsWithItsContextAndItsTimeLimit(t *testing.T) {
	slow := func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusOK)
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}
	h := source(t, slow)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	if _, err := h.Fetch(ctx, etl.Bookmark{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the cancellation", err)
	}
	h = source(t, slow)
	h.TimeLimit = 50 * time.Millisecond
	if _, err := h.Fetch(t.Context(), etl.Bookmark{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want the time limit", err)
	}
}
