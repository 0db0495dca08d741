package catalog

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"go.yaml.in/yaml/v3"
)

// decodeYAML reads a file of one document into out. A key that out does not
// know is an error.
func decodeYAML(fsys fs.FS, name string, out any) error {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(out); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read %s: %w", name, err)
	}
	return nil
}

// position is where an entry stands.
type position struct {
	file string
	line int
}

// positions finds the entries of a YAML file by their code, and the items of a
// plan by the line of the plan text they name.
func positions(fsys fs.FS, name string) (map[string]position, error) {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	var root yaml.Node
	if err := yaml.Unmarshal(data, &root); err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	found := map[string]position{}
	collectPositions(&root, name, found)
	return found, nil
}

func collectPositions(node *yaml.Node, file string, found map[string]position) {
	if node.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(node.Content); i += 2 {
			key, value := node.Content[i], node.Content[i+1]
			name := value.Value
			if key.Value == "line" {
				name = "line " + name
			}
			if _, known := found[name]; !known && (key.Value == "code" || key.Value == "line") {
				found[name] = position{file, key.Line}
			}
		}
	}
	for _, child := range node.Content {
		collectPositions(child, file, found)
	}
}
