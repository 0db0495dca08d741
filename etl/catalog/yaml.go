package catalog

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"go.yaml.in/yaml/v3"
)

// position is where an entry stands.
type position struct {
	file string
	line int
}

// readYAML reads a file of one document into out and says where its entries
// stand. A key that out does not know is an error.
func readYAML(fsys fs.FS, name string, out any) (map[string]position, error) {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(out); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return positions(string(data), name), nil
}

// positions finds entries by their code, and items of a plan by the line of the
// plan text they name. An entry keeps each of its keys on a line of its own.
func positions(text, file string) map[string]position {
	found := map[string]position{}
	number := 0
	for line := range strings.Lines(text) {
		number++
		key, value, _ := strings.Cut(strings.TrimLeft(line, "- "), ": ")
		value = strings.TrimSpace(value)
		if key == "line" {
			value = "line " + value
		}
		if _, known := found[value]; !known && (key == "code" || key == "line") {
			found[value] = position{file, number}
		}
	}
	return found
}
