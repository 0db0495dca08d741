package channel

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
)

// Reason says why a message was not taken. Reasons are never renamed: the
// delivery log and the runbook use them.
type Reason string

// The reasons, each with a heading in deploy/runbook.md.
const (
	Unreachable   Reason = "delivery_unreachable"
	TooSlow       Reason = "delivery_too_slow"
	Untrusted     Reason = "delivery_untrusted"
	Denied        Reason = "delivery_denied"
	Refused       Reason = "delivery_refused"
	Failing       Reason = "delivery_failing"
	SecretMissing Reason = "delivery_secret_missing"
)

// Reasons lists every reason.
func Reasons() []Reason {
	return []Reason{Unreachable, TooSlow, Untrusted, Denied, Refused, Failing, SecretMissing}
}

// IsPassing reports whether it is worth trying again at once.
func (r Reason) IsPassing() bool { return r == Unreachable || r == TooSlow || r == Failing }

// Error is a message that was not taken. It holds no secret.
type Error struct {
	Reason Reason
	At     string // host that was asked, or file of a secret
	Err    error
}

func (e *Error) Error() string { return fmt.Sprintf("%s: %s: %v", e.Reason, e.At, e.Err) }

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// connectionError says why nobody was spoken to, without the address: that may
// hold a key.
func connectionError(at string, err error) *Error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	reason := Unreachable
	var network net.Error
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	var verification *tls.CertificateVerificationError
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		reason = TooSlow
	case errors.As(err, &unknown), errors.As(err, &name), errors.As(err, &invalid), errors.As(err, &verification):
		reason = Untrusted
	}
	return &Error{Reason: reason, At: at, Err: err}
}

// quoted is what the other side said, in one line of at most 200 characters and
// without our secrets, which it may have repeated.
func quoted(text string, secrets ...string) string {
	for _, s := range secrets {
		if s != "" {
			text = strings.ReplaceAll(text, s, "******")
		}
	}
	return clip(text, 200)
}

// clip makes one line of a text, of at most so many characters.
func clip(text string, most int) string {
	letters := []rune(strings.Join(strings.Fields(text), " "))
	if len(letters) > most {
		return string(letters[:most-1]) + "…"
	}
	return string(letters)
}
