package engine

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// registry is a small package and an npm that hands it out.
type registry struct {
	release release
	config  Config
	tarball string // what npm packs
	calls   string // a line for each call of npm
}

const fakeLibrary = "\x7fELF not a real library"

func newRegistry(t *testing.T) registry {
	t.Helper()
	dir := t.TempDir()
	r := registry{tarball: filepath.Join(dir, "package.tgz"), calls: filepath.Join(dir, "calls")}
	content := packTar(t, map[string]string{
		"package/libchdb.so": fakeLibrary, "package/package.json": "{}", "package/LICENSE": "Apache-2.0",
		"package/chdb_node.node": "not wanted", "package/../../escape": "not wanted",
	})
	writeTest(t, r.tarball, content)
	sum := sha512.Sum512(content)
	r.release = release{
		Package: "@fake/lib", Version: "1.0.0", Library: "libchdb.so", Size: int64(len(content)),
		Integrity: "sha512-" + base64.StdEncoding.EncodeToString(sum[:]),
	}
	npm := filepath.Join(dir, "npm")
	script := fmt.Sprintf("#!/bin/sh\necho \"$@\" >> '%s'\ncp '%s' fake-lib-1.0.0.tgz\n", r.calls, r.tarball)
	writeTest(t, npm, []byte(script))
	config, err := Config{CacheDir: filepath.Join(dir, "cache"), NPM: npm, Dir: dir}.withDefaults()
	if err != nil {
		t.Fatal(err)
	}
	r.config = config
	return r
}

func writeTest(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o755); err != nil {
		t.Fatal(err)
	}
}

func packTar(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var packed bytes.Buffer
	compressed := gzip.NewWriter(&packed)
	archive := tar.NewWriter(compressed)
	for name, content := range files {
		err := archive.WriteHeader(&tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o755, Size: int64(len(content))})
		if err == nil {
			_, err = archive.Write([]byte(content))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(archive.Close(), compressed.Close()); err != nil {
		t.Fatal(err)
	}
	return packed.Bytes()
}

func (r registry) npmCalls(t *testing.T) int {
	t.Helper()
	text, err := os.ReadFile(r.calls)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return bytes.Count(text, []byte("\n"))
}

// wantFetched fetches and looks at what arrived.
func (r registry) wantFetched(t *testing.T) {
	t.Helper()
	path, err := r.release.fetch(t.Context(), r.config)
	if err != nil {
		t.Fatal(err)
	}
	if content, err := os.ReadFile(path); err != nil || string(content) != fakeLibrary {
		t.Errorf("library: got %q, error %v", content, err)
	}
	if err := r.release.checkFully(t.Context(), r.config.CacheDir); err != nil {
		t.Error(err)
	}
	if left := r.leftovers(t); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func (r registry) leftovers(t *testing.T) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(r.config.CacheDir, "engine", workPrefix+"*"))
	if err != nil {
		t.Fatal(err)
	}
	return found
}
