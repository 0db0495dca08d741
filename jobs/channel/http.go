package channel

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

// Secret reads a secret when it is used, so that its file may change while a
// daemon runs. A nil Secret is none.
type Secret func() (string, error)

func (s Secret) read() (string, error) {
	if s == nil {
		return "", nil
	}
	words, err := s()
	if err != nil {
		return "", &Error{Reason: SecretMissing, At: "secret", Err: err}
	}
	return words, nil
}

// Web is a server that is spoken to over HTTP.
type Web struct {
	Address   Secret // whole, with what keys it holds
	CAFile    string // PEM; empty is the certificates of the system
	TimeLimit time.Duration
}

// replyLimit is how much of an answer is read; those of robots are one line.
const replyLimit = 64 << 10

// reply is an answer that came.
type reply struct {
	status  int
	body    []byte
	host    string
	secrets []string // parts of the address, never to be quoted
}

// post sends a body as JSON. Adjust may add to the request; nil adds nothing.
func (w Web) post(ctx context.Context, body any, adjust func(*http.Request, []byte) error) (reply, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return reply{}, fmt.Errorf("write message: %w", err)
	}
	return w.ask(ctx, http.MethodPost, "", text, adjust)
}

// ask sends a request to the address with a path added to it. Redirects are not
// followed: a message goes nowhere else.
func (w Web) ask(ctx context.Context, method, path string, body []byte, adjust func(*http.Request, []byte) error) (reply, error) {
	where, err := w.where()
	if err != nil {
		return reply{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, w.TimeLimit)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, where.JoinPath(path).String(), bytes.NewReader(body))
	if err != nil {
		return reply{}, connectionError(where.Host, err)
	}
	request.Header.Set("Content-Type", "application/json; charset=utf-8")
	request.Header.Set("User-Agent", "bellwether")
	if adjust != nil {
		if err := adjust(request, body); err != nil {
			return reply{}, err
		}
	}
	client, err := w.client()
	if err != nil {
		return reply{}, err
	}
	defer client.CloseIdleConnections()
	response, err := client.Do(request)
	if err != nil {
		return reply{}, connectionError(where.Host, err)
	}
	defer response.Body.Close()
	r := reply{status: response.StatusCode, host: where.Host, secrets: secretsOf(where)}
	if r.body, err = io.ReadAll(io.LimitReader(response.Body, replyLimit)); err != nil {
		return reply{}, connectionError(where.Host, err)
	}
	return r, nil
}

// where reads the address. What is wrong with it is not quoted.
func (w Web) where() (*url.URL, error) {
	address, err := w.Address.read()
	if err != nil {
		return nil, err
	}
	where, err := url.Parse(address)
	if err != nil || where.Host == "" || where.Scheme != "http" && where.Scheme != "https" {
		return nil, &Error{Reason: SecretMissing, At: "address", Err: errors.New("want http:// or https:// and a host")}
	}
	return where, nil
}

// secretsOf are the parts of an address that may be a key: what follows the host,
// each value of a parameter, and each longer part of the path.
func secretsOf(where *url.URL) []string {
	secrets := []string{where.RequestURI()}
	for _, values := range where.Query() {
		secrets = append(secrets, values...)
	}
	for part := range strings.SplitSeq(where.Path, "/") {
		if len(part) >= 16 {
			secrets = append(secrets, part)
		}
	}
	return secrets
}

func (w Web) client() (*http.Client, error) {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	var err error
	if transport.TLSClientConfig, err = trusting(w.CAFile); err != nil {
		return nil, err
	}
	return &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}, nil
}

// trusting makes the settings of TLS: the authorities of a file, or those of the
// system.
func trusting(caFile string) (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if caFile == "" {
		return config, nil
	}
	text, err := os.ReadFile(caFile)
	if err != nil {
		return nil, &Error{Reason: Untrusted, At: caFile, Err: err}
	}
	config.RootCAs = x509.NewCertPool()
	if !config.RootCAs.AppendCertsFromPEM(text) {
		return nil, &Error{Reason: Untrusted, At: caFile, Err: errors.New("the file holds no certificate in PEM")}
	}
	return config, nil
}

// fault is what the status of an answer means; nil when the server took it.
func (r reply) fault(secrets ...string) error {
	reason := Refused
	switch {
	case r.status >= 200 && r.status <= 299:
		return nil
	case r.status == http.StatusUnauthorized, r.status == http.StatusForbidden, r.status == http.StatusProxyAuthRequired:
		reason = Denied
	case r.status == http.StatusRequestTimeout, r.status == http.StatusTooManyRequests, r.status >= 500:
		reason = Failing
	}
	words := quoted(string(r.body), append(secrets, r.secrets...)...)
	return &Error{Reason: reason, At: r.host, Err: fmt.Errorf("the server answered %d %s: %s", r.status, http.StatusText(r.status), words)}
}

// reach finds out whether the server can be connected to, and asks it nothing:
// a robot has no question that is no message.
func (w Web) reach(ctx context.Context) (string, error) {
	where, err := w.where()
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, w.TimeLimit)
	defer cancel()
	port := where.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[where.Scheme]
	}
	address := net.JoinHostPort(where.Hostname(), port)
	dial := (&net.Dialer{}).DialContext
	if where.Scheme == "https" {
		config, err := trusting(w.CAFile)
		if err != nil {
			return "", err
		}
		dial = (&tls.Dialer{Config: config}).DialContext
	}
	connection, err := dial(ctx, "tcp", address)
	if err != nil {
		return "", connectionError(where.Host, err)
	}
	connection.Close()
	return where.Scheme + "://" + where.Host + " accepts connections", nil
}

// sign is the HMAC-SHA256 of a text, in base64.
func sign(key, text string) string {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
