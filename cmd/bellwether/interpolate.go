package main

import (
	"fmt"
	"strings"
)

// interpolate replaces ${VAR}, ${VAR:-default} and ${file:/path} in a setting,
// and $${ by a plain ${. It returns the references it used, for `config show`.
// An undefined variable is an error: an unset password must not become an
// empty one.
func interpolate(text string, env environment) (result string, used []string, err error) {
	var b strings.Builder
	for {
		start := strings.Index(text, "${")
		if start < 0 {
			b.WriteString(text)
			return b.String(), used, nil
		}
		if start > 0 && text[start-1] == '$' {
			b.WriteString(text[:start-1])
			b.WriteString("${")
			text = text[start+2:]
			continue
		}
		length := strings.IndexByte(text[start:], '}')
		if length < 0 {
			return "", nil, fmt.Errorf("%q has no closing brace", text[start:])
		}
		reference := text[start : start+length+1]
		value, err := resolveReference(reference[2:length], env)
		if err != nil {
			return "", nil, err
		}
		b.WriteString(text[:start])
		b.WriteString(value)
		used = append(used, reference)
		text = text[start+length+1:]
	}
}

func resolveReference(reference string, env environment) (string, error) {
	if path, ok := strings.CutPrefix(reference, "file:"); ok {
		content, err := env.readFile(path)
		if err != nil {
			return "", fmt.Errorf("${%s}: %w", reference, err)
		}
		return strings.TrimRight(string(content), "\r\n"), nil
	}
	name, fallback, hasFallback := strings.Cut(reference, ":-")
	if name == "" || strings.ContainsAny(name, " :${") {
		return "", fmt.Errorf("${%s} is not ${VAR}, ${VAR:-default} or ${file:/path}", reference)
	}
	value, ok := env.lookup(name)
	switch {
	case ok && (value != "" || !hasFallback):
		return value, nil
	case hasFallback:
		return fallback, nil
	default:
		return "", fmt.Errorf("variable %s is not set; ${%s:-…} gives a default", name, name)
	}
}
