package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"
)

// origins says where each value of a configuration came from: the path of the
// value, such as "warehouse.dsn", to "bellwether.yaml:12" or a flag. A path
// that is not there has its default.
type origins map[string]string

// LoadConfig reads the configuration file at path, or the first one found when
// path is empty, over the defaults. It returns every fault of the file at
// once, each with its line.
func LoadConfig(path string, env environment) (Config, origins, error) {
	config := Defaults()
	from := origins{}
	path, content, err := findConfig(path, env)
	if err != nil || path == "" {
		return config, from, err
	}
	var document yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	if err := decoder.Decode(&document); errors.Is(err, io.EOF) {
		return config, from, nil // an empty file sets nothing
	} else if err != nil {
		return config, from, fmt.Errorf("read %s: %w", path, err)
	}
	root := document.Content[0]
	reader := configReader{path: path, env: env, from: from}
	reader.walk(root, reflect.TypeOf(config), "")
	if err := errors.Join(reader.faults...); err != nil {
		return config, from, err
	}
	if err := root.Decode(&config); err != nil {
		return config, from, fmt.Errorf("read %s: %w", path, err)
	}
	return config, from, nil
}

// environment is what the configuration may take from outside: variables and
// files. Tests give their own.
type environment struct {
	lookup   func(name string) (string, bool)
	readFile func(path string) ([]byte, error)
}

func processEnvironment() environment {
	return environment{lookup: os.LookupEnv, readFile: os.ReadFile}
}

// findConfig returns the named file, or the first of the usual places that
// holds one, or no path at all.
func findConfig(path string, env environment) (string, []byte, error) {
	if path == "" {
		path, _ = env.lookup("BELLWETHER_CONFIG")
	}
	if path != "" {
		content, err := env.readFile(path)
		if err != nil {
			return "", nil, fmt.Errorf("read configuration: %w", err)
		}
		return path, content, nil
	}
	for _, candidate := range configPlaces(env) {
		content, err := env.readFile(candidate)
		if err == nil {
			return candidate, content, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return "", nil, fmt.Errorf("read configuration: %w", err)
		}
	}
	return "", nil, nil
}

func configPlaces(env environment) []string {
	places := []string{"bellwether.yaml"}
	if dir, ok := env.lookup("XDG_CONFIG_HOME"); ok && filepath.IsAbs(dir) {
		return append(places, filepath.Join(dir, "bellwether", "bellwether.yaml"))
	}
	if home, ok := env.lookup("HOME"); ok && home != "" {
		places = append(places, filepath.Join(home, ".config", "bellwether", "bellwether.yaml"))
	}
	return places
}

// configReader goes once over the node tree: it fills in variables on scalar
// nodes, before any decoding, so that a value can never change the structure
// of the file, and it refuses keys that no field has.
type configReader struct {
	path   string
	env    environment
	from   origins
	faults []error
}

func (r *configReader) fault(n *yaml.Node, format string, args ...any) {
	at := fmt.Sprintf("%s:%d: ", r.path, n.Line)
	r.faults = append(r.faults, errors.New(at+fmt.Sprintf(format, args...)))
}

func (r *configReader) walk(n *yaml.Node, t reflect.Type, at string) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch n.Kind {
	case yaml.ScalarNode:
		r.scalar(n, t, at)
	case yaml.SequenceNode:
		if t.Kind() != reflect.Slice {
			r.fault(n, "%s is one value, not a list", at)
			return
		}
		for i, item := range n.Content {
			r.walk(item, t.Elem(), fmt.Sprintf("%s[%d]", at, i))
		}
	case yaml.MappingNode:
		if t.Kind() != reflect.Struct {
			r.fault(n, "%s is one value, not a group of settings", at)
			return
		}
		r.mapping(n, t, at)
	default:
		r.fault(n, "anchors and aliases are not used in this file")
	}
}

func (r *configReader) mapping(n *yaml.Node, t reflect.Type, at string) {
	fields := yamlFields(t)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		field, ok := fields[key.Value]
		if !ok {
			r.fault(key, "no setting %q here%s", strings.TrimPrefix(at+"."+key.Value, "."),
				didYouMean(key.Value, keysOf(fields)))
			continue
		}
		r.walk(value, field, strings.TrimPrefix(at+"."+key.Value, "."))
	}
}

func (r *configReader) scalar(n *yaml.Node, t reflect.Type, at string) {
	text, used, err := interpolate(n.Value, r.env)
	if err != nil {
		r.fault(n, "%s: %v", at, err)
		return
	}
	n.Value = text
	r.from[at] = fmt.Sprintf("%s:%d", r.path, n.Line)
	if len(used) == 0 {
		if t == reflect.TypeFor[secret]() && text != "" {
			r.fault(n, "%s: the file must not hold the words themselves; use ${VAR} or ${file:/path}", at)
		}
		return
	}
	r.from[at] += " " + strings.Join(used, " ")
	if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) == 0 {
		n.Tag = "" // a bare ${PORT} may be a number
	}
}

// yamlFields lists the keys a struct takes, those of inlined structs included.
func yamlFields(t reflect.Type) map[string]reflect.Type {
	fields := map[string]reflect.Type{}
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if name != "" {
			fields[name] = f.Type
		}
	}
	return fields
}
