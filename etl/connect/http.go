package connect

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"net/url"
	"os"
	"time"

	"bellwether/etl"
)

// HTTP is an address on the web.
type HTTP struct {
	URL         string
	SourceCode  string  // publisher, put into the payload
	Licence     string  // licence of the data
	Attribution string  // how the publisher wants to be named
	Headers     []Field // further headers, such as Accept or a key
	Query       []Field // further parameters of the address that are never shown, such as a key
	Token       Secret  // bearer token
	UserName    string  // basic authentication, together with Password
	Password    Secret
	CAFile      string        // certificates (PEM) to trust instead of those of the system
	Paging      Paging        // how the answer is cut into pages
	Spool       string        // directory for the bytes; the system's when empty
	MaxBytes    int64         // larger answers are refused, all pages counted
	TimeLimit   time.Duration // for the whole fetch with its repetitions
	Retry       Retry         // of each page
	Now         func() time.Time
}

// Field is a header or a parameter with its value.
type Field struct {
	Name  string
	Value Secret
}

// Fetch gets the address as one payload; doc.go says what becomes of pages. When
// the publisher says that nothing changed since the bookmark there is none. Pages
// are always fetched: that the first has not changed says nothing of the others.
// Refusals by the server (4xx) are final; overload, failures of the server and
// broken connections are tried again, after as long a pause as Retry-After asks for.
func (h HTTP) Fetch(ctx context.Context, last etl.Bookmark) (etl.Pull, error) {
	ctx, cancel := context.WithTimeout(ctx, h.TimeLimit)
	defer cancel()
	v, err := h.visit()
	if err != nil {
		return etl.Pull{}, err
	}
	defer v.client.CloseIdleConnections()
	if h.Paging.Kind == "" {
		return v.single(ctx, last)
	}
	return v.paged(ctx)
}

// Check asks for the address once and takes only the beginning of the answer.
func (h HTTP) Check(ctx context.Context) (string, error) {
	v, err := h.visit()
	if err != nil {
		return "", err
	}
	defer v.client.CloseIdleConnections()
	response, err := v.ask(ctx, v.first, etl.Bookmark{})
	if err != nil {
		return "", v.failed(ctx, err)
	}
	defer response.Body.Close()
	return fmt.Sprintf("%s: %s", shownURL(v.first), response.Status), nil
}

// shownURL is an address without password and parameters, which may hold a key.
func shownURL(address *url.URL) string {
	shown := *address
	shown.User, shown.RawQuery, shown.Fragment = nil, "", ""
	return shown.String()
}

// visit is one fetch: the connection, and the secrets as they are now.
type visit struct {
	HTTP
	client  *http.Client
	first   *url.URL
	header  http.Header
	secrets []string
	left    int64 // bytes that may still come
}

// single fetches an answer that is not cut into pages. Its bytes go to a file, and
// are never held as a whole.
func (v *visit) single(ctx context.Context, last etl.Bookmark) (etl.Pull, error) {
	var got spooled
	response, err := v.retry(ctx, v.first, last, func(response *http.Response) error {
		var err error
		got, err = v.spool(func(w io.Writer) error { return v.copy(ctx, w, response) })
		return err
	})
	if errors.Is(err, errNotModified) {
		return etl.Pull{Bookmark: last, Remark: "对方数据自上次以来没有变化 / not modified since the last pull"}, nil
	}
	if err != nil {
		return etl.Pull{}, err
	}
	pull := v.pull(got, response)
	pull.Bookmark = etl.Bookmark{ETag: response.Header.Get("ETag"), LastModified: response.Header.Get("Last-Modified")}
	return pull, nil
}

// pull is the pull of a spooled answer; response says what it is.
func (v *visit) pull(s spooled, response *http.Response) etl.Pull {
	return etl.Pull{Spooled: []string{s.path}, Payloads: []etl.Payload{{
		SHA256: hex.EncodeToString(s.sum.Sum(nil)), SourceCode: v.SourceCode, FileName: fileName(response),
		Location: shownURL(v.first), MediaType: mediaType(response), Licence: v.Licence, Attribution: v.Attribution,
		Size: s.size, RetrievedAt: v.Now().UTC(), Path: s.path,
	}}}
}

// copy takes the body of an answer, as much of it as is allowed.
func (v *visit) copy(ctx context.Context, w io.Writer, response *http.Response) error {
	if response.ContentLength > v.left {
		return v.tooLarge()
	}
	size, err := io.Copy(w, io.LimitReader(contextReader{ctx, response.Body}, v.left+1))
	if err == nil && size > v.left {
		return v.tooLarge()
	}
	return err
}

func (v *visit) tooLarge() error {
	return &etl.PullError{Reason: etl.TooLarge, At: shownURL(v.first), Err: fmt.Errorf("the answer is larger than %d bytes", v.MaxBytes)}
}

// spooled is a local file with the bytes of a payload.
type spooled struct {
	path string
	size int64
	sum  hash.Hash
}

func (v *visit) spool(write func(io.Writer) error) (spooled, error) { return spool(v.Spool, write) }

// spool writes a payload to a new file of the directory and takes its hash on the
// way. When writing fails no file is left.
func spool(directory string, write func(io.Writer) error) (spooled, error) {
	file, err := os.CreateTemp(directory, "bellwether-fetch-*")
	if err != nil {
		return spooled{}, fmt.Errorf("create spool file: %w", err)
	}
	s := spooled{path: file.Name(), sum: sha256.New()}
	err = write(io.MultiWriter(file, s.sum))
	if err == nil {
		s.size, err = file.Seek(0, io.SeekCurrent)
	}
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return spooled{}, errors.Join(err, os.Remove(file.Name()))
	}
	return s, nil
}
