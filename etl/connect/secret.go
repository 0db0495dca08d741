package connect

import (
	"errors"
	"log/slog"
	"os"
	"strings"

	"bellwether/etl"
)

// Secret is a password, a token or a key: the words themselves, or the file that
// holds them. A file is read at each use, so that it may change while a daemon
// runs. Printing or logging a Secret gives asterisks.
type Secret struct{ words, file string }

// NewSecret makes a secret of its words or, when file is not empty, of a file.
func NewSecret(words, file string) Secret { return Secret{words: words, file: file} }

const masked = "******"

// IsSet reports whether there is a secret at all.
func (s Secret) IsSet() bool { return s.words != "" || s.file != "" }

// String masks the secret.
func (s Secret) String() string {
	if !s.IsSet() {
		return ""
	}
	return masked
}

// GoString masks the secret in %#v.
func (s Secret) GoString() string { return s.String() }

// LogValue masks the secret in logs.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// read gives the words; an unset secret is empty.
func (s Secret) read() (string, error) {
	if s.file == "" {
		return s.words, nil
	}
	text, err := os.ReadFile(s.file)
	if err == nil && len(strings.TrimSpace(string(text))) == 0 {
		err = errors.New("the file is empty")
	}
	if err != nil {
		return "", &etl.PullError{Reason: etl.SecretMissing, At: s.file, Err: err}
	}
	return strings.TrimSpace(string(text)), nil
}

// scrub takes secrets out of words that a server chose: it may have quoted ours.
func scrub(text string, secrets ...string) string {
	for _, s := range secrets {
		if s != "" {
			text = strings.ReplaceAll(text, s, masked)
		}
	}
	return text
}
