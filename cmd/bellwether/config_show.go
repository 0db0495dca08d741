package main

import (
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"
)

// writeConfig writes the effective configuration as YAML. Secrets are masked,
// and the remark beside each value says where it came from.
func writeConfig(w io.Writer, config Config, from origins) error {
	var root yaml.Node
	if err := root.Encode(config); err != nil {
		return fmt.Errorf("encode configuration: %w", err)
	}
	annotate(&root, "", from)
	encoder := yaml.NewEncoder(w)
	encoder.SetIndent(2)
	if err := encoder.Encode(&root); err != nil {
		return fmt.Errorf("write configuration: %w", err)
	}
	return encoder.Close()
}

func annotate(n *yaml.Node, at string, from origins) {
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			annotate(n.Content[i+1], strings.TrimPrefix(at+"."+n.Content[i].Value, "."), from)
		}
	case yaml.SequenceNode:
		for i, item := range n.Content {
			annotate(item, fmt.Sprintf("%s[%d]", at, i), from)
		}
	case yaml.ScalarNode:
		n.LineComment = "default"
		if origin, ok := from[at]; ok {
			n.LineComment = origin
		}
	}
}
