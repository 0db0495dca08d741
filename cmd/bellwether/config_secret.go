package main

import "log/slog"

// secret is a text that is used and never shown: printing, logging or writing
// it as YAML gives asterisks.
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
