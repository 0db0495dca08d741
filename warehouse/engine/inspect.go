package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// Report is what Inspect found. Paths are empty where there is nothing.
type Report struct {
	Library        string // path of the library or program that Start would use
	LibrarySource  string // one of the Source constants; SourceNPM means that it would be fetched
	Package        string // name@version of the pinned package, empty on other platforms
	LibraryFault   error  // why Library cannot be used as it is, nil when it is sound
	NPM            string // path of npm
	CacheDir       string
	CacheFreeBytes int64
	DirFreeBytes   int64
	MaxMemoryBytes int64   // what the engine may use
	Owner          *Holder // who owns the directory, nil when nobody does
	State          *State  // where the engine listens, nil when none is running
}

// Inspect looks at the library, the data directory and the machine, and changes
// nothing. It reads the whole cached library to compare its sha256 with the one
// recorded when it was unpacked, which takes some seconds. A fault of the
// library is part of the report, not an error.
func Inspect(ctx context.Context, c Config) (Report, error) {
	if err := c.validate(); err != nil {
		return Report{}, err
	}
	c, err := c.withDefaults()
	if err != nil {
		return Report{}, err
	}
	report := Report{CacheDir: c.CacheDir, MaxMemoryBytes: c.MaxMemoryBytes}
	if report.NPM, err = exec.LookPath(c.NPM); err != nil {
		report.NPM = ""
	}
	if report.CacheFreeBytes, err = freeBytes(existing(c.CacheDir)); err != nil {
		return report, err
	}
	if report.DirFreeBytes, err = freeBytes(existing(c.Dir)); err != nil {
		return report, err
	}
	report.inspectLibrary(ctx, c)

	dir := directory(c.Dir)
	if dir.isLocked() {
		owner := dir.holder()
		report.Owner = &owner
		if state, err := dir.readState(); err == nil {
			report.State = &state
		}
	}
	return report, nil
}

func (r *Report) inspectLibrary(ctx context.Context, c Config) {
	pin, pinErr := pinned()
	if pinErr == nil {
		r.Package = pin.Package + "@" + pin.Version
	}
	if c.Library != "" {
		r.Library, r.LibrarySource = c.Library, SourceConfigured
		_, r.LibraryFault = os.Stat(c.Library)
		return
	}
	if pinErr == nil {
		path, err := pin.cached(c.CacheDir)
		if err == nil {
			r.Library, r.LibrarySource = path, SourceCache
			r.LibraryFault = pin.checkFully(ctx, c.CacheDir)
			return
		}
		if r.NPM != "" {
			r.LibrarySource, r.LibraryFault = SourceNPM, err
			return
		}
	}
	r.LibrarySource = SourcePath
	r.Library, r.LibraryFault = findProgram(ctx)
}

// checkFully compares the sha256 of the unpacked library with its record.
func (r release) checkFully(ctx context.Context, cacheDir string) error {
	record, err := r.readRecord(cacheDir)
	if err != nil {
		return err
	}
	path := filepath.Join(r.home(cacheDir), r.Library)
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open library: %w", err)
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, &counted{ctx: ctx, from: file, report: func(int64) {}}); err != nil {
		return fmt.Errorf("read library: %w", err)
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != record.SHA256 {
		return fmt.Errorf("%w: %s: want sha256 %s, got %s; remove %s to fetch it again", ErrChecksum, path, record.SHA256, got, filepath.Dir(path))
	}
	return nil
}

// existing returns dir or the nearest directory above it that exists.
func existing(dir string) string {
	for {
		if _, err := os.Stat(dir); err == nil || dir == filepath.Dir(dir) {
			return dir
		}
		dir = filepath.Dir(dir)
	}
}
