package etl

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// formFile is a form as it is written.
type formFile struct {
	name string
	text []byte
}

// LoadForms reads every .yaml file of the file systems. A form in a later file
// system replaces the one of the same code before it. All faults of all files
// are returned together, each with its file and, where it is known, its line.
func LoadForms(systems ...fs.FS) (*Forms, error) {
	files, err := readFormFiles(systems)
	faults := []error{err}
	texts := map[string][]byte{}
	for _, file := range files {
		texts[file.code()] = file.text
	}
	forms := &Forms{byCode: map[string]*Form{}}
	for _, file := range files {
		form, err := file.parse(texts)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		forms.byCode[form.Code] = form
	}
	return forms, errors.Join(faults...)
}

func readFormFiles(systems []fs.FS) ([]formFile, error) {
	var files []formFile
	var faults []error
	for _, system := range systems {
		err := fs.WalkDir(system, ".", func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || path.Ext(name) != ".yaml" || strings.Contains(name, "testdata/") {
				return err
			}
			text, err := fs.ReadFile(system, name)
			files = append(files, formFile{name, text})
			return err
		})
		if err != nil {
			faults = append(faults, fmt.Errorf("read forms: %w", err))
		}
	}
	return files, errors.Join(faults...)
}

// code gives the code of a form file, empty when it cannot be read.
func (f formFile) code() string {
	var head struct {
		Code string `yaml:"form"`
	}
	if err := yaml.Unmarshal(f.text, &head); err != nil {
		return ""
	}
	return head.Code
}

// parse reads one form file over the one that it is like; texts are the form
// files by code.
func (f formFile) parse(texts map[string][]byte) (*Form, error) {
	form := &Form{}
	if err := form.decode(f.text); err != nil {
		return nil, fmt.Errorf("read form %s: %w", f.name, err)
	}
	text := f.text
	if form.Like != "" {
		model, ok := texts[form.Like]
		if !ok {
			return nil, fmt.Errorf("read form %s: like: there is no form %q", f.name, form.Like)
		}
		text = slices.Concat(model, f.text)
		var err error
		if form, err = likeness(model, f.text); err != nil {
			return nil, fmt.Errorf("read form %s: %w", f.name, err)
		}
	}
	sum := sha256.Sum256(text)
	form.Hash = hex.EncodeToString(sum[:])
	form.applyDefaults()
	var tree yaml.Node
	if err := yaml.Unmarshal(f.text, &tree); err != nil {
		return nil, fmt.Errorf("read form %s: %w", f.name, err)
	}
	var faults []error
	for _, fault := range form.validate(f.name) {
		faults = append(faults, fmt.Errorf("read form %s: line %d: %w", f.name, lineOf(&tree, fault.at), fault))
	}
	return form, errors.Join(faults...)
}

// likeness reads a form over its model. What a form is called, who owes it and
// what it brings are its own.
func likeness(model, text []byte) (*Form, error) {
	form := &Form{}
	if err := form.decode(model); err != nil {
		return nil, fmt.Errorf("like: %w", err)
	}
	if form.Like != "" {
		return nil, fmt.Errorf("like: form %s is itself like another one", form.Code)
	}
	form.Code, form.FormerCodes, form.Title, form.Expected = "", nil, Label{}, nil
	form.SourceCode, form.AgencyCode, form.ForEach = "", "", ""
	return form, form.decode(text)
}

// decode reads a text into the form. Unknown keys are errors.
func (f *Form) decode(text []byte) error {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	err := decoder.Decode(f)
	if errors.Is(err, io.EOF) {
		return errors.New("the file is empty")
	}
	return err
}

// lineOf gives the line of a key such as figures[0].years, or of the last part
// of it that is in the file.
func lineOf(tree *yaml.Node, at string) int {
	node := tree.Content[0]
	line := node.Line
	for _, step := range strings.FieldsFunc(at, func(r rune) bool { return r == '.' || r == '[' || r == ']' }) {
		var next *yaml.Node
		if place, err := strconv.Atoi(step); err == nil && node.Kind == yaml.SequenceNode && place < len(node.Content) {
			next = node.Content[place]
			line = next.Line
		}
		for i := 0; node.Kind == yaml.MappingNode && i+1 < len(node.Content); i += 2 {
			if node.Content[i].Value == step {
				next, line = node.Content[i+1], node.Content[i].Line
			}
		}
		if next == nil {
			break
		}
		node = next
	}
	return line
}
