package main

import "log/slog"

// secret is a text that is used and never shown: printing, logging or writing
// it as YAML gives asterisks. A configuration may not hold its words, only say by
// ${VAR} or ${file:…} where they are.
type secret string

const masked = "******"

// String masks the secret in every print verb that asks for a string.
func (s secret) String() string {
	if s == "" {
		return ""
	}
	return masked
}

// GoString masks the secret in %#v.
func (s secret) GoString() string { return s.String() }

// LogValue masks the secret in logs.
func (s secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalYAML masks the secret in `bellwether config show`.
func (s secret) MarshalYAML() (any, error) { return s.String(), nil }

// hiddenText is a text that may be a secret or not, such as the value of a header.
// It is never shown, and a configuration may hold its words.
type hiddenText string

// String masks the text.
func (h hiddenText) String() string { return secret(h).String() }

// GoString masks the text in %#v.
func (h hiddenText) GoString() string { return h.String() }

// MarshalYAML masks the text in `bellwether config show`.
func (h hiddenText) MarshalYAML() (any, error) { return h.String(), nil }
