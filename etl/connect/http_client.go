package connect

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math"
	"mime"
	"net/http"
	"net/url"
	"os"
	"path"
	"strconv"
	"strings"

	"github.com/cenkalti/backoff/v5"

	"bellwether/etl"
)

// errNotModified reports that the publisher has nothing newer.
var errNotModified = errors.New("not modified")

// visit reads the secrets and makes ready to connect.
func (h HTTP) visit() (*visit, error) {
	v := &visit{HTTP: h, header: http.Header{}, left: h.MaxBytes}
	var err error
	if v.first, err = url.Parse(h.URL); err != nil {
		return nil, &etl.PullError{Reason: etl.NotThere, At: "address", Err: errors.Unwrap(err)}
	}
	if v.first, err = v.addQuery(v.first); err != nil {
		return nil, err
	}
	for _, f := range h.Headers {
		value, err := v.secret(f.Value)
		if err != nil {
			return nil, err
		}
		v.header.Set(f.Name, value)
	}
	switch {
	case h.Token.IsSet():
		token, err := v.secret(h.Token)
		if err != nil {
			return nil, err
		}
		v.header.Set("Authorization", "Bearer "+token)
	case h.UserName != "":
		password, err := v.secret(h.Password)
		if err != nil {
			return nil, err
		}
		request := http.Request{Header: v.header}
		request.SetBasicAuth(h.UserName, password)
		v.secrets = append(v.secrets, strings.TrimPrefix(v.header.Get("Authorization"), "Basic "))
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	if transport.TLSClientConfig, err = trusting(h.CAFile); err != nil {
		return nil, err
	}
	v.client = &http.Client{Transport: transport, CheckRedirect: checkRedirect}
	return v, nil
}

// secret reads a secret and remembers it, so that no error can quote it.
func (v *visit) secret(s Secret) (string, error) {
	words, err := s.read()
	if words != "" && s.IsSet() {
		v.secrets = append(v.secrets, words, url.QueryEscape(words))
	}
	return words, err
}

// addQuery adds the parameters that are never shown to an address.
func (v *visit) addQuery(address *url.URL) (*url.URL, error) {
	if len(v.Query) == 0 {
		return address, nil
	}
	changed, query := *address, address.Query()
	for _, f := range v.Query {
		value, err := v.secret(f.Value)
		if err != nil {
			return nil, err
		}
		query.Set(f.Name, value)
	}
	changed.RawQuery = query.Encode()
	return &changed, nil
}

// trusting trusts the certificates of a file, or those of the system.
func trusting(caFile string) (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if caFile == "" {
		return config, nil
	}
	text, err := os.ReadFile(caFile)
	config.RootCAs = x509.NewCertPool()
	if err == nil && !config.RootCAs.AppendCertsFromPEM(text) {
		err = errors.New("the file holds no certificate (PEM)")
	}
	if err != nil {
		return nil, &etl.PullError{Reason: etl.CertificateUntrusted, At: caFile, Err: err}
	}
	return config, nil
}

// maxRedirects is what browsers follow before they believe in a loop, halved.
const maxRedirects = 10

// checkRedirect follows a redirect without telling another host who we are, and
// never from an encrypted connection to an open one.
func checkRedirect(next *http.Request, before []*http.Request) error {
	first := before[0]
	refuse := func(why string) error {
		return &etl.PullError{Reason: etl.RedirectRefused, At: shownURL(first.URL), Err: fmt.Errorf("to %s: %s", shownURL(next.URL), why)}
	}
	if len(before) >= maxRedirects {
		return refuse("too many redirects")
	}
	if first.URL.Scheme == "https" && next.URL.Scheme != "https" {
		return refuse("it leads from https to " + next.URL.Scheme)
	}
	next.Header.Del("Referer") // it quotes the parameters of the address
	if isSameHost(first.URL, next.URL) {
		return nil
	}
	for name := range next.Header {
		if !strings.HasPrefix(name, "Accept") && name != "User-Agent" {
			next.Header.Del(name)
		}
	}
	return nil
}

// isSameHost compares scheme, host and port.
func isSameHost(a, b *url.URL) bool { return a.Scheme == b.Scheme && strings.EqualFold(a.Host, b.Host) }

// retry asks until an answer was taken, or until there is no sense in asking.
func (v *visit) retry(ctx context.Context, address *url.URL, last etl.Bookmark, take func(*http.Response) error) (*http.Response, error) {
	var newest error
	response, err := again(ctx, v.Retry, v.TimeLimit, func() (*http.Response, error) {
		response, err := v.ask(ctx, address, last)
		if err == nil {
			err = take(response)
			response.Body.Close()
		}
		var final *etl.PullError
		if errors.As(err, &final) && final.Reason != etl.ServerError {
			return nil, backoff.Permanent(err)
		}
		newest = err
		return response, err
	})
	if ctx.Err() != nil && newest != nil && !errors.Is(newest, ctx.Err()) {
		err = fmt.Errorf("%w, and before: %w", err, newest)
	}
	return response, v.failed(ctx, err)
}

// failed makes an error one of the reasons, and takes our secrets out of it.
func (v *visit) failed(ctx context.Context, err error) error {
	var known *etl.PullError
	var certificate *tls.CertificateVerificationError
	reason := etl.Unreachable
	switch {
	case err == nil || errors.Is(err, errNotModified) || errors.Is(ctx.Err(), context.Canceled):
		return err
	case ctx.Err() != nil:
		reason = etl.TimeLimit
	case errors.As(err, &known):
		return known
	case errors.As(err, &certificate):
		reason = etl.CertificateUntrusted
	}
	if scrubbed := scrub(err.Error(), v.secrets...); scrubbed != err.Error() {
		err = errors.New(scrubbed)
	}
	return &etl.PullError{Reason: reason, At: shownURL(v.first), Err: err}
}

// ask asks once. The caller closes the body.
func (v *visit) ask(ctx context.Context, address *url.URL, last etl.Bookmark) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), nil)
	if err != nil {
		return nil, backoff.Permanent(err)
	}
	request.Header = v.header.Clone()
	if last.ETag != "" {
		request.Header.Set("If-None-Match", last.ETag)
	}
	if last.LastModified != "" {
		request.Header.Set("If-Modified-Since", last.LastModified)
	}
	response, err := v.client.Do(request)
	if err != nil {
		var failed *url.Error
		var certificate *tls.CertificateVerificationError
		if errors.As(err, &failed) {
			err = failed.Err // without the address, which may hold a key
		}
		if errors.As(err, &certificate) {
			err = backoff.Permanent(err)
		}
		return nil, err
	}
	if err := v.checkStatus(response); err != nil {
		response.Body.Close()
		return nil, err
	}
	return response, nil
}

