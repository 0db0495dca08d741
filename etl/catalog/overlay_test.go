package catalog_test

import (
	"io/fs"
	"maps"
	"os"
	"strings"
	"testing"
	"testing/fstest"
)

// files reads the real catalog into memory.
func files(t *testing.T) fstest.MapFS {
	t.Helper()
	all := fstest.MapFS{}
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(root + "/" + name)
		all[name] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// with replaces the first occurrence of a text in one file.
func with(t *testing.T, base fstest.MapFS, name, before, after string) fstest.MapFS {
	t.Helper()
	text := string(base[name].Data)
	if !strings.Contains(text, before) {
		t.Fatalf("%s does not hold %q", name, before)
	}
	changed := maps.Clone(base)
	changed[name] = &fstest.MapFile{Data: []byte(strings.Replace(text, before, after, 1))}
	return changed
}
