package decode

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
)

var (
	errNoRecords = errors.New("no array of records")
	errTooDeep   = errors.New("objects nested too deep")
)

// jsonWalk looks through a whole document for arrays of objects and for single
// values outside them.
type jsonWalk struct {
	arrays map[string]int // dotted path -> number of elements
	order  []string
	depth  int
	beside [][2]string
}

// maxBeside bounds the single values that are kept, maxDepth how deep objects
// may be nested.
const (
	maxBeside = 1000
	maxDepth  = 100
)

func (w *jsonWalk) value(decoder *json.Decoder, path string) error {
	if w.depth++; w.depth > maxDepth {
		return errTooDeep
	}
	defer func() { w.depth-- }()
	token, err := decoder.Token()
	if err != nil {
		return eofIsDamage(err)
	}
	switch token := token.(type) {
	case json.Delim:
		if token == '[' {
			return w.array(decoder, path)
		}
		return w.object(decoder, path)
	default:
		if path != "" && len(w.beside) < maxBeside {
			w.beside = append(w.beside, [2]string{path, scalarText(token)})
		}
	}
	return nil
}

func (w *jsonWalk) object(decoder *json.Decoder, path string) error {
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return eofIsDamage(err)
		}
		name, _ := key.(string)
		if path != "" {
			name = path + "." + name
		}
		if err := w.value(decoder, name); err != nil {
			return err
		}
	}
	_, err := decoder.Token()
	return eofIsDamage(err)
}

// array passes over the elements without keeping them.
func (w *jsonWalk) array(decoder *json.Decoder, path string) error {
	count := 0
	for decoder.More() {
		var element json.RawMessage
		if err := decoder.Decode(&element); err != nil {
			return eofIsDamage(err)
		}
		count++
	}
	w.arrays[path] = count
	w.order = append(w.order, path)
	_, err := decoder.Token()
	return eofIsDamage(err)
}

// choose gives the path of the records: the wanted one, the top, a customary
// name, or the only array there is.
func (w *jsonWalk) choose(wanted string) (string, error) {
	if wanted != "" {
		if _, ok := w.arrays[wanted]; ok {
			return wanted, nil
		}
		return "", errNoRecords
	}
	for _, path := range []string{"", "value", "data", "fact"} {
		if _, ok := w.arrays[path]; ok {
			return path, nil
		}
	}
	if len(w.order) == 1 {
		return w.order[0], nil
	}
	return "", errNoRecords
}

// seekArray moves to the first element of the array at a dotted path.
func seekArray(decoder *json.Decoder, path string) error {
	names := strings.Split(path, ".")
	if path == "" {
		names = nil
	}
	for len(names) > 0 {
		if _, err := decoder.Token(); err != nil { // the opening brace
			return eofIsDamage(err)
		}
		for {
			key, err := decoder.Token()
			if err != nil {
				return eofIsDamage(err)
			}
			if name, _ := key.(string); name == names[0] {
				names = names[1:]
				break
			}
			var passed json.RawMessage
			if err := decoder.Decode(&passed); err != nil {
				return eofIsDamage(err)
			}
		}
	}
	_, err := decoder.Token() // the opening bracket
	return eofIsDamage(err)
}

func eofIsDamage(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