// checkStatus turns anything but 200 into an error that says whether to try
// again.
func (v *visit) checkStatus(response *http.Response) error {
	reason := etl.RequestRefused
	switch code := response.StatusCode; {
	case code == http.StatusOK:
		return nil
	case code == http.StatusNotModified:
		return backoff.Permanent(errNotModified)
	case code == http.StatusTooManyRequests, code == http.StatusRequestTimeout, code >= 500:
		reason = etl.ServerError
	case code == http.StatusUnauthorized, code == http.StatusForbidden, code == http.StatusProxyAuthRequired:
		reason = etl.AccessDenied
	case code == http.StatusNotFound, code == http.StatusGone:
		reason = etl.NotThere
	}
	err := error(&etl.PullError{Reason: reason, At: shownURL(v.first), Err: v.statusError(response)})
	if seconds := v.retryAfter(response); reason == etl.ServerError && seconds > 0 {
		err = fmt.Errorf("%w; %w", err, backoff.RetryAfter(seconds))
	}
	return err
}

// retryAfter reads both forms of the header, seconds and a date; 0 is none.
func (v *visit) retryAfter(response *http.Response) int {
	text := response.Header.Get("Retry-After")
	if seconds, err := strconv.Atoi(text); err == nil {
		return seconds
	}
	if moment, err := http.ParseTime(text); err == nil {
		return int(math.Ceil(moment.Sub(v.Now()).Seconds()))
	}
	return 0
}

// statusError quotes the beginning of the answer, where servers put the reason.
func (v *visit) statusError(response *http.Response) error {
	opening, err := io.ReadAll(io.LimitReader(response.Body, 200))
	if err != nil || len(opening) == 0 {
		return fmt.Errorf("server answered %s", response.Status)
	}
	text := strings.ToValidUTF8(strings.TrimSpace(string(opening)), "�")
	return fmt.Errorf("server answered %s: %s", response.Status, scrub(text, v.secrets...))
}

func mediaType(response *http.Response) string {
	declared, _, err := mime.ParseMediaType(response.Header.Get("Content-Type"))
	if err != nil {
		return "" // a publisher's slip; the bytes say what they are
	}
	return declared
}

// fileName is what the publisher calls the answer: in its headers, else in the
// address.
func fileName(response *http.Response) string {
	_, parameters, err := mime.ParseMediaType(response.Header.Get("Content-Disposition"))
	if err == nil && parameters["filename"] != "" {
		return path.Base(strings.ReplaceAll(parameters["filename"], `\`, "/"))
	}
	if base := path.Base(response.Request.URL.Path); base != "/" && base != "." {
		return base
	}
	return response.Request.URL.Host
}
