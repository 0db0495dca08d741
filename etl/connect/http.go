package connect

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"os"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"

	"bellwether/etl"
)

// ErrNotModified reports that the publisher has nothing newer.
var ErrNotModified = errors.New("not modified")

// HTTP is an address on the web.
type HTTP struct {
	URL          string
	SourceCode   string            // publisher, put into the payload
	Licence      string            // licence of the data
	Attribution  string            // how the publisher wants to be named
	Headers      map[string]string // further headers, such as Accept
	TokenFile    string            // file with a bearer token, read at each fetch
	UserName     string            // basic authentication, together with PasswordFile
	PasswordFile string            // file with the password
	Spool        string            // directory for the bytes; the system's when empty
	MaxBytes     int64             // larger answers are refused
	TimeLimit    time.Duration     // for the whole fetch with its repetitions
	Attempts     uint              // how often a fetch is tried
	FirstWait    time.Duration     // wait before the second attempt; it doubles
	Client       *http.Client
	Now          func() time.Time
}

// Validators are what a publisher gave with an answer so that the next fetch can
// ask for something newer. They are kept by the caller.
type Validators struct {
	ETag         string
	LastModified string
}

// Fetch gets the address into a file of the spool directory, which the caller
// removes when the payload is archived. It returns ErrNotModified when the
// publisher says that nothing changed since the validators. Refusals by the server
// (4xx) are final; overload, failures of the server and broken connections are
// tried again, after as long a pause as Retry-After asks for.
func (h HTTP) Fetch(ctx context.Context, last Validators) (etl.Payload, Validators, error) {
	ctx, cancel := context.WithTimeout(ctx, h.TimeLimit)
	defer cancel()
	type answer struct {
		payload    etl.Payload
		validators Validators
	}
	wait := backoff.NewExponentialBackOff()
	wait.InitialInterval = h.FirstWait
	got, err := backoff.Retry(ctx, func() (answer, error) {
		payload, validators, err := h.try(ctx, last)
		return answer{payload, validators}, err
	}, backoff.WithBackOff(wait), backoff.WithMaxTries(h.Attempts), backoff.WithMaxElapsedTime(h.TimeLimit))
	if err != nil {
		return etl.Payload{}, Validators{}, fmt.Errorf("fetch %s: %w", h.shownURL(), err)
	}
	return got.payload, got.validators, nil
}

// shownURL is the address without a password.
func (h HTTP) shownURL() string {
	parsed, err := url.Parse(h.URL)
	if err != nil {
		return "address"
	}
	parsed.RawQuery = ""
	return parsed.Redacted()
}

// try fetches once.
func (h HTTP) try(ctx context.Context, last Validators) (etl.Payload, Validators, error) {
	request, err := h.request(ctx, last)
	if err != nil {
		return etl.Payload{}, Validators{}, backoff.Permanent(err)
	}
	response, err := h.Client.Do(request)
	if err != nil {
		var failed *url.Error
		if errors.As(err, &failed) {
			err = failed.Err // without the address, which may hold a key
		}
		return etl.Payload{}, Validators{}, err
	}
	defer response.Body.Close()
	if err := checkStatus(response); err != nil {
		return etl.Payload{}, Validators{}, err
	}
	payload, err := h.spool(ctx, response)
	if err != nil {
		return etl.Payload{}, Validators{}, err
	}
	return payload, Validators{ETag: response.Header.Get("ETag"), LastModified: response.Header.Get("Last-Modified")}, nil
}

func (h HTTP) request(ctx context.Context, last Validators) (*http.Request, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, h.URL, nil)
	if err != nil {
		return nil, err
	}
	for name, value := range h.Headers {
		request.Header.Set(name, value)
	}
	if last.ETag != "" {
		request.Header.Set("If-None-Match", last.ETag)
	}
	if last.LastModified != "" {
		request.Header.Set("If-Modified-Since", last.LastModified)
	}
	switch {
	case h.TokenFile != "":
		token, err := readSecret(h.TokenFile)
		if err != nil {
			return nil, err
		}
		request.Header.Set("Authorization", "Bearer "+token)
	case h.UserName != "":
		password, err := readSecret(h.PasswordFile)
		if err != nil {
			return nil, err
		}
		request.SetBasicAuth(h.UserName, password)
	}
	return request, nil
}

func readSecret(path string) (string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("read secret: %w", err)
	}
	return strings.TrimSpace(string(text)), nil
}

// checkStatus turns anything but 200 into an error that says whether to try
// again.
func checkStatus(response *http.Response) error {
	switch code := response.StatusCode; {
	case code == http.StatusOK:
		return nil
	case code == http.StatusNotModified:
		return backoff.Permanent(ErrNotModified)
	case code == http.StatusTooManyRequests, code == http.StatusRequestTimeout, code >= 500:
		if seconds, err := strconv.Atoi(response.Header.Get("Retry-After")); err == nil && seconds > 0 {
			return fmt.Errorf("%w; %w", statusError(response), backoff.RetryAfter(seconds))
		}
		return statusError(response)
	}
	return backoff.Permanent(statusError(response))
}

// statusError quotes the beginning of the answer, where servers put the reason.
func statusError(response *http.Response) error {
	opening, err := io.ReadAll(io.LimitReader(response.Body, 200))
	if err != nil || len(opening) == 0 {
		return fmt.Errorf("server answered %s", response.Status)
	}
	return fmt.Errorf("server answered %s: %s", response.Status, strings.ToValidUTF8(strings.TrimSpace(string(opening)), "�"))
}

// spool writes the answer to a file and takes its hash on the way.
func (h HTTP) spool(ctx context.Context, response *http.Response) (etl.Payload, error) {
	if response.ContentLength > h.MaxBytes {
		return etl.Payload{}, backoff.Permanent(h.tooLarge())
	}
	file, err := os.CreateTemp(h.Spool, "fetch-*")
	if err != nil {
		return etl.Payload{}, backoff.Permanent(fmt.Errorf("create spool file: %w", err))
	}
	digest := sha256.New()
	size, err := io.Copy(io.MultiWriter(file, digest), io.LimitReader(contextReader{ctx, response.Body}, h.MaxBytes+1))
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	if err == nil && size > h.MaxBytes {
		err = backoff.Permanent(h.tooLarge())
	}
	if err != nil {
		return etl.Payload{}, errors.Join(err, os.Remove(file.Name()))
	}
	mediaType, _, err := mime.ParseMediaType(response.Header.Get("Content-Type"))
	if err != nil {
		mediaType = "" // a publisher's slip; the bytes say what they are
	}
	return etl.Payload{SHA256: hex.EncodeToString(digest.Sum(nil)), SourceCode: h.SourceCode, FileName: fileName(response),
		Location: h.shownURL(), MediaType: mediaType, Licence: h.Licence, Attribution: h.Attribution,
		Size: size, RetrievedAt: h.Now().UTC(), Path: file.Name()}, nil
}

func (h HTTP) tooLarge() error {
	return fmt.Errorf("the answer is larger than %d bytes", h.MaxBytes)
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
