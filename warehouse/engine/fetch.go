package engine

import (
	"context"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// Fetch makes sure that the pinned library is in the cache and returns its
// path. It downloads through npm, with the machine's own npm configuration,
// only when the cache has no sound copy; processes that fetch at the same time
// wait for one another. It returns ErrNoLibrary when npm is missing or cannot
// reach its registry, and ErrChecksum when the bytes are not the pinned ones.
func Fetch(ctx context.Context, c Config) (string, error) {
	c, err := c.withDefaults()
	if err != nil {
		return "", err
	}
	found, err := fetchPinned(ctx, c)
	return found.Path, err
}

func (r release) fetch(ctx context.Context, c Config) (string, error) {
	parent := filepath.Dir(r.home(c.CacheDir))
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return "", fmt.Errorf("make cache directory: %w", err)
	}
	lock := flock.New(filepath.Join(parent, "fetch.lock"))
	if _, err := lock.TryLockContext(ctx, 100*time.Millisecond); err != nil {
		return "", fmt.Errorf("wait for another fetch: %w", err)
	}
	defer lock.Close()
	if path, err := r.cached(c.CacheDir); err == nil { // the other one was done meanwhile
		return path, nil
	}
	if err := removeLeftovers(parent); err != nil {
		return "", err
	}
	if err := r.checkSpace(parent); err != nil {
		return "", err
	}
	work, err := os.MkdirTemp(parent, workPrefix)
	if err != nil {
		return "", fmt.Errorf("make cache directory: %w", err)
	}
	defer os.RemoveAll(work)
	tarball, err := r.download(ctx, c, work)
	if err != nil {
		return "", err
	}
	if err := r.verify(tarball); err != nil {
		return "", err
	}
	if err := r.unpack(ctx, tarball, filepath.Join(work, "unpacked"), c.Progress); err != nil {
		return "", err
	}
	return r.install(filepath.Join(work, "unpacked"), c.CacheDir)
}

const workPrefix = "fetch-"

// removeLeftovers clears what fetches that were killed have left.
func removeLeftovers(parent string) error {
	leftovers, err := filepath.Glob(filepath.Join(parent, workPrefix+"*"))
	for _, path := range leftovers {
		if info, statErr := os.Lstat(path); statErr == nil && info.IsDir() {
			err = errors.Join(err, os.RemoveAll(path))
		}
	}
	if err != nil {
		return fmt.Errorf("clear cache: %w", err)
	}
	return nil
}

// checkSpace counts the tarball twice, in npm's cache and packed, and the library.
func (r release) checkSpace(dir string) error {
	free, err := freeBytes(dir)
	if err != nil {
		return err
	}
	if need := 2*r.Size + r.Unpacked; free < need {
		return fmt.Errorf("磁盘空间不足：%s 需要 %d MB，剩余 %d MB / not enough disk space in %[1]s: need %[2]d MB, have %[3]d MB",
			dir, need>>20, free>>20)
	}
	return nil
}

// download runs npm pack in work and returns the tarball. npm's cache goes to
// work too: watching it grow is the only progress npm gives, and it leaves
// nothing behind.
func (r release) download(ctx context.Context, c Config, work string) (string, error) {
	npm, err := exec.LookPath(c.NPM)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrNoLibrary, err)
	}
	var complaints strings.Builder
	pack := exec.CommandContext(ctx, npm, "pack", "--cache", filepath.Join(work, "npm"),
		"--no-update-notifier", "--loglevel=error", r.Package+"@"+r.Version)
	pack.Dir = work
	pack.Stderr = &complaints
	pack.WaitDelay = time.Second // npm's own children may keep the pipe open

	stop := watchGrowth(filepath.Join(work, "npm"), func(done int64) {
		c.Progress(StageDownload, min(done, r.Size), r.Size)
	})
	err = pack.Run()
	stop()
	if ctx.Err() != nil {
		return "", fmt.Errorf("download %s: %w", r.Package, ctx.Err())
	}
	if err != nil {
		return "", fmt.Errorf("%w: npm pack %s@%s: %w: %s", ErrNoLibrary, r.Package, r.Version, err, lastLines(complaints.String()))
	}
	tarballs, err := filepath.Glob(filepath.Join(work, "*.tgz"))
	if err != nil || len(tarballs) != 1 {
		return "", fmt.Errorf("download %s: npm packed %d files, want 1", r.Package, len(tarballs))
	}
	c.Progress(StageDownload, r.Size, r.Size)
	return tarballs[0], nil
}

func lastLines(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-5):], "; ")
}

// watchGrowth reports the size of dir until the returned function is called.
func watchGrowth(dir string, report func(bytes int64)) (stop func()) {
	quit, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(250 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-quit:
				return
			case <-tick.C:
				report(treeBytes(dir))
			}
		}
	}()
	return func() { close(quit); <-done }
}

// treeBytes skips what it cannot see: npm moves files while it is counting.
func treeBytes(dir string) (total int64) {
	filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return nil
		}
		if info, err := entry.Info(); err == nil {
			total += info.Size()
		}
		return nil
	})
	return total
}

// verify compares the tarball with the integrity in our source.
func (r release) verify(tarball string) error {
	file, err := os.Open(tarball)
	if err != nil {
		return fmt.Errorf("open package: %w", err)
	}
	defer file.Close()
	sum := sha512.New()
	if _, err := io.Copy(sum, file); err != nil {
		return fmt.Errorf("read package: %w", err)
	}
	got := "sha512-" + base64.StdEncoding.EncodeToString(sum.Sum(nil))
	if got != r.Integrity {
		return fmt.Errorf("%w: 引擎安装包校验失败，已丢弃 / %s@%s: want %s, got %s", ErrChecksum, r.Package, r.Version, r.Integrity, got)
	}
	return nil
}
