package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// library is the engine's code on this machine.
type library struct {
	Path      string
	IsProgram bool   // a clickhouse program instead of libchdb.so
	Source    string // one of the Source constants
}

// Where a library came from, as Inspect reports it.
const (
	SourceConfigured = "configured" // Config.Library
	SourceCache      = "cache"      // fetched before
	SourceNPM        = "npm"        // fetched just now
	SourcePath       = "path"       // clickhouse on PATH
)

// findLibrary returns the first of: the configured one, the cache, npm,
// clickhouse on PATH. A package with wrong bytes is no reason to try the next.
func findLibrary(ctx context.Context, c Config) (library, error) {
	if c.Library != "" {
		if _, err := os.Stat(c.Library); err != nil {
			return library{}, fmt.Errorf("%w: BELLWETHER_ENGINE_LIB: %w", ErrNoLibrary, err)
		}
		return library{Path: c.Library, IsProgram: !isShared(c.Library), Source: SourceConfigured}, nil
	}
	found, err := fetchPinned(ctx, c)
	if err == nil || !errors.Is(err, ErrNoLibrary) {
		return found, err
	}
	program, pathErr := findProgram(ctx)
	if pathErr != nil {
		return library{}, errors.Join(err, pathErr)
	}
	return library{Path: program, IsProgram: true, Source: SourcePath}, nil
}

func isShared(path string) bool {
	name := filepath.Base(path)
	return strings.Contains(name, ".so") || strings.HasSuffix(name, ".dylib")
}

func fetchPinned(ctx context.Context, c Config) (library, error) {
	r, err := pinned()
	if err != nil {
		return library{}, fmt.Errorf("%w: %w", ErrNoLibrary, err)
	}
	if path, err := r.cached(c.CacheDir); err == nil {
		return library{Path: path, Source: SourceCache}, nil
	}
	path, err := r.fetch(ctx, c)
	return library{Path: path, Source: SourceNPM}, err
}

var versionNumber = regexp.MustCompile(`(\d+)\.(\d+)\.\d+`)

// findProgram returns the clickhouse on PATH if it can open ports and knows the settings of
// our users (26.7).
func findProgram(ctx context.Context) (string, error) {
	path, err := exec.LookPath("clickhouse")
	if err != nil {
		return "", fmt.Errorf("look for clickhouse: %w", err)
	}
	output, err := exec.CommandContext(ctx, path, "local", "--version").Output()
	if err != nil {
		return "", fmt.Errorf("ask %s for its version: %w", path, err)
	}
	version := versionNumber.FindSubmatch(output)
	if version == nil {
		return "", fmt.Errorf("read version of %s: got %q", path, output)
	}
	major, _ := strconv.Atoi(string(version[1])) // digits, by the expression
	minor, _ := strconv.Atoi(string(version[2]))
	if major < 26 || major == 26 && minor < 7 {
		return "", fmt.Errorf("%s is version %s, want 26.7 or newer", path, version[0])
	}
	return path, nil
}

// unpackedRecord lies beside an unpacked library and says what it should be.
type unpackedRecord struct {
	Package   string `json:"package"`
	Version   string `json:"version"`
	Integrity string `json:"integrity"`
	Size      int64  `json:"size"`
	SHA256    string `json:"sha256"`
}

const recordName = "unpacked.json"

// home is where a release is unpacked below the cache directory.
func (r release) home(cacheDir string) string {
	name := strings.ReplaceAll(strings.TrimPrefix(r.Package, "@"), "/", "-")
	return filepath.Join(cacheDir, "engine", name+"-"+r.Version)
}

// cached returns the path of the unpacked library. The check is cheap, for
// every start: the record, the size and the first bytes.
func (r release) cached(cacheDir string) (string, error) {
	path := filepath.Join(r.home(cacheDir), r.Library)
	record, err := r.readRecord(cacheDir)
	if err != nil {
		return "", err
	}
	file, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("open library: %w", err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return "", fmt.Errorf("inspect library: %w", err)
	}
	if info.Size() != record.Size {
		return "", fmt.Errorf("library %s: want %d bytes, got %d", path, record.Size, info.Size())
	}
	var head [4]byte
	if _, err := file.Read(head[:]); err != nil || !bytes.Equal(head[:], []byte("\x7fELF")) {
		return "", fmt.Errorf("library %s: not a shared library", path)
	}
	return path, nil
}

func (r release) readRecord(cacheDir string) (unpackedRecord, error) {
	var record unpackedRecord
	path := filepath.Join(r.home(cacheDir), recordName)
	text, err := os.ReadFile(path)
	if err != nil {
		return record, fmt.Errorf("read record of library: %w", err)
	}
	if err := json.Unmarshal(text, &record); err != nil {
		return record, fmt.Errorf("decode %s: %w", path, err)
	}
	if record.Integrity != r.Integrity {
		return record, fmt.Errorf("library %s was unpacked from other bytes", r.home(cacheDir))
	}
	return record, nil
}
