package main

import (
	"crypto/sha256"
	"crypto/subtle"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/netutil"
)

// What a stranger may cost us: open connections, requests at once, bytes of a
// request, and failed logins from one address within a minute.
const (
	mostConnections = 64
	mostAtOnce      = 16
	mostHeaderBytes = 16 << 10
	mostBodyBytes   = 64 << 10
	mostFailures    = 10
	failureSpan     = time.Minute
	mostStrangers   = 1024 // addresses that failures are remembered of
)

// guard lets in who has the credentials: a user name with a password, or a token.
type guard struct {
	userName        string
	password, token func() (string, error) // nil when there is none
	now             func() time.Time

	lock     sync.Mutex
	failures map[string][]time.Time // by address, oldest first
}

func newGuard(c HTTPConfig) *guard {
	g := &guard{userName: c.Username, now: time.Now, failures: map[string][]time.Time{}}
	if c.Password != "" || c.PasswordFile != "" {
		g.password = secretOf(string(c.Password), c.PasswordFile)
	}
	if c.Token != "" || c.TokenFile != "" {
		g.token = secretOf(string(c.Token), c.TokenFile)
	}
	return g
}

// isOpen reports whether no credentials are asked for.
func (g *guard) isOpen() bool { return g.password == nil && g.token == nil }

// admits reports whether the request has the credentials. How long it takes says
// nothing about how much of them was right.
func (g *guard) admits(r *http.Request) (bool, error) {
	if g.isOpen() {
		return true, nil
	}
	isRight := false
	if g.token != nil {
		want, err := g.token()
		if err != nil {
			return false, err
		}
		given, isBearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		isRight = isRight || same(given, want) && isBearer
	}
	if g.password != nil {
		want, err := g.password()
		if err != nil {
			return false, err
		}
		name, given, isBasic := r.BasicAuth()
		isName, isPassword := same(name, g.userName), same(given, want)
		isRight = isRight || isName && isPassword && isBasic
	}
	return isRight, nil
}

// same compares in a time that does not depend on the texts or their lengths.
func same(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

// require answers 401 to who lacks the credentials, and 429 to an address that has
// failed too often of late, whatever it has now.
func (g *guard) require(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		from := addressOf(r)
		if wait := g.mustWait(from); wait > 0 {
			w.Header().Set("Retry-After", fmt.Sprint(int(wait.Seconds())+1))
			http.Error(w, "too many failed logins; try again later", http.StatusTooManyRequests)
			return
		}
		isRight, err := g.admits(r)
		switch {
		case err != nil:
			http.Error(w, "the credentials of this server cannot be read; see its log", http.StatusInternalServerError)
		case !isRight:
			g.failed(from)
			w.Header().Set("WWW-Authenticate", `Basic realm="bellwether", charset="UTF-8"`)
			http.Error(w, "want the credentials of http in the configuration", http.StatusUnauthorized)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

func addressOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// mustWait is how long an address has to wait until it may try again.
func (g *guard) mustWait(from string) time.Duration {
	g.lock.Lock()
	defer g.lock.Unlock()
	recent := g.recent(from)
	if len(recent) < mostFailures {
		return 0
	}
	return recent[0].Add(failureSpan).Sub(g.now())
}

func (g *guard) failed(from string) {
	g.lock.Lock()
	defer g.lock.Unlock()
	if len(g.failures) >= mostStrangers {
		for other := range g.failures {
			g.recent(other)
		}
		if len(g.failures) >= mostStrangers {
			clear(g.failures)
		}
	}
	g.failures[from] = append(g.recent(from), g.now())
}

// recent forgets the failures of an address that are over, and returns the others.
func (g *guard) recent(from string) []time.Time {
	times := g.failures[from]
	for len(times) > 0 && g.now().Sub(times[0]) >= failureSpan {
		times = times[1:]
	}
	if g.failures[from] = times; len(times) == 0 {
		delete(g.failures, from)
	}
	return times
}

// limit answers 503 when too many requests are being answered, and reads no more of
// a body than anything here needs.
func limit(next http.Handler) http.Handler {
	places := make(chan struct{}, mostAtOnce)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case places <- struct{}{}:
			defer func() { <-places }()
		default:
			w.Header().Set("Retry-After", "1")
			http.Error(w, "too many requests at once", http.StatusServiceUnavailable)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, mostBodyBytes)
		next.ServeHTTP(w, r)
	})
}

// listen opens the address of the configuration, with TLS when it has a certificate,
// which is read anew for each connection so that a renewed one counts.
func (c HTTPConfig) listen() (net.Listener, error) {
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", c.Listen, err)
	}
	listener = netutil.LimitListener(listener, mostConnections)
	if c.CertFile == "" {
		return listener, nil
	}
	if _, err := tls.LoadX509KeyPair(c.CertFile, c.KeyFile); err != nil {
		listener.Close()
		return nil, fmt.Errorf("http.cert_file and http.key_file: %w", err)
	}
	return tls.NewListener(listener, &tls.Config{
		MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
			pair, err := tls.LoadX509KeyPair(c.CertFile, c.KeyFile)
			return &pair, err
		},
	}), nil
}

// faults are what is wrong with the settings of the HTTP server. Beyond this machine
// nobody is let in without credentials, and those are not sent in the clear.
func (c HTTPConfig) faults() []error {
	l := faultList{at: "http"}
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil {
		l.addIf(true, ".listen: want host:port, got %q", c.Listen)
		return l.faults
	}
	hasPassword, hasToken := c.Password != "" || c.PasswordFile != "", c.Token != "" || c.TokenFile != ""
	isHere := host == "localhost" || net.ParseIP(host).IsLoopback()
	l.addIf(c.Password != "" && c.PasswordFile != "", ": want password or password_file, not both")
	l.addIf(c.Token != "" && c.TokenFile != "", ": want token or token_file, not both")
	l.addIf((c.Username != "") != hasPassword, ": username and password go together")
	l.addIf((c.CertFile != "") != (c.KeyFile != ""), ": cert_file and key_file go together")
	l.addIf(!isHere && !hasPassword && !hasToken, ".listen: %s is open to other machines; want username and password_file, or token_file, or 127.0.0.1", c.Listen)
	l.addIf(!isHere && c.CertFile == "" && !c.IsBehindTLS, ".listen: %s is open to other machines; want cert_file and key_file, or behind_tls: true where something in front of it has them", c.Listen)
	return l.faults
}
